/// A full git object name of a commit: 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.
package struct CommitHash: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard text.utf8.count == 40 || text.utf8.count == 64,
            text.utf8.allSatisfy(Hexadecimal.isLowerCase)
        else { return nil }
        self.text = text
    }

    /// The first twelve digits, for people.
    package var short: String { String(text.prefix(12)) }

    package var description: String { text }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.text < rhs.text }
}
