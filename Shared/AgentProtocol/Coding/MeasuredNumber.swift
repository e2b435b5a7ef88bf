/// One measured value: a finite number that stays exact when it is a whole number below 2^64.
///
/// Hardware counters are 64-bit integers, and a double holds only 53 bits of them.
package struct MeasuredNumber: Hashable, Sendable {
    /// The nearest double.
    package let value: Double
    /// The whole number itself, nil for fractions, negative and larger values.
    package let exact: UInt64?

    /// Nil for NaN and infinities.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        self.value = value
        exact = UInt64(exactly: value)
    }

    package init(_ count: UInt64) {
        value = Double(count)
        exact = count
    }
}

extension MeasuredNumber: Codable {
    /// Largest double below which each whole number is itself a double.
    private static let exactDoubles = 9_007_199_254_740_992.0

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let value = try container.decode(Double.self)
        guard let number = MeasuredNumber(value) else {
            throw container.broken("The number is not finite.")
        }
        // Only past 2^53 can the digits say more than the double: no second look before.
        if value >= Self.exactDoubles, let count = try? container.decode(UInt64.self) {
            self.init(count)
        } else {
            self = number
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let exact {
            try container.encode(exact)
        } else {
            try container.encode(value)
        }
    }
}
