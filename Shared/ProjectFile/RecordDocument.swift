import FoundationEssentials

/// A list of flat records that a program is told of, in JSON or in TOML.
///
/// What is wrong is told by its place and never by its text: a value may be a secret.
package struct RecordDocument: Sendable {
    package let records: [[String: String]]

    package struct Refusal: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// An array of objects with texts, or one object with such an array under one of these names,
    /// which TOML writes as `[[NAME]]`. An empty document has no records.
    package static func parse(
        _ text: String, listsNamed names: [String]
    ) throws(Refusal) -> RecordDocument {
        guard !text.allSatisfy(\.isWhitespace) else { return RecordDocument(records: []) }
        let records =
            isJSON(text) ? try records(ofJSON: text, names) : try records(ofTOML: text, names)
        return RecordDocument(records: records)
    }

    /// A document of TOML begins with a comment, a key or a header, `[` and a word or `[[`.
    private static func isJSON(_ text: String) -> Bool {
        let start = text.filter { !$0.isWhitespace }.prefix(2)
        return start.hasPrefix("{") || start == "[{" || start == "[]"
    }

    private static func records(
        ofJSON text: String, _ names: [String]
    ) throws(Refusal) -> [[String: String]] {
        let (data, decoder) = (Data(text.utf8), JSONDecoder())
        if let list = try? decoder.decode([[String: String?]].self, from: data) {
            return list.map { $0.compactMapValues(\.self) }
        }
        guard let named = try? decoder.decode([String: [[String: String?]]].self, from: data)
        else {
            throw Refusal(
                description: "the document is no JSON of objects with texts: an array of them, or "
                    + "an object with one under " + names.joined(separator: " or "))
        }
        return try only(named, names).map { $0.compactMapValues(\.self) }
    }

    private static func records(
        ofTOML text: String, _ names: [String]
    ) throws(Refusal) -> [[String: String]] {
        let root: [String: TOMLValue]
        do throws(LockfileFailure) {
            root = try TOMLReader.table(in: text)
        } catch {
            guard case .malformed(_, let line?) = error else {
                throw Refusal(description: "the document is no TOML")
            }
            throw Refusal(description: "line \(line) of the document is no TOML")
        }
        guard !root.isEmpty else { return [] }
        var records: [[String: String]] = []
        guard case .list(let items) = try only(root, names) else {
            throw Refusal(description: "the keys of the document are no list, as `[[…]]` is")
        }
        for (index, item) in items.enumerated() {
            var record: [String: String] = [:]
            guard case .table(let entries) = item else {
                throw Refusal(description: "entry \(index + 1) of the document is no table")
            }
            for (name, value) in entries {
                guard let text = value.text else {
                    throw Refusal(
                        description: "entry \(index + 1) of the document has a value that is no "
                            + "text")
                }
                record[name] = text
            }
            records.append(record)
        }
        return records
    }

    private static func only<Value>(
        _ members: [String: Value], _ names: [String]
    ) throws(Refusal) -> Value {
        guard members.count == 1, let name = members.keys.first, names.contains(name),
            let value = members[name]
        else {
            throw Refusal(
                description: "the document has exactly one list, "
                    + names.joined(separator: " or ") + ", and nothing beside it")
        }
        return value
    }
}
