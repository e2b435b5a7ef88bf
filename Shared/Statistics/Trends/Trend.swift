/// Where a series is heading, and how soon it meets a limit at that pace.
///
/// Source: Theil 1950, Sen 1968; perfgate's classes; statistics specification, section 10.
package struct Trend: Hashable, Sendable {
    package enum Drift: String, Sendable { case stable, improving, degrading, critical }

    /// Of the least-squares line over the index, per value.
    package let slope: Double
    /// At index 0.
    package let intercept: Double
    /// Share of the variation that the line explains; 1 for a constant series.
    package let rSquared: Double
    /// Median of the slopes between all pairs of values; 0 for a single value.
    package let theilSen: Double
    package let count: Int

    /// Every pair is looked at.
    package static let longest = 4_000

    /// - Parameter values: in order, up to `longest`.
    /// - Throws: `emptySample`, `nonFiniteInput`, `outOfRange`.
    package init(of values: [Double]) throws(StatisticsFailure) {
        try Requirement.sample(values, named: "values")
        guard values.count <= Trend.longest else {
            throw .outOfRange("a trend is taken of at most \(Trend.longest) values")
        }
        let centre = Double(values.count - 1) / 2
        let moments = Moments(checked: values, reference: values[0])
        let pairs = values.enumerated().map { (Double($0.offset) - centre, $0.element) }
        let squares = Moments.sum(pairs) { $0.0 * $0.0 }
        let products = Moments.sum(pairs) { $0.0 * (($0.1 - values[0]) - moments.shiftedMean) }
        slope = squares > 0 ? products / squares : 0
        intercept = moments.mean - slope * centre
        let spread = moments.sumOfSquares
        rSquared = spread > 0 && squares > 0 ? products * products / squares / spread : 1
        theilSen = values.count > 1 ? Self.medianSlope(values) : 0
        count = values.count
    }

    /// Runs until the line meets the limit, at least 1; nil when it is met already or moves away.
    package func runsToBreach(limit: Double, better: Budget.Direction) -> Int? {
        guard isWorsening(better) else { return nil }
        let runs = (limit - intercept) / slope - Double(count - 1)
        guard runs > 0, runs < 1e9 else { return nil }
        return max(1, Int(runs.rounded(.up)))
    }

    /// `better` says which way is good, so a metric of which less is better drifts upwards into
    /// its limit.
    package func drift(limit: Double, better: Budget.Direction) -> Drift {
        let last = intercept + slope * Double(count - 1)
        if rSquared < 0.3 || abs(slope) < 0.001 * abs(last) || slope == 0 { return .stable }
        guard isWorsening(better) else { return .improving }
        let runs = runsToBreach(limit: limit, better: better)
        return runs.map { $0 <= 10 } ?? false ? .critical : .degrading
    }

    private func isWorsening(_ better: Budget.Direction) -> Bool {
        better == .lower ? slope > 0 : slope < 0
    }

    private static func medianSlope(_ values: [Double]) -> Double {
        var slopes: [Double] = []
        slopes.reserveCapacity(values.count * (values.count - 1) / 2)
        for first in values.indices {
            for last in first + 1..<max(first + 1, values.count) {
                slopes.append((values[last] - values[first]) / Double(last - first))
            }
        }
        return Selection.median(&slopes)
    }
}
