/// Where something stands in the file: line and column from 1, columns in Unicode scalars.
package struct TextPlace: Hashable, Sendable, Comparable {
    package let line: Int
    package let column: Int
    /// Scalars on that line that belong to it, at least 1.
    package let length: Int

    package init(line: Int, column: Int, length: Int = 1) {
        self.line = line
        self.column = column
        self.length = max(1, length)
    }

    package static let start = TextPlace(line: 1, column: 1)

    package static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.line, lhs.column, lhs.length) < (rhs.line, rhs.column, rhs.length)
    }
}
