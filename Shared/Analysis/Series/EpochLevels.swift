import FleetModel
import Statistics

/// The points of one epoch, cut at the changes found among them.
struct EpochLevels {
    let epoch: String
    /// Of each value, in the whole series.
    let places: [Int]
    let values: [Double]
    /// Also those that are not confirmed.
    let changes: [LevelStep]
    /// Indices of `values`, without a gap; at least one.
    let segments: [Range<Int>]

    init(epoch: String, places: [Int], values: [Double], changes: [LevelStep]) {
        self.epoch = epoch
        self.places = places
        self.values = values
        self.changes = changes
        let bounds = [0] + changes.map(\.index) + [values.count]
        segments = zip(bounds, bounds.dropFirst()).map { $0..<$1 }
    }

    var levels: [SeriesLevel] {
        segments.map { segment in
            SeriesLevel(
                epoch: epoch, first: places[segment.lowerBound],
                last: places[segment.upperBound - 1], count: segment.count,
                median: median(segment))
        }
    }

    /// Since the last change.
    var newest: Range<Int> { segments[segments.count - 1] }

    func median(_ segment: Range<Int>) -> Double {
        (try? Quantile.median(of: Array(values[segment]))) ?? values[segment.lowerBound]
    }

    func boundaries(_ metric: MetricIdentity) throws -> [SeriesBoundary] {
        try changes.enumerated().filter(\.element.isConfirmed).map { number, change in
            let (left, right) = (segments[number], segments[number + 1])
            let before = median(left)
            let after = median(right)
            return SeriesBoundary(
                kind: .change, place: places[change.index], before: places[change.index - 1],
                range: places[change.range.lowerBound]...places[change.range.upperBound],
                epoch: epoch, levelBefore: before, levelAfter: after,
                shift: try shift(left, right, isExact: metric.provider == .simulated),
                p: change.p, direction: Self.direction(metric.better, before, after))
        }
    }

    /// The Hodges–Lehmann shift of the points next to the change; an exact count has no interval.
    private func shift(
        _ left: Range<Int>, _ right: Range<Int>, isExact: Bool
    ) throws -> RelativeInterval? {
        let reach = SeriesAnalyser.intervalReach
        let sides = try TwoSample(
            baseline: Array(values[left].suffix(reach)),
            candidate: Array(values[right].prefix(reach)))
        guard let shift = RankComparison(sides).relativeShift(), shift.value.isFinite else {
            return nil
        }
        guard !isExact, shift.interval.lower.isFinite, shift.interval.upper.isFinite else {
            return RelativeInterval(value: shift.value)
        }
        return RelativeInterval(
            value: shift.value, low: shift.interval.lower, high: shift.interval.upper,
            level: shift.confidence)
    }

    private static func direction(
        _ better: Better, _ before: Double, _ after: Double
    ) -> Direction {
        switch better {
        case .none: .unclear
        case .lower: after > before ? .regressed : .improved
        case .higher: after < before ? .regressed : .improved
        }
    }
}
