/// A name pattern of filters and watch lists: `*` stands for any text, `?` for one character, a
/// leading `!` turns it round. Matching takes time in proportion to pattern × name.
package struct Glob {
    package let isNegated: Bool
    private let pattern: [Character]

    package init(_ text: String) {
        isNegated = text.hasPrefix("!")
        pattern = Array(isNegated ? text.dropFirst() : text[...])
    }

    /// Ignores the leading `!`; a list's last match decides with it.
    package func matches(_ name: String) -> Bool {
        var reached =
            [true]
            + pattern.indices.map { index in
                pattern[...index].allSatisfy { $0 == "*" }
            }
        for character in name {
            var next = [false]
            for (index, wanted) in pattern.enumerated() {
                switch wanted {
                case "*": next.append(reached[index + 1] || next[index])
                case "?": next.append(reached[index])
                default: next.append(reached[index] && wanted == character)
                }
            }
            reached = next
        }
        return reached.last ?? false
    }

    /// Whether the last pattern that matches is not a `!` one.
    package static func selects(_ name: String, by patterns: [String]) -> Bool {
        var isSelected = false
        for glob in patterns.map(Glob.init) where glob.matches(name) {
            isSelected = !glob.isNegated
        }
        return isSelected
    }
}
