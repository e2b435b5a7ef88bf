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
    @Test(arguments: TestBackend.available, [UInt64(1), 2])
    func `in whatever order points arrive, the state is that of all at once`(
        _ backend: TestBackend, _ seed: UInt64
    ) async throws {
        try await withDatabase(backend) { database in
            let history = try await MeasuredHistory(database)
            var random = SampleRandom(state: seed)
            let order = Array(1...36).shuffled(using: &random)
            for (number, place) in order.enumerated() {
                if number == 24 { try await history.fleet.restart(kernel: "6.2") }
                try await history.measure(place, MeasuredHistory.value(place, step: 20))
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
            let history = try await MeasuredHistory(database)
            for place in stride(from: 1, through: 40, by: 2) {
                try await history.measure(place, MeasuredHistory.value(place, step: 22))
            }
            try await history.keeper.analyseWaiting()
            let first = try #require(try await history.changes().first)
            #expect(first.found.position == 23 && first.found.direction == .regressed)
            // The commits between them, the guilty one among them.
            for place in stride(from: 40, through: 2, by: -2) {
                try await history.measure(place, MeasuredHistory.value(place, step: 22))
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
            let history = try await MeasuredHistory(database)
            for place in 1...10 {
                try await history.measure(place, MeasuredHistory.value(place, step: 50))
            }
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
    func `a point that comes while its series is analysed is not forgotten`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let history = try await MeasuredHistory(database)
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
            let history = try await MeasuredHistory(database)
            for place in 1...12 {
                try await history.measure(place, MeasuredHistory.value(place, step: 99))
            }
            try await history.fleet.restart(kernel: "6.2")
            for place in 13...24 {
                try await history.measure(place, MeasuredHistory.value(place, step: 1))
            }
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
