import Analysis
import Database
import FleetModel
import Logging
import SampleFleets
import Storage
import Testing

@testable import Pipeline

/// A project whose commits are measured one by one, in any order.
struct MeasuredHistory {
    let fleet: SampleFleet
    let project: ProjectStore.Project
    let store: SeriesAnalysisStore
    let keeper: SeriesKeeper

    init(_ database: any Database) async throws {
        _ = try await Migrator.run(StorageMigrations.all, on: database)
        fleet = SampleFleet(database, clock: SampleClock())
        try await fleet.host("bench-01")
        try await fleet.restart(kernel: "6.1")
        project = try await fleet.project("lantern", title: nil, visibility: "private")
        store = SeriesAnalysisStore(database)
        keeper = SeriesKeeper(
            store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The commit that so many lead to; none knows its parents, so only its place orders it.
    func measure(_ place: Int, _ value: Double, isOnDefault: Bool = true) async throws {
        let commit = try #require(SampleFortnight.hash(place))
        let time = ServerTime(microseconds: 1_795_000_000_000_000)
        var wish = SampleFleet.Wish()
        wish.withoutBase = true
        _ = try await fleet.request(
            of: project,
            [
                RevisionStore.Revision(
                    commit: commit, parents: [], author: "a", subject: "commit \(place)",
                    authorTime: time, commitTime: time + .seconds(Int64(place) * 86_400),
                    place: .init(position: Int64(place), isOnDefault: isOnDefault))
            ], wish)
        try await fleet.measure(
            SampleMeasured(metrics: [
                SampleMetric(benchmark: "parse", base: nil, head: value, noise: 0)
            ]))
    }

    func series() async throws -> SeriesID {
        let all = try await SeriesStore(fleet.database).series(
            of: project.id, SeriesStore.Filter(), after: nil, limit: 10)
        return try #require(all.first).record.id
    }

    /// What is stored, and what its points say without anything remembered.
    func bothStates() async throws -> (stored: State, fresh: State) {
        let series = try await series()
        let fresh = try #require(try await SeriesKeeper.recomputed(series, from: store))
        let points = try await ChangePointStore(fleet.database).active(of: series, limit: 100)
        return (
            State(
                analysis: try #require(try await store.analysis(of: series)),
                changes: points.map(\.found)),
            State(analysis: fresh.result.analysis, changes: fresh.result.changePoints)
        )
    }

    func changes(withWithdrawn: Bool = false) async throws -> [ChangePointRecord] {
        var filter = ChangePointStore.Filter()
        filter.withWithdrawn = withWithdrawn
        return try await ChangePointStore(fleet.database).changePoints(
            of: project.id, filter, after: nil, limit: 100
        ).map(\.record)
    }

    struct State: Equatable {
        let analysis: SeriesAnalysis
        let changes: [ChangePointRecord.Finding]
    }

    /// Around 1, a tenth slower from the step on.
    static func value(_ place: Int, step: Int) -> Double {
        var random = SampleRandom(state: UInt64(place) &* 31)
        let share = Double(random.next() >> 11) / Double(1 << 53)
        return (place >= step ? 1.1 : 1) * (1 + 0.01 * (share * 2 - 1))
    }
}
