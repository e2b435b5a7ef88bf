/// How much a series varies without anything having changed.
///
/// A point is the median of a run; runs differ by more than their repetitions tell, so the
/// variance between runs comes first. Earlier levels count, each scaled to the newest one, as
/// long as they vary alike.
/// Source: statistics specification, section 4; Kalibera & Jones 2013.
package struct NoiseModel: Hashable, Sendable {
    /// σ of a point, in the values' unit at the newest level.
    package let deviation: Double
    /// σ of a point over the newest level's median; nil when that is 0.
    package let relative: Double?
    /// Fewer than five runs: the robust σ of successive differences.
    package let isProvisional: Bool
    /// Nil while provisional, and when no run has two repetitions.
    package let components: VarianceComponents?
    /// Lag-1 autocorrelation of points within their levels.
    package let correlation: Double
    /// As many independent points as there are worth.
    package let effectiveSize: Double
    /// Of the newest level.
    package let shape: SeriesShape
    /// Points that went into it.
    package let count: Int

    /// Runs from which on the variance between runs can be told.
    package static let fewestRuns = 5
    /// Below this p the spread of a level is another one.
    package static let spreadAlpha = 0.001

    /// - Parameters:
    ///   - runs: the valid repetitions of each run, oldest first, none empty.
    ///   - levels: the indices of the runs with which new levels begin.
    /// - Throws: `emptySample`, `nonFiniteInput`, `outOfRange` for a level that is no index.
    package init(runs: [[Double]], levels: [Int] = []) throws(StatisticsFailure) {
        guard !runs.isEmpty else { throw .emptySample("runs") }
        for (index, run) in runs.enumerated() {
            try Requirement.sample(run, named: "runs[\(index)]")
        }
        guard levels.allSatisfy({ runs.indices.contains($0) }) else {
            throw .outOfRange("a level must begin with one of the runs")
        }
        let history = LevelHistory(runs, levels: levels)
        let scaled = history.scaledRuns
        let points = scaled.map { Quantile.median(ofSorted: $0.sorted()) }
        let isEarly = points.count < Self.fewestRuns
        let parts = isEarly ? nil : try? VarianceComponents(scaled)
        let sizes = scaled.map { Double($0.count) }.sorted()
        components = parts
        isProvisional = isEarly
        if let parts {
            deviation = parts.pointDeviation(
                repetitions: Int(Quantile.median(ofSorted: sizes)))
        } else if isEarly {
            deviation = Self.successive(points)
        } else {
            deviation = Moments(checked: points, reference: points[0]).standardDeviation ?? 0
        }
        let centre = abs(history.newestMedian)
        relative = centre > 0 ? deviation / centre : nil
        correlation = Autocorrelation.lagOne(ofLevels: history.segments)
        effectiveSize = Autocorrelation.effectiveSize(points.count, correlation: correlation)
        shape = SeriesShape(history.newestPoints)
        count = points.count
    }

    /// Robust σ from successive differences; 0 for a single point.
    private static func successive(_ points: [Double]) -> Double {
        let steps = zip(points, points.dropFirst()).map { $1 - $0 }.sorted()
        guard !steps.isEmpty else { return 0 }
        let middle = Quantile.median(ofSorted: steps)
        let spread = Quantile.median(ofSorted: steps.map { abs($0 - middle) }.sorted())
        return Summary.madScale * spread / 2.0.squareRoot()
    }

    /// The standard error of a difference of two single runs: what a comparison without
    /// repeated runs must use instead of either run's own interval.
    package static func errorOfDifference(_ baseline: NoiseModel, _ candidate: NoiseModel) -> Double
    {
        (baseline.deviation * baseline.deviation + candidate.deviation * candidate.deviation)
            .squareRoot()
    }
}

/// Runs level by level, brought to the newest level.
private struct LevelHistory {
    /// Of the levels that vary like the newest one; oldest first.
    let scaledRuns: [[Double]]
    let segments: [SegmentMoments]
    let newestPoints: [Double]
    let newestMedian: Double

    init(_ runs: [[Double]], levels: [Int]) {
        let bounds = Set(levels + [0, runs.count]).sorted()
        let stretches = zip(bounds, bounds.dropFirst()).map { Array(runs[$0..<$1]) }
        let medians = stretches.map { Self.median(Self.points($0)) }
        newestMedian = medians.last ?? 0
        newestPoints = Self.points(stretches.last ?? [])
        var kept: [[[Double]]] = []
        var newest: SegmentMoments?
        for (stretch, median) in zip(stretches, medians).reversed() {
            let scaled = stretch.map { run in
                run.map { Self.scale($0, from: median, to: medians.last ?? median) }
            }
            let points = Self.points(scaled)
            let moments = SegmentMoments(points, points.indices)
            if let newest, Self.differ(newest, moments) { break }
            newest = newest ?? moments
            kept.insert(scaled, at: 0)
        }
        scaledRuns = kept.flatMap { $0 }
        segments = kept.map { level in
            let points = Self.points(level)
            return SegmentMoments(points, points.indices)
        }
    }

    private static func points(_ runs: [[Double]]) -> [Double] {
        runs.map { median($0) }
    }

    private static func median(_ values: [Double]) -> Double {
        Quantile.median(ofSorted: values.sorted())
    }

    /// By ratio where both levels are positive, else by difference.
    private static func scale(_ value: Double, from: Double, to: Double) -> Double {
        if from == to { return value }
        return from > 0 && to > 0 ? value / from * to : value - from + to
    }

    /// The F test of two spreads, two-sided.
    private static func differ(_ first: SegmentMoments, _ second: SegmentMoments) -> Bool {
        guard first.count > 1, second.count > 1 else { return false }
        let spreads = [first, second].map { $0.squares / Double($0.count - 1) }
        guard spreads[0] > 0 || spreads[1] > 0 else { return false }
        let isFirstLarger = spreads[0] >= spreads[1]
        let (large, small) = isFirstLarger ? (first, second) : (second, first)
        let ratio = max(spreads[0], spreads[1]) / min(spreads[0], spreads[1])
        let tail = TailDistributions.fisher(
            ratio, numerator: Double(large.count - 1), denominator: Double(small.count - 1))
        return 2 * tail < NoiseModel.spreadAlpha
    }
}
