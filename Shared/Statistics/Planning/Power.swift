/// How small a change two groups can show, and how many repetitions a change needs.
///
/// Source: statistics specification, section 6.
package enum Power {
    package struct Repetitions: Hashable, Sendable {
        package let perGroup: Int
        /// Reached with `perGroup`; an approximation of the noncentral t, within 0.05.
        package let power: Double
    }

    /// Groups larger than this are refused: no schedule would ever run them.
    package static let largestGroup = 10_000_000

    /// The change seen with probability `power` at level `alpha`, in the unit of `deviation`.
    ///
    /// `deviation` is the SD of one repetition; `perGroup` counts the repetitions of each side,
    /// at least 2.
    /// - Throws: `outOfRange`.
    package static func minimalDetectableEffect(
        deviation: Double, perGroup: Int, alpha: Double = 0.05, power: Double = 0.8
    ) throws(StatisticsFailure) -> Double {
        guard deviation >= 0, deviation.isFinite else {
            throw .outOfRange("the deviation must be finite and not negative")
        }
        guard (2...largestGroup).contains(perGroup) else {
            throw .outOfRange("repetitions per group must lie in 2 ... \(largestGroup)")
        }
        try Requirement.openUnit(alpha, named: "alpha")
        try Requirement.openUnit(power, named: "power")
        let points = points(perGroup, alpha, power)
        return deviation * (2 / Double(perGroup)).squareRoot() * points
    }

    /// The difference seen with probability `power` at level `alpha` where it is estimated with a
    /// standard error of so many degrees of freedom; in the unit of `error`.
    /// - Throws: `outOfRange`.
    package static func minimalDetectableEffect(
        error: Double, degrees: Double, alpha: Double = 0.05, power: Double = 0.8
    ) throws(StatisticsFailure) -> Double {
        guard error >= 0, error.isFinite, degrees >= 1, degrees.isFinite else {
            throw .outOfRange("the error must not be negative, degrees at least 1")
        }
        try Requirement.openUnit(alpha, named: "alpha")
        try Requirement.openUnit(power, named: "power")
        return error
            * (StudentDistribution.upperQuantile(alpha / 2, degrees: degrees)
                + StudentDistribution.quantile(power, degrees: degrees))
    }

    /// The smallest group that shows a change of `delta` with probability `power`.
    /// - Throws: `outOfRange`, also when more than `largestGroup` would be needed.
    package static func repetitions(
        deviation: Double, delta: Double, alpha: Double = 0.05, power: Double = 0.8
    ) throws(StatisticsFailure) -> Repetitions {
        try Requirement.positive(deviation, named: "the deviation")
        try Requirement.positive(delta, named: "delta")
        try Requirement.openUnit(alpha, named: "alpha")
        try Requirement.openUnit(power, named: "power")
        let isEnough = { (size: Int) in
            let scaled = points(size, alpha, power) * deviation / delta
            return Double(size) >= 2 * scaled * scaled
        }
        var fails = 1
        var fits = 2
        while !isEnough(fits) {
            guard fits < largestGroup else {
                throw .outOfRange("more than \(largestGroup) repetitions would be needed")
            }
            fails = fits
            fits = min(2 * fits, largestGroup)
        }
        while fits - fails > 1 {
            let middle = (fits + fails) / 2
            if isEnough(middle) { fits = middle } else { fails = middle }
        }
        let reached = reachedPower(size: fits, effect: delta / deviation, alpha: alpha)
        return Repetitions(perGroup: fits, power: reached)
    }

    /// t(1 − α/2; 2n − 2) + t(power; 2n − 2).
    private static func points(_ size: Int, _ alpha: Double, _ power: Double) -> Double {
        let degrees = Double(2 * size - 2)
        return StudentDistribution.upperQuantile(alpha / 2, degrees: degrees)
            + StudentDistribution.quantile(power, degrees: degrees)
    }

    private static func reachedPower(size: Int, effect: Double, alpha: Double) -> Double {
        let degrees = Double(2 * size - 2)
        let centre = effect * (Double(size) / 2).squareRoot()
        let critical = StudentDistribution.upperQuantile(alpha / 2, degrees: degrees)
        let scale = (1 + critical * critical / (2 * degrees)).squareRoot()
        return NormalDistribution.cumulative(
            (centre * (1 - 1 / (4 * degrees)) - critical) / scale)
    }
}
