package import Database
package import FleetModel
import Storage

/// A project whose history was measured commit by commit, with changes of both kinds and a new
/// kernel on its host.
package struct SampleHistory: Sendable {
    package let project: String
    /// Oldest commit first.
    package let runs: [RunID]
    /// Wall time of the benchmark.
    package let time: SeriesID
    /// Its peak memory, which nobody watches.
    package let memory: SeriesID

    private static let memoryMetric = MetricIdentity(
        name: "peak_memory", unit: "B", better: .lower, provider: .toolReported)

    /// The last commit was made at `end`, each other one 19 hours before the next.
    package static func tell(
        _ commits: Int, on database: any Database, clock: SampleClock, until end: ServerTime
    ) async throws -> SampleHistory {
        let fleet = SampleFleet(database, clock: clock, seed: 11)
        try await fleet.host("bench-02", machine: "machine-2", hostClass: "epyc")
        try await fleet.restart(kernel: "6.8.0-41")
        let meridian = try await fleet.project(
            "meridian", title: "Query planner", visibility: "public")
        var runs: [RunID] = []
        for number in 0..<commits {
            if number == commits * 6 / 10 { try await fleet.restart(kernel: "6.8.0-45") }
            let subject = subjects[number % subjects.count]
            let made = try await fleet.request(
                of: meridian,
                [
                    try revision(
                        number, subject, at: end + .seconds(-68_400 * Int64(commits - number)))
                ])
            try await fleet.measure(measured(number, of: commits))
            runs += made.runs
        }
        let series = SeriesStore(database)
        var filter = SeriesStore.Filter()
        filter.metrics = ["time"]
        let time = try await series.series(of: meridian.id, filter, after: nil, limit: 1)
        filter.metrics = ["peak_memory"]
        let memory = try await series.series(of: meridian.id, filter, after: nil, limit: 1)
        guard let time = time.first, let memory = memory.first else {
            throw StoreFailure.notFound("series")
        }
        return SampleHistory(
            project: meridian.name, runs: runs, time: time.record.id, memory: memory.record.id)
    }

    private static func revision(
        _ number: Int, _ subject: String, at time: ServerTime
    ) throws -> RevisionStore.Revision {
        guard let commit = SampleFortnight.hash(1000 + number),
            let parent = SampleFortnight.hash(999 + number)
        else { throw StoreFailure.notFound("commit") }
        return RevisionStore.Revision(
            commit: commit, parents: [parent], author: "Author of 4127", subject: subject,
            authorTime: time, commitTime: time,
            place: .init(position: Int64(1000 + number), isOnDefault: true))
    }

    private static func measured(_ number: Int, of commits: Int) -> SampleFleet.Measured {
        var metric = SampleFleet.Metric(
            benchmark: "hash_join/probe_skewed", parameters: ["rows": "1M"],
            base: value(max(0, number - 1), of: commits, measuredAt: number),
            head: value(number, of: commits, measuredAt: number),
            noise: number % 17 == 9 ? 0.03 : 0.006)
        metric.invalid = number == commits / 2 ? 12 : 0
        let memory = SampleFleet.Metric(
            benchmark: "hash_join/probe_skewed", parameters: ["rows": "1M"],
            metric: memoryMetric, base: 61_200_000, head: 61_200_000, noise: 0.0005,
            isWatched: false)
        return SampleFleet.Measured(metrics: [metric, memory])
    }

    /// Seconds of a commit; the newer kernel is slower for all of them.
    private static func value(_ number: Int, of commits: Int, measuredAt moment: Int) -> Double {
        let place = Double(number) / Double(max(1, commits))
        let level =
            switch place {
            case ..<0.22: 0.0503
            case ..<0.48: 0.0484
            case ..<0.74: 0.0494
            case ..<0.92: 0.0483
            default: 0.05033
            }
        return level * (moment >= commits * 6 / 10 ? 1.006 : 1)
    }

    private static let subjects = [
        "Plan joins by their selectivity", "Keep hash tables in cache lines", "Fix a comment",
        "Probe eight keys at a time", "Grow tables before they are full", "Rename the scanner",
    ]
}
