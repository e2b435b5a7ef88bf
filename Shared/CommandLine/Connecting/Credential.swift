/// What proves who is calling. Never printed.
enum Credential: Sendable, CustomStringConvertible {
    case key(String)
    case token(String)

    var header: String {
        switch self {
        case .key(let key): "Bearer \(key)"
        case .token(let token): "Token \(token)"
        }
    }

    var description: String { "•••" }

    /// A secret as it stands in a file or variable: one line of printable ASCII.
    static func checked(_ text: String, from source: String) throws(CommandFailure) -> String {
        let ends: Set<Character> = [" ", "\t", "\n", "\r", "\r\n"]
        var trimmed = text[...]
        while let last = trimmed.last, ends.contains(last) { trimmed = trimmed.dropLast() }
        while let first = trimmed.first, ends.contains(first) { trimmed = trimmed.dropFirst() }
        let isFit =
            !trimmed.isEmpty && trimmed.utf8.count <= 16_384
            && trimmed.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isFit else {
            throw .usage(
                "\(source) holds no key", try: "one line of letters, digits and signs, no blanks")
        }
        return String(trimmed)
    }
}
