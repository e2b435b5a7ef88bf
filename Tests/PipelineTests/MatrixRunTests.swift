import Database
import FleetModel
import SampleFleets
import Storage
import TestSupport
import Testing

@testable import Pipeline

/// A run whose matrix has two cells, which are two jobs on two hosts.
@Suite struct MatrixRunTests {
    private static func with(
        _ backend: TestBackend, unreachable: Duration = .seconds(90),
        _ body: (MatrixFleet) async throws -> Void
    ) async throws {
        try await withDatabase(backend) { database in
            try await body(try await MatrixFleet(database, unreachable: unreachable))
        }
    }

    private static func directions(
        _ comparison: ComparisonStore.Comparison?
    ) -> [String?: Direction] {
        var found: [String?: Direction] = [:]
        for row in comparison?.rows ?? [] {
            found[row.parameters["matrix.opt"]] = row.direction
        }
        return found
    }

    private static let noCompiler = Failure(.jobError, .buildFailed, "no such compiler")

    @Test(arguments: TestBackend.available)
    func `a run is judged when its last job has ended, over all of them`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend) { fleet in
            let (first, second) = (
                try await fleet.claim(on: "bench-01"), try await fleet.claim(on: "bench-02")
            )
            #expect(Set([first, second].map { $0.cell["opt"] }) == ["O2", "O3"])
            try await fleet.end(first)
            try await fleet.pipeline.processPending()
            #expect(try await fleet.record().state == .running)
            #expect(try await fleet.record().cases.ok == 2)
            #expect(try await fleet.comparison() == nil)
            try await fleet.end(second, factor: 1.2)
            try await fleet.pipeline.processPending()
            let run = try await fleet.record()
            #expect(run.state == .succeeded)
            #expect(run.direction == .regressed)
            #expect(run.cases.ok == 4)
            let found = Self.directions(try await fleet.comparison())
            #expect(found[first.cell["opt"]] == .unchanged)
            #expect(found[second.cell["opt"]] == .regressed)
            #expect(try await fleet.decisions() == 1)
            let jobs = try await fleet.runs.jobs(of: fleet.run)
            #expect(jobs.map { $0.cell["opt"] } == ["O2", "O3"])
            #expect(jobs.map(\.shard.index) == [0, 1])
            #expect(jobs.map(\.shard.count) == [2, 2])
        }
    }

    @Test(arguments: TestBackend.available)
    func `a cell that fails makes the run partial and the others' numbers stay`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend) { fleet in
            let (first, second) = (
                try await fleet.claim(on: "bench-01"), try await fleet.claim(on: "bench-02")
            )
            try await fleet.end(first, factor: 1.2)
            try await fleet.end(second, .failed, factor: nil, Self.noCompiler)
            try await fleet.pipeline.processPending()
            let run = try await fleet.record()
            #expect(run.state == .partial)
            #expect(run.direction == .regressed)
            #expect(run.failure?.detail == .buildFailed)
            #expect(run.failure?.message == "\(second.cell.text): no such compiler")
            let found = Self.directions(try await fleet.comparison())
            #expect(found == [first.cell["opt"]: .regressed])
            #expect(try await fleet.decisions() == 1)
            let jobs = try await fleet.runs.jobs(of: fleet.run)
            #expect(Set(jobs.map(\.state)) == [.succeeded, .failed])
        }
    }

    @Test(arguments: TestBackend.available)
    func `what is measured waits for its judgement while the last job ends without results`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend) { fleet in
            let first = try await fleet.claim(on: "bench-01")
            try await fleet.end(first, factor: 1.2)
            try await fleet.pipeline.processPending()
            #expect(try await fleet.record().state == .running)
            let jobs = try await fleet.runs.jobs(of: fleet.run)
            let waiting = try #require(jobs.first { $0.state == .queued })
            try await CancelStore(fleet.database, settings: fleet.settings).cancel(
                .job(waiting.id), mode: .graceful, by: "a")
            #expect(try await fleet.record().state == .processing)
            #expect(try await fleet.record().finishedAt == nil)
            try await fleet.pipeline.processPending()
            let run = try await fleet.record()
            #expect(run.state == .cancelled)
            #expect(run.finishedAt != nil)
            #expect(run.direction == .regressed)
            #expect(try await fleet.decisions() == 1)
        }
    }

    @Test(arguments: TestBackend.available)
    func `each job is tried again by itself, and its last attempt counts`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend) { fleet in
            let (first, second) = (
                try await fleet.claim(on: "bench-01"), try await fleet.claim(on: "bench-02")
            )
            try await fleet.end(first)
            try await fleet.end(
                second, .failed, factor: 3, Failure(.infraTransient, .other, "the disk hiccuped"))
            try await fleet.pipeline.processPending()
            #expect(try await fleet.record().state == .running)
            #expect(try await fleet.decisions() == 0)
            let again = try await fleet.claim(on: "bench-01")
            #expect(again.cell == second.cell)
            try await fleet.end(again)
            try await fleet.pipeline.processPending()
            let run = try await fleet.record()
            #expect(run.state == .succeeded)
            #expect(run.direction == .unchanged)
            #expect(run.cases.ok == 4)
            #expect(try await fleet.decisions() == 1)
            let attempts = try await fleet.runs.attempts(of: fleet.run)
            #expect(attempts.count == 3)
            #expect(attempts.count { $0.isCounted } == 2)
        }
    }

    @Test(arguments: TestBackend.available)
    func `two controllers that end both jobs at once judge once`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend) { fleet in
            let taken = [
                try await fleet.claim(on: "bench-01"), try await fleet.claim(on: "bench-02"),
            ]
            for attempt in taken { try await fleet.end(attempt) }
            let pipeline = fleet.pipeline
            await withTaskGroup(of: Void.self) { group in
                for attempt in taken {
                    group.addTask { try? await pipeline.process(attempt.attempt) }
                }
            }
            // What one of them lost to the other is done with the next arrival.
            try await pipeline.processPending()
            #expect(try await fleet.record().state == .succeeded)
            #expect(try await fleet.record().direction == .unchanged)
            #expect(try await fleet.decisions() == 1)
        }
    }

    @Test(arguments: TestBackend.available)
    func `cancelling a run ends all of its jobs`(_ backend: TestBackend) async throws {
        try await Self.with(backend) { fleet in
            let first = try await fleet.claim(on: "bench-01")
            try await CancelStore(fleet.database, settings: fleet.settings).cancel(
                .run(fleet.run), mode: .now, by: "a")
            try await fleet.end(first, .cancelled, factor: nil)
            try await fleet.pipeline.processPending()
            #expect(try await fleet.record().state == .cancelled)
            let jobs = try await fleet.runs.jobs(of: fleet.run)
            #expect(jobs.map(\.state) == [.cancelled, .cancelled])
        }
    }

    @Test(arguments: TestBackend.available)
    func `cells that are cancelled at once end once, with what they had measured`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend) { fleet in
            let (first, second) = (
                try await fleet.claim(on: "bench-01"), try await fleet.claim(on: "bench-02")
            )
            try await CancelStore(fleet.database, settings: fleet.settings).cancel(
                .run(fleet.run), mode: .now, by: "ada", because: "a mistake")
            var states: [JobState] = []
            func look() async throws { states.append(try await fleet.record().state) }
            try await look()
            try await fleet.end(first, .cancelled)
            try await look()
            try await fleet.end(second, .cancelled, factor: 1.2)
            try await look()
            try await fleet.pipeline.process(first.attempt)
            try await look()
            try await fleet.pipeline.process(second.attempt)
            try await look()
            #expect(states == [.running, .running, .processing, .processing, .cancelled])
            let run = try await fleet.record()
            #expect(run.direction == .regressed)
            #expect(run.hasResults && !run.isWhole)
            #expect(try await fleet.decisions() == 1)
            let endings = try await fleet.runs.jobs(of: fleet.run).map(\.ending)
            #expect(endings == Array(repeating: "was cancelled by ada: a mistake", count: 2))
        }
    }

    @Test(arguments: TestBackend.available)
    func `a job that failed by the fault of every host ends, and waits for none`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend) { fleet in
            let fault = Failure(.infraHost, .diskFull, "no room")
            let first = try await fleet.claim(on: "bench-01")
            try await fleet.end(first, .failed, factor: nil, fault)
            func job() async throws -> JobRecord {
                let jobs = try await fleet.runs.jobs(of: fleet.run)
                return try #require(jobs.first { $0.cell == first.cell })
            }
            #expect(try await job().state == .queued)
            let again = try await fleet.claim(on: "bench-02")
            #expect(again.cell == first.cell)
            try await fleet.end(again, .failed, factor: nil, fault)
            #expect(try await job().state == .failed)
            #expect(try await job().life.failure == fault)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a cell that changed its host is not compared with what the other one measured`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend) { fleet in
            for host in ["bench-01", "bench-02"] {
                try await fleet.end(try await fleet.claim(on: host))
            }
            try await fleet.pipeline.processPending()
            let later = try await MatrixFleet.submit(
                3, to: fleet.sample, of: fleet.project, withoutBase: true)
            for _ in 0..<2 {
                try await fleet.end(try await fleet.claim(on: "bench-02"), factor: 1.2)
            }
            try await fleet.pipeline.processPending()
            let stores = RunComparer.Stores(
                runs: fleet.runs, measurements: MeasurementStore(fleet.database),
                comparisons: ComparisonStore(fleet.database), series: SeriesStore(fleet.database))
            let ends = RunComparer.Ends(
                base: try await fleet.record(),
                candidate: try #require(try await fleet.runs.run(later)))
            let found = try await RunComparer(stores).compare(
                ends, isKept: false, at: ServerTime(microseconds: 1_795_000_000_000_000))
            let states = Dictionary(
                found.rows.map { ($0.parameters["matrix.opt"], $0.state) },
                uniquingKeysWith: { first, _ in first })
            #expect(states == ["O2": "missing_base", "O3": "compared"])
        }
    }

    @Test(arguments: TestBackend.available)
    func `what an attempt sends after the judgement is judged with the rest`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend, unreachable: .zero) { fleet in
            let (first, second) = (
                try await fleet.claim(on: "bench-01"), try await fleet.claim(on: "bench-02")
            )
            try await fleet.end(first)
            try await fleet.pipeline.processPending()
            try await CancelStore(fleet.database, settings: fleet.settings).cancel(
                .run(fleet.run), mode: .now, by: "a")
            _ = try await SweepStore(fleet.database, settings: fleet.settings).sweep()
            try await fleet.pipeline.processPending()
            #expect(try await fleet.record().state == .cancelled)
            #expect(try await fleet.record().direction == .unchanged)
            try await fleet.end(second, factor: 1.2)
            try await fleet.pipeline.processPending()
            #expect(try await fleet.record().direction == .regressed)
            let found = Self.directions(try await fleet.comparison())
            #expect(found[second.cell["opt"]] == .regressed)
            #expect(try await fleet.decisions() == 2)
        }
    }
}
