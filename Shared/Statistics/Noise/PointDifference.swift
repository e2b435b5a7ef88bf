/// The difference of two points, judged by how much points of their series vary and not by what
/// happened inside either run.
///
/// Source: statistics specification, section 4.
package struct PointDifference: Hashable, Sendable {
    /// Of candidate − baseline.
    package let test: TTest
    /// In the points' unit.
    package let standardError: Double

    /// Two single points of σ relative to their own level, told from so many degrees of freedom.
    /// - Throws: `nonFiniteInput`; `outOfRange` for a σ below 0 or degrees below 1.
    package init(
        baseline: Double, candidate: Double, relativeDeviation: Double, degrees: Double,
        level: ConfidenceLevel = .standard
    ) throws(StatisticsFailure) {
        try Self.check(baseline, candidate)
        guard relativeDeviation >= 0, relativeDeviation.isFinite, degrees >= 1, degrees.isFinite
        else { throw .outOfRange("the deviation must not be negative, degrees at least 1") }
        let spreads = [baseline, candidate].map { relativeDeviation * abs($0) }
        standardError = (spreads[0] * spreads[0] + spreads[1] * spreads[1]).squareRoot()
        test = TTest(
            difference: candidate - baseline, error: standardError, degrees: degrees, level: level)
    }

    /// A new point against the mean of its history, by the prediction interval; nil below two
    /// points, which say nothing of how much a third may differ.
    /// - Throws: `nonFiniteInput`.
    package init?(
        history: [Double], candidate: Double, level: ConfidenceLevel = .standard
    ) throws(StatisticsFailure) {
        guard let first = history.first, history.count >= 2 else { return nil }
        try Requirement.sample(history, named: "history")
        let moments = Moments(checked: history, reference: first)
        try Self.check(moments.mean, candidate)
        guard let deviation = moments.standardDeviation else { return nil }
        standardError = deviation * (1 + 1 / Double(history.count)).squareRoot()
        test = TTest(
            difference: candidate - moments.mean, error: standardError,
            degrees: Double(history.count - 1), level: level)
    }

    private static func check(_ baseline: Double, _ candidate: Double) throws(StatisticsFailure) {
        guard baseline.isFinite else { throw .nonFiniteInput("baseline") }
        guard candidate.isFinite else { throw .nonFiniteInput("candidate") }
    }
}
