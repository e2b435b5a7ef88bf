import FoundationEssentials
package import Identity

/// Where a page of a list ended: the sort values and id of its last row.
package struct ListPosition: Equatable, Sendable {
    package let values: [String]

    package init(_ values: [String]) { self.values = values }
}

/// Writes and reads opaque cursors: sealed, and bound to the list's filters and sort.
package struct CursorCodec: Sendable {
    package static let maximumLength = 512
    private let seal: MessageSeal

    package init(seal: MessageSeal) { self.seal = seal }

    /// Nil when the position is too long. The binding is the route, filters and sort in one
    /// canonical text.
    package func cursor(at position: ListPosition, binding: String) -> String? {
        let document = JSONValue.array(
            [.string(seal.code(for: binding))] + position.values.map(JSONValue.string))
        let content = Self.urlSafe(Data(document.text.utf8).base64EncodedString())
        let text = content + "." + seal.code(for: content)
        return text.utf8.count <= Self.maximumLength ? text : nil
    }

    /// Refuses with `bad_cursor` what is not ours, with `cursor_mismatch` another list's.
    package func position(of text: String, binding: String) throws(APIError) -> ListPosition {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.maximumLength, parts.count == 2,
            seal.isValid(String(parts[1]), for: String(parts[0])),
            let data = Data(base64Encoded: Self.padded(String(parts[0]))),
            let document = try? JSONParser.parse(Array(data)), case .array(let items) = document,
            case .string(let bound)? = items.first
        else { throw APIError(.badCursor, "The cursor is not one that this list gave.") }
        guard bound == seal.code(for: binding) else {
            throw APIError(.cursorMismatch, "The cursor belongs to other filters or another sort.")
        }
        return ListPosition(
            items.dropFirst().compactMap {
                guard case .string(let value) = $0 else { return nil }
                return value
            })
    }

    private static func urlSafe(_ base64: String) -> String {
        String(
            base64.compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }

    private static func padded(_ urlSafe: String) -> String {
        let base64 = urlSafe.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return String(base64) + String(repeating: "=", count: (4 - base64.count % 4) % 4)
    }
}
