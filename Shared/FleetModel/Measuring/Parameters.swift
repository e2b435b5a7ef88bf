/// The parameters of a benchmark, in order of their names; part of a series key.
package struct Parameters: Hashable, Sendable {
    package let pairs: [Pair]

    package struct Pair: Hashable, Sendable {
        package let name: String
        package let value: String

        init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        /// `NAME=VALUE`; nil without a name.
        package init?(_ text: String) {
            guard let sign = text.firstIndex(of: "="), sign != text.startIndex else { return nil }
            name = String(text[..<sign])
            value = String(text[text.index(after: sign)...])
        }
    }

    package static let none = Parameters([:])

    package init(_ values: [String: String]) {
        pairs = values.map { Pair(name: $0.key, value: $0.value) }
            .sorted { $0.name.unicodeScalars.lexicographicallyPrecedes($1.name.unicodeScalars) }
    }

    package var values: [String: String] {
        Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    package subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// For people: `size=64k, threads=4`.
    package var text: String {
        pairs.map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
    }

    /// A JSON object with sorted names: the stored form and the form in keys.
    package var canonicalText: String {
        let members = pairs.map { JSONText.quoted($0.name) + ":" + JSONText.quoted($0.value) }
        return "{" + members.joined(separator: ",") + "}"
    }
}

/// The one piece of JSON that keys need: a quoted string (RFC 8259 §7, shortest escapes).
package enum JSONText {
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<"\u{20}":
                result += "\\u" + Hexadecimal.text(UInt64(scalar.value), digits: 4)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
