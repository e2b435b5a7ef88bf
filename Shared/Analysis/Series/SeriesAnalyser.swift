package import FleetModel
import Statistics

/// Finds what happened to a series: changes of level, noise, drift.
///
/// Points stand in the order of their commits. Those of one platform epoch are analysed for
/// themselves, in that order, wherever points of other epochs lie between them: a commit that is
/// measured late, on a newer platform, cuts no older stretch in two (decision record 0043).
/// Source: statistics specification, §4, §9.3, §10; DESIGN 3.11 for deterministic providers.
package struct SeriesAnalyser: Sendable {
    let metric: MetricIdentity
    /// The relative change that the newest run's policy bears; nil means `auto`.
    let threshold: Double?
    package let search: LevelSearch

    package init(metric: MetricIdentity, threshold: Double?) {
        self.metric = metric
        self.threshold = threshold
        search = LevelSearch(ignoring: Self.leastMagnitude(of: metric))
    }

    /// Of a change that is one: exact counts have no noise that would hide the smallest.
    private static func leastMagnitude(of metric: MetricIdentity) -> Double {
        metric.provider == .simulated ? MetricPolicy().minimumExactEffect : 0
    }

    /// The same with other change points.
    package init(
        _ other: SeriesAnalyser, _ wishes: LevelSearch.Wishes
    ) throws(LevelSearch.Refusal) {
        metric = other.metric
        threshold = other.threshold
        search = try LevelSearch(wishes, ignoring: Self.leastMagnitude(of: other.metric))
    }

    /// One accepted run of the series.
    package struct Point: Hashable, Sendable {
        /// Finite.
        package let value: Double
        /// Medians of the run's visits; may be empty where only the value is known.
        package let visits: [Double]
        /// Nil where the host did not say.
        package let epoch: String?
        package let committedAt: ServerTime
        package let measuredAt: ServerTime

        package init(
            value: Double, visits: [Double], epoch: String?, committedAt: ServerTime,
            measuredAt: ServerTime
        ) {
            self.value = value
            self.visits = visits
            self.epoch = epoch
            self.committedAt = committedAt
            self.measuredAt = measuredAt
        }
    }

    /// The newest points that the noise is taken from; visits of older ones are not looked at.
    package static let noiseWindow = 100
    /// Runs a side that the detectable change is told for (specification, §6).
    static let comparedRuns = 5
    /// Points next to a change that its interval is taken from, on each side.
    static let intervalReach = 50

    /// The same with and without memory, which saves time alone.
    /// - Throws: `StatisticsFailure` for a value that is not finite.
    package func findings(
        of points: [Point], memory: inout SeriesMemory
    ) throws -> SeriesFindings {
        guard let last = points.indices.last else { return .nothing }
        let epochs = EpochNames(points).names
        let stretches = Dictionary(grouping: points.indices, by: { epochs[$0] })
            .sorted { ($0.value.first ?? 0) < ($1.value.first ?? 0) }
        memory.forget(except: Set(stretches.map(\.key)))
        var boundaries: [SeriesBoundary] = []
        var levels: [SeriesLevel] = []
        var newest: EpochLevels?
        for (epoch, places) in stretches {
            let found = try memory.boundaries(
                of: epoch, in: places.map { points[$0].value }, by: search)
            let stretch = EpochLevels(
                epoch: epoch, places: places, values: places.map { points[$0].value },
                changes: found)
            boundaries += try stretch.boundaries(metric)
            levels += stretch.levels
            if epoch == epochs[last] { newest = stretch }
        }
        boundaries += Self.epochBreaks(levels, epochs: epochs)
        let noise = try newest.map { try self.noise(of: $0, points) }
        return SeriesFindings(
            boundaries: boundaries.sorted {
                ($0.place, $0.kind.rawValue) < ($1.place, $1.kind.rawValue)
            },
            levels: levels.sorted { $0.first < $1.first }, noise: noise,
            trend: try newest.flatMap { try trend(of: $0, points, noise: noise) },
            suspect: try newest.flatMap { try suspicion(of: $0) })
    }

    /// Where the first point of an epoch stands, beside the level that led there.
    private static func epochBreaks(
        _ levels: [SeriesLevel], epochs: [String]
    ) -> [SeriesBoundary] {
        var seen: Set<String> = []
        return levels.sorted { $0.first < $1.first }.compactMap { level in
            guard seen.insert(level.epoch).inserted, level.first > 0 else { return nil }
            let before = level.first - 1
            let old = levels.last { $0.epoch == epochs[before] && $0.first <= before }
            guard let old else { return nil }
            let share = old.median != 0 ? level.median / old.median - 1 : .nan
            return SeriesBoundary(
                kind: .epochBreak, place: level.first, before: before,
                range: level.first...level.first, epoch: level.epoch, levelBefore: old.median,
                levelAfter: level.median,
                shift: share.isFinite ? RelativeInterval(value: share) : nil, p: nil,
                direction: .unclear)
        }
    }
}

/// Which epoch each point belongs to.
struct EpochNames {
    /// One for each point. Where a host did not say, what it said last before stands; at the
    /// beginning, what it said first.
    let names: [String]

    init(_ points: [SeriesAnalyser.Point]) {
        let inTime = points.indices.sorted {
            (points[$0].measuredAt, $0) < (points[$1].measuredAt, $1)
        }
        var last = inTime.lazy.compactMap { points[$0].epoch }.first ?? ""
        var names = [String](repeating: "", count: points.count)
        for place in inTime {
            last = points[place].epoch ?? last
            names[place] = last
        }
        self.names = names
    }
}
