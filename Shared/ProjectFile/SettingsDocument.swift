/// The configuration file of a program: one mapping of keys to plain values, or to lists of them.
///
/// What is wrong is told by its place and never by its line: a value may be a secret.
package struct SettingsDocument: Sendable {
    package let entries: [Entry]

    package struct Entry: Sendable, Equatable {
        package let key: String
        package let values: [String]
        package let isList: Bool
        /// Of the key, from 1.
        package let line: Int
    }

    /// Everything that is wrong, a line each, without a line feed at the end.
    package struct Refusal: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// Reads a document that may have these keys; `fileName` is how messages call it.
    package static func parse(
        bytes: [UInt8], fileName: String, keys: [String]
    ) throws(Refusal) -> SettingsDocument {
        var problems = ProblemList()
        var entries: [Entry] = []
        do throws(ProjectFileProblem) {
            var reader = try YAMLReader(bytes: bytes)
            if let root = try reader.read() { entries = read(root, keys: keys, &problems) }
            for problem in reader.problems { problems.add(problem) }
        } catch {
            problems.add(error)
        }
        guard !problems.hasErrors else {
            throw Refusal(
                description: problems.sorted.map { line($0, in: fileName) }
                    .joined(separator: "\n"))
        }
        return SettingsDocument(entries: entries)
    }

    private static func read(
        _ root: YAMLNode, keys: [String], _ problems: inout ProblemList
    ) -> [Entry] {
        if case .scalar("", isPlain: true) = root.content { return [] }
        guard case .mapping(let pairs) = root.content else {
            problems.add(
                .wrongType, .root, root.place,
                "the file is keys with their values, as in `port: 8080`, not \(root.kindText)")
            return []
        }
        return pairs.compactMap { pair in
            let path = SettingPath.root.key(pair.key)
            guard keys.contains(pair.key) else {
                problems.add(
                    .unknownKey, path, pair.keyPlace, "unknown key \(Quoted.text(pair.key))",
                    suggestion: Suggestion.nearest(to: pair.key, among: keys)
                        .map(Suggestion.meant))
                return nil
            }
            guard let values = values(of: pair.value) else {
                problems.add(
                    .wrongType, path, pair.value.place,
                    "\(Quoted.text(pair.key)) is one value or a list of values; write it in "
                        + "quotes if it looks otherwise")
                return nil
            }
            var isList = false
            if case .sequence = pair.value.content { isList = true }
            return Entry(
                key: pair.key, values: values, isList: isList, line: pair.keyPlace.line)
        }
    }

    /// Nil for what is missing, and for a collection in a collection.
    private static func values(of node: YAMLNode) -> [String]? {
        switch node.content {
        case .scalar(let text, let isPlain):
            return isPlain && (text.isEmpty || text == "~" || text == "null") ? nil : [text]
        case .mapping: return nil
        case .sequence(let items):
            var values: [String] = []
            for item in items {
                guard case .scalar(let text, _) = item.content else { return nil }
                values.append(text)
            }
            return values
        }
    }

    private static func line(_ problem: ProjectFileProblem, in fileName: String) -> String {
        let suggestion = problem.suggestion.map { "; \($0)" } ?? ""
        return "\(Quoted.clip(fileName)):\(problem.line):\(problem.column): "
            + problem.message + suggestion
    }
}

/// What a person probably meant by a word that is none of these.
package func nearestWord(to word: String, among words: [String]) -> String? {
    Suggestion.nearest(to: word, among: words)
}
