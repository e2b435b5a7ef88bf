/// The share of intervals that cover the truth; strictly between 0 and 1.
///
/// Source: Neyman 1937; statistics specification, section 13.
package struct ConfidenceLevel: Hashable, Sendable {
    package let value: Double

    /// 95 %.
    package static let standard = ConfidenceLevel(checked: 0.95)

    /// - Throws: `outOfRange` outside (0, 1).
    package init(_ value: Double) throws(StatisticsFailure) {
        try Requirement.openUnit(value, named: "level")
        self.value = value
    }

    private init(checked value: Double) { self.value = value }

    /// The probability left out on each side.
    var tail: Double { (1 - value) / 2 }
}

/// Two ends in the unit of the estimate; `lower` never exceeds `upper`.
///
/// Source: Neyman 1937.
package struct Interval: Hashable, Sendable {
    package let lower: Double
    package let upper: Double

    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    package var halfWidth: Double { (upper - lower) / 2 }
}
