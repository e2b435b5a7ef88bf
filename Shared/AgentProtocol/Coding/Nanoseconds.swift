import FleetModel

/// A length of time on the wire: whole nanoseconds, never negative.
package struct Nanoseconds: Hashable, Comparable, Sendable, Codable {
    package static let zero = Nanoseconds(.zero)

    package let count: Int64

    package init?(_ count: Int64) {
        guard count >= 0 else { return nil }
        self.count = count
    }

    /// Saturates at zero and at the largest count.
    package init(_ duration: Duration) { count = max(0, duration.wholeNanoseconds) }

    package var duration: Duration { .nanoseconds(count) }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.count < rhs.count }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        count = try container.decode(Int64.self)
        guard count >= 0 else { throw container.broken("The duration is negative.") }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(count)
    }
}
