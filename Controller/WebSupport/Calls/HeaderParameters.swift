/// A header's value with its parameters: `form-data; name="file"`. Source: RFC 9110, §5.6.6.
struct HeaderParameters: Equatable {
    /// Before the first parameter, in lower case.
    let value: String
    /// By name in lower case.
    let parameters: [String: String]

    /// Nil for what is not written so, and for a parameter that is there twice.
    init?(_ text: String) {
        var rest = Substring(text)
        value = Self.trimmed(Self.taken(from: &rest) { $0 != ";" }).lowercased()
        guard !value.isEmpty else { return nil }
        var found: [String: String] = [:]
        while !rest.isEmpty {
            rest.removeFirst()
            let name = Self.trimmed(Self.taken(from: &rest) { $0 != "=" && $0 != ";" })
            guard !name.isEmpty, rest.first == "=" else { return nil }
            rest.removeFirst()
            guard let text = Self.text(from: &rest), found[name.lowercased()] == nil else {
                return nil
            }
            found[name.lowercased()] = text
        }
        parameters = found
    }

    /// A word, or a text in quotes; up to the next `;`.
    private static func text(from rest: inout Substring) -> String? {
        guard rest.first == "\"" else {
            let word = trimmed(taken(from: &rest) { $0 != ";" })
            return word.isEmpty || word.contains("\"") ? nil : word
        }
        rest.removeFirst()
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"":
                let gap = taken(from: &rest) { $0 != ";" }
                return gap.allSatisfy { $0 == " " || $0 == "\t" } ? text : nil
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                text.append(escaped)
            default: text.append(character)
            }
        }
        return nil
    }

    private static func taken(
        from rest: inout Substring, while isPart: (Character) -> Bool
    ) -> Substring {
        let part = rest.prefix(while: isPart)
        rest = rest[part.endIndex...]
        return part
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
