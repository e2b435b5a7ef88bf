/// A way to find the places at which a series changes its level, in two stages: weak points from
/// windows, then a choice among them.
///
/// Source: Fleming et al. 2023 (Hunter); statistics specification, section 9.
package protocol LevelDetector: Hashable, Sendable {
    associatedtype ChangePoint: LevelChange

    /// What one answer keeps for the next, of a series that has grown at its end.
    associatedtype Memory: Sendable

    var rule: SplitRule { get }

    /// Brings `prepared` up to date with finite `values`, the last of which are new.
    /// - Returns: the first index whose prepared value is new or another one.
    func prepare(_ values: [Double], into prepared: inout [Double]) -> Int

    /// The boundaries of levels that remain of the weak points; both ascending. A change point is
    /// one that is confirmed.
    ///
    /// Prepared values before `settled` are those of the answer before. Memory only saves time:
    /// the answer is the same without it.
    func confirm(
        _ weak: [Int], in prepared: [Double], settled: Int, memory: inout Memory
    ) -> [ChangePoint]

    func emptyMemory() -> Memory
}

/// How windows are searched for splits.
///
/// Source: statistics specification, section 9.2, step 1.
package struct SplitRule: Hashable, Sendable {
    package let window: Int
    /// The p-value up to which a split is kept.
    let level: Double
    let spread: LevelPair.Spread
    /// Of splits for levels that end before their window does; nil keeps none of those.
    let episodes: EpisodeRule?
    /// Below this a squared t can never reach the level.
    let bound: Double

    /// Takes a window that was checked.
    init(window: Int, level: Double, spread: LevelPair.Spread, episodes: EpisodeRule? = nil) {
        self.window = window
        self.episodes = episodes
        self.level = level
        self.spread = spread
        let point = NormalDistribution.upperQuantile(level / 2)
        bound = point * point * (1 - 1e-9)
    }

    /// - Throws: `outOfRange` for a window below 2, or one too long to be searched.
    static func check(window: Int) throws(StatisticsFailure) {
        guard (2...SplitSearch.longest).contains(window) else {
            throw .outOfRange("window must lie in 2 ... \(SplitSearch.longest), not \(window)")
        }
    }
}

/// One change of level, as its detector describes it.
///
/// Source: statistics specification, section 9.2, step 4.
package protocol LevelChange: Hashable, Sendable {
    /// First value of the new level; above 0.
    var index: Int { get }
    /// Whether there is enough to say so. A boundary without it separates levels, for whatever
    /// looks at them, and is told to nobody.
    var isConfirmed: Bool { get }
    var meanBefore: Double { get }
    var meanAfter: Double { get }

    /// The same change in a series with so many more values in front.
    func moved(by count: Int) -> Self
}

extension LevelChange {
    /// Mean after / mean before − 1; 0 when the level before is 0.
    package var change: Double { LevelPair.change(meanBefore, meanAfter) }

    /// The larger of |after / before − 1| and |before / after − 1|.
    package var magnitude: Double {
        max(abs(change), abs(LevelPair.change(meanAfter, meanBefore)))
    }
}

extension LevelDetector {
    /// The confirmed boundaries of a whole series, ascending; none for a single value.
    /// - Throws: what `boundaries` throws.
    package func changePoints(
        in values: [Double?], epochs: [Int] = []
    ) throws(StatisticsFailure) -> [ChangePoint] {
        try boundaries(in: values, epochs: epochs).filter(\.isConfirmed)
    }

    /// The same of a series in which no value is missing, which is quicker.
    package func changePoints(
        in values: [Double], epochs: [Int] = []
    ) throws(StatisticsFailure) -> [ChangePoint] {
        try boundaries(in: values, epochs: epochs).filter(\.isConfirmed)
    }

    /// Where a whole series changes its level, confirmed or not, ascending.
    ///
    /// Missing values (nil) are filled forward, leading ones backward. `epochs` are the indices at
    /// which the platform changed: each stretch between them is analysed for itself.
    /// - Throws: `emptySample`, `nonFiniteInput`; `outOfRange` for an epoch that is no index of
    ///   the series.
    package func boundaries(
        in values: [Double?], epochs: [Int] = []
    ) throws(StatisticsFailure) -> [ChangePoint] {
        let found = try boundaries(count: values.count, epochs) {
            (series, stretch) throws(StatisticsFailure) in
            try series.append(contentsOf: values[stretch])
        }
        guard values.contains(where: { $0 != nil }) else { throw .emptySample("values") }
        return found
    }

    /// The same of a series in which no value is missing, which is quicker.
    package func boundaries(
        in values: [Double], epochs: [Int] = []
    ) throws(StatisticsFailure) -> [ChangePoint] {
        try boundaries(count: values.count, epochs) {
            (series, stretch) throws(StatisticsFailure) in
            try series.append(contentsOf: values[stretch])
        }
    }

    private func boundaries(
        count: Int, _ epochs: [Int],
        append: (inout ChangePointSeries<Self>, Range<Int>) throws(StatisticsFailure) -> Void
    ) throws(StatisticsFailure) -> [ChangePoint] {
        guard epochs.allSatisfy({ (0...count).contains($0) }) else {
            throw .outOfRange("an epoch must begin within the series")
        }
        let bounds = Set(epochs + [0, count]).sorted()
        guard bounds.count > 1 else { throw .emptySample("values") }
        var found: [ChangePoint] = []
        for (start, end) in zip(bounds, bounds.dropFirst()) {
            var series = ChangePointSeries(by: self)
            try append(&series, start..<end)
            // Before its first value a stretch has nothing to say.
            found += series.boundaries.map { $0.moved(by: start) }
        }
        return found
    }
}
