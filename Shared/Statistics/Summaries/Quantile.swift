/// Sample quantiles.
///
/// Source: Hyndman & Fan 1996; statistics specification, section 1.
package enum Quantile {
    /// The numbering of Hyndman & Fan; type 3 is not offered.
    package enum Kind: Int, CaseIterable, Sendable {
        case inverse = 1
        case inverseAveraged = 2
        case interpolatedInverse = 4
        case hazen = 5
        case weibull = 6
        case linear = 7
        case medianUnbiased = 8
        case normalUnbiased = 9
    }

    /// Takes a fraction in [0, 1] and at least one finite value, in ascending order.
    static func value(at fraction: Double, ofSorted sorted: [Double], kind: Kind) -> Double {
        let size = Double(sorted.count)
        let position =
            switch kind {
            case .inverse, .inverseAveraged, .interpolatedInverse: size * fraction
            case .hazen: size * fraction + 0.5
            case .weibull: (size + 1) * fraction
            case .linear: 1 + (size - 1) * fraction
            case .medianUnbiased: (size + 1 / 3.0) * fraction + 1 / 3.0
            case .normalUnbiased: (size + 0.25) * fraction + 0.375
            }
        switch kind {
        case .inverse, .inverseAveraged:
            return step(sorted, position, averaged: kind == .inverseAveraged)
        default:
            return interpolate(sorted, position)
        }
    }

    /// Takes a fraction in [0, 1] and values in any order.
    /// - Throws: `emptySample`, `nonFiniteInput`, `outOfRange`.
    package static func value(
        at fraction: Double, of values: [Double], kind: Kind = .linear
    ) throws(StatisticsFailure) -> Double {
        try Requirement.sample(values, named: "values")
        guard fraction >= 0, fraction <= 1 else {
            throw .outOfRange("a quantile's fraction must lie in [0, 1], not \(fraction)")
        }
        return value(at: fraction, ofSorted: values.sorted(), kind: kind)
    }

    /// - Throws: `emptySample`, `nonFiniteInput`.
    package static func median(of values: [Double]) throws(StatisticsFailure) -> Double {
        try Requirement.sample(values, named: "values")
        return median(ofSorted: values.sorted())
    }

    static func median(ofSorted sorted: [Double]) -> Double {
        let middle = sorted.count / 2
        if !sorted.count.isMultiple(of: 2) { return sorted[middle] }
        return midpoint(sorted[middle - 1], sorted[middle])
    }

    /// Halves first, so that the sum of two large values cannot overflow.
    static func midpoint(_ first: Double, _ second: Double) -> Double {
        first == second ? first : first / 2 + second / 2
    }

    private static func step(_ sorted: [Double], _ position: Double, averaged: Bool) -> Double {
        let nearest = position.rounded()
        guard abs(position - nearest) <= 1e-9 else {
            return sorted[clamped(Int(position.rounded(.up)), sorted.count) - 1]
        }
        let order = Int(nearest)
        let value = sorted[clamped(order, sorted.count) - 1]
        guard averaged else { return value }
        return midpoint(value, sorted[clamped(order + 1, sorted.count) - 1])
    }

    private static func interpolate(_ sorted: [Double], _ position: Double) -> Double {
        let whole = position.rounded(.down)
        let order = clamped(Int(whole), sorted.count)
        guard whole >= 1, order < sorted.count else { return sorted[order - 1] }
        let lower = sorted[order - 1]
        return lower + (position - whole) * (sorted[order] - lower)
    }

    private static func clamped(_ order: Int, _ count: Int) -> Int { min(max(order, 1), count) }
}
