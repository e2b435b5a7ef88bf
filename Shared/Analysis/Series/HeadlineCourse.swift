package import FleetModel
import Statistics

/// How the benchmarks of a project moved together: the geometric mean of their ratios over time.
///
/// A benchmark's ratio is made of its changes of level alone, so runs' noise is not in it; a step
/// from one platform epoch to the next counts for nothing, since it says nothing of the code.
package struct HeadlineCourse: Sendable {
    package let tracks: [SeriesTrack]

    package init(_ tracks: [SeriesTrack]) { self.tracks = tracks }

    /// Series of one host class that are better the same way.
    package struct Group: Sendable {
        package let hostClass: String
        package let better: Better
        package let course: HeadlineCourse
    }

    /// By host class; series that are better neither way are left out.
    package static func groups(_ tracks: [SeriesTrack]) -> [Group] {
        var found: [Group] = []
        let byClass = Dictionary(grouping: tracks, by: \.key.hostClass)
        for (hostClass, tracks) in byClass.sorted(by: { $0.key < $1.key }) {
            for better in [Better.lower, .higher] {
                let alike = tracks.filter { $0.key.metric.better == better }
                guard !alike.isEmpty else { continue }
                found.append(
                    Group(hostClass: hostClass, better: better, course: HeadlineCourse(alike)))
            }
        }
        return found
    }

    /// The project at one moment, against where it began.
    package struct Point: Hashable, Sendable {
        package let moment: HistoryMoment
        package let index: Index
    }

    package struct Index: Hashable, Sendable {
        /// 1 where nothing changed.
        package let ratio: Double
        /// Of 95 %; nil for a single series.
        package let low: Double?
        package let high: Double?
        package let count: Int
    }

    /// After / before of each series, in their order; nil for one that began later or is not
    /// positive.
    package func ratios(from start: HistoryMoment, to end: HistoryMoment) -> [Double?] {
        tracks.map { $0.ratio(from: start, to: end) }
    }

    /// Nil where no series spans both.
    package func index(from start: HistoryMoment, to end: HistoryMoment) throws -> Index? {
        let ratios = ratios(from: start, to: end).compactMap(\.self)
        guard !ratios.isEmpty else { return nil }
        let index = try HeadlineIndex(ratios: ratios)
        return Index(
            ratio: index.ratio, low: index.interval?.lower, high: index.interval?.upper,
            count: index.count)
    }

    /// At the start, at each change since, and at the end; the newest `limit` of them.
    package func course(from start: HistoryMoment, to end: HistoryMoment, limit: Int) throws
        -> [Point]
    {
        let changes = Set(
            tracks.flatMap { $0.changes }.filter {
                !$0.isAtOrBefore(start) && $0.isAtOrBefore(end)
            })
        let between = changes.sorted {
            ($0.time, $0.position ?? 0) < ($1.time, $1.position ?? 0)
        }.suffix(max(0, limit - 2))
        return try ([start] + between + [end]).compactMap { moment in
            try index(from: start, to: moment).map { Point(moment: moment, index: $0) }
        }
    }
}

extension SeriesTrack {
    /// Where the level changed within an epoch.
    var changes: [HistoryMoment] {
        zip(levels, levels.dropFirst()).filter { $0.epoch == $1.epoch }.map(\.1.start)
    }

    func ratio(from start: HistoryMoment, to end: HistoryMoment) -> Double? {
        guard let first = levels.lastIndex(where: { $0.start.isAtOrBefore(start) }),
            let last = levels.lastIndex(where: { $0.start.isAtOrBefore(end) }), first <= last,
            levels[first...last].allSatisfy({ $0.median > 0 })
        else { return nil }
        var ratio = 1.0
        for (before, after) in zip(levels[first...last], levels[first...last].dropFirst())
        where before.epoch == after.epoch {
            ratio *= after.median / before.median
        }
        return ratio.isFinite && ratio > 0 ? ratio : nil
    }
}
