/// What is accepted of one document.
package struct XMLLimits: Sendable {
    /// Elements inside of each other.
    package var depth: Int
    /// Elements, attributes and texts; each is 8 bytes.
    package var nodes: Int
    /// Of one name, value or text.
    package var textBytes: Int
    /// Whether the time for it is over; asked now and then.
    package var isTimeOver: @Sendable () -> Bool

    package init(
        depth: Int = 128, nodes: Int = 4_000_000, textBytes: Int = 1 << 20,
        isTimeOver: @escaping @Sendable () -> Bool = { false }
    ) {
        self.depth = depth
        self.nodes = nodes
        self.textBytes = textBytes
        self.isTimeOver = isTimeOver
    }
}

/// Why a document was refused, and at which byte.
package struct XMLFailure: Error, Equatable {
    package enum Kind: Sendable { case malformed, truncated, limitExceeded }

    package let kind: Kind
    package let offset: Int
    package let reason: String
}
