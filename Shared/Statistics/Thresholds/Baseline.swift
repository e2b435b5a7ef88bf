/// What a candidate is compared with when only points are at hand.
///
/// Source: statistics specification, section 7.
package struct Baseline: Hashable, Sendable {
    /// Oldest first.
    package let points: [Double]
    /// Their median.
    package let location: Double

    /// The newest points of the current level; nil with fewer than `fewest`.
    ///
    /// `level` holds successful runs only, oldest first, since the last confirmed change point
    /// and without the candidate's own change.
    /// - Throws: `nonFiniteInput`.
    package static func currentLevel(
        _ level: [Double], newest: Int = 30, fewest: Int = 5
    ) throws(StatisticsFailure) -> Baseline? {
        guard level.count >= max(1, fewest) else { return nil }
        return try Baseline(Array(level.suffix(max(1, newest))))
    }

    /// The last few successful runs, whatever their level; nil without any.
    /// - Throws: `nonFiniteInput`.
    package static func lastRuns(
        _ points: [Double], count: Int = 5
    ) throws(StatisticsFailure) -> Baseline? {
        points.isEmpty ? nil : try Baseline(Array(points.suffix(max(1, count))))
    }

    private init(_ points: [Double]) throws(StatisticsFailure) {
        self.points = points
        location = try Quantile.median(of: points)
    }
}
