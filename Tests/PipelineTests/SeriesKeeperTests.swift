import Analysis
import Database
import FleetModel
import Logging
import SampleFleets
import Storage
import TestSupport
import Testing

@testable import Pipeline

@Suite struct SeriesKeeperTests {
    /// A project whose commits are measured one by one, in any order.
    private struct History {
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
    }

    private struct State: Equatable {
        let analysis: SeriesAnalysis
        let changes: [ChangePointRecord.Finding]
    }

    /// Around 1, a tenth slower from the step on.
    private static func value(_ place: Int, step: Int) -> Double {
        var random = SampleRandom(state: UInt64(place) &* 31)
        let share = Double(random.next() >> 11) / Double(1 << 53)
        return (place >= step ? 1.1 : 1) * (1 + 0.01 * (share * 2 - 1))
    }

    @Test(arguments: TestBackend.available, [UInt64(1), 2])
    func `in whatever order points arrive, the state is that of all at once`(
        _ backend: TestBackend, _ seed: UInt64
    ) async throws {
        try await withDatabase(backend) { database in
            let history = try await History(database)
            var random = SampleRandom(state: seed)
            let order = Array(1...36).shuffled(using: &random)
            for (number, place) in order.enumerated() {
                if number == 24 { try await history.fleet.restart(kernel: "6.2") }
                try await history.measure(place, Self.value(place, step: 20))
                try await history.keeper.analyseWaiting()
                guard number % 5 == 4 || number == order.count - 1 else { continue }
                let (stored, fresh) = try await history.bothStates()
                #expect(stored == fresh, "after \(number + 1) points")
            }
            let waiting = try await history.store.waiting(limit: 10)
            #expect(waiting.isEmpty)
            let reading = try #require(
                try await history.store.reading(of: try await history.series(), sampled: 0))
            #expect(reading.points.map(\.position) == (1...36).map { Int64($0) })
        }
    }

    @Test(arguments: TestBackend.available)
    func `a step in a row of commits is one change point, wherever the late ones lie`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let history = try await History(database)
            for place in stride(from: 1, through: 40, by: 2) {
                try await history.measure(place, Self.value(place, step: 22))
            }
            try await history.keeper.analyseWaiting()
            let first = try #require(try await history.changes().first)
            #expect(first.found.position == 23 && first.found.direction == .regressed)
            // The commits between them, the guilty one among them.
            for place in stride(from: 40, through: 2, by: -2) {
                try await history.measure(place, Self.value(place, step: 22))
                try await history.keeper.analyseWaiting()
            }
            let all = try await history.changes(withWithdrawn: true)
            let active = all.filter(\.isActive)
            #expect(active.map(\.found.position) == [22])
            #expect(active.first?.found.lastGood == SampleFortnight.hash(21))
            // What was found before is kept, as withdrawn.
            #expect(all.contains { $0.id == first.id && !$0.isActive && $0.withdrawnAt != nil })
            let (stored, fresh) = try await history.bothStates()
            #expect(stored == fresh)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a controller that dies before it has stored, or is late, changes nothing`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let history = try await History(database)
            for place in 1...10 { try await history.measure(place, Self.value(place, step: 50)) }
            let series = try await history.series()
            let early = try #require(try await history.store.reading(of: series, sampled: 100))
            #expect(!early.isAnalysed && early.points.count == 10)
            // It died here: the series waits on, and another controller takes it up.
            #expect(try await history.store.waiting(limit: 10) == [series])
            try await history.measure(11, 1)
            try await history.keeper.analyseWaiting()
            let before = try await history.bothStates()
            #expect(before.stored == before.fresh && before.stored.analysis.points == 11)
            // It was not dead, only late: what it stores now would be of an older state.
            let wasStored = try await history.store.store(.none, [], of: early)
            #expect(!wasStored)
            #expect(try await history.bothStates().stored == before.stored)
            #expect(try await history.store.waiting(limit: 10).isEmpty)
        }
    }

    @Test(arguments: TestBackend.available)
    func `series of another engine are analysed again on request`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let history = try await History(database)
            for place in 1...6 { try await history.measure(place, Self.value(place, step: 99)) }
            try await history.keeper.analyseWaiting()
            let before = try await history.bothStates()
            let project = history.project.id
            #expect(
                try await history.store.wantAgain(of: project, unlessBy: EngineVersion.current)
                    == 0)
            #expect(try await history.store.wantAgain(of: project, unlessBy: "another") == 1)
            #expect(try await history.store.waiting(limit: 9) == [try await history.series()])
            try await history.keeper.analyseWaiting()
            #expect(try await history.bothStates().stored == before.stored)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a point that comes while its series is analysed is not forgotten`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let history = try await History(database)
            try await history.measure(1, 1)
            let series = try await history.series()
            let reading = try #require(try await history.store.reading(of: series, sampled: 9))
            try await history.measure(2, 1)
            #expect(try await history.store.store(.none, [], of: reading))
            #expect(try await history.store.waiting(limit: 10) == [series])
            try await history.keeper.analyseWaiting()
            #expect(try await history.store.analysis(of: series)?.points == 2)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a new kernel is an epoch, and commits of other branches are no points`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let history = try await History(database)
            for place in 1...12 { try await history.measure(place, Self.value(place, step: 99)) }
            try await history.fleet.restart(kernel: "6.2")
            for place in 13...24 { try await history.measure(place, Self.value(place, step: 1)) }
            try await history.measure(25, 7, isOnDefault: false)
            try await history.keeper.analyseWaiting()
            let changes = try await history.changes()
            #expect(changes.map(\.found.kind) == [.epochBreak])
            #expect(changes.map(\.found.position) == [13])
            #expect(changes.map(\.found.direction) == [.unclear])
            let analysis = try await history.store.analysis(of: try await history.series())
            #expect(analysis?.points == 24)
            // Once the branch is merged, its commit counts.
            try await history.measure(25, 1.1)
            try await history.keeper.analyseWaiting()
            let merged = try await history.store.analysis(of: try await history.series())
            #expect(merged?.points == 26)
        }
    }
}
