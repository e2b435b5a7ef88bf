import AgentProtocol
import Database
import FleetModel
import Logging
import SampleFleets
import Storage
import TestSupport
import Testing

@testable import Pipeline

/// A run whose matrix has two cells, which are two jobs on two hosts.
@Suite struct MatrixRunTests {
    private struct Fleet {
        let sample: SampleFleet
        let database: any Database
        let pipeline: ResultPipeline
        let settings = LeaseSettings(retry: RetryPolicy(backoff: .zero))
        let run: RunID

        init(_ database: any Database) async throws {
            _ = try await Migrator.run(StorageMigrations.all, on: database)
            self.database = database
            sample = SampleFleet(database, clock: SampleClock(), settings: settings)
            try await sample.host("bench-01", machine: "one")
            try await sample.host("bench-02", machine: "two")
            let project = try await sample.project("lantern", title: nil, visibility: "private")
            var wish = SampleFleet.Wish()
            wish.cells = [["opt": "O2"], ["opt": "O3"]]
            let base = try #require(SampleFortnight.hash(1))
            let time = ServerTime(microseconds: 1_795_000_000_000_000)
            let revision = RevisionStore.Revision(
                commit: try #require(SampleFortnight.hash(2)), parents: [base], author: "a",
                subject: "s", authorTime: time, commitTime: time)
            run = try #require(
                try await sample.request(of: project, [revision], wish).runs.first)
            pipeline = ResultPipeline(
                processing: ProcessingStore(database, settings: settings),
                measurements: MeasurementStore(database),
                comparisons: ComparisonStore(database), series: SeriesStore(database),
                hosts: HostStore(database),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        var runs: RunStore { RunStore(database) }

        struct Taken {
            let cell: Parameters
            let attempt: AttemptID
            let holder: AttemptStore.Holder
        }

        func claim(on host: String) async throws -> Taken {
            let (lease, holder) = try await sample.claim(on: host)
            return Taken(cell: lease.job.cell, attempt: lease.attempt.id, holder: holder)
        }

        /// Ends an attempt; the candidate takes `factor` times as long as the base.
        func end(
            _ taken: Taken, _ outcome: AttemptOutcome = .completed, factor: Double? = 1,
            _ failure: Failure? = nil
        ) async throws {
            if let factor {
                let batch = BatchRequest(
                    sequence: 1, records: try MatrixRunTests.records(taken.cell, factor))
                _ = try await IngestStore(database, settings: settings).store(
                    .init(sequence: 1, digest: "d", body: try WireCodec.encode(batch)),
                    from: taken.holder)
            }
            _ = try await FinishStore(database, settings: settings).finish(
                FinishStore.Report(
                    outcome: outcome, failure: failure, lastSequence: factor == nil ? 0 : 1,
                    logLength: 0, digest: "finish"), from: taken.holder)
        }

        func record() async throws -> RunRecord { try #require(try await runs.run(run)) }

        func comparison() async throws -> ComparisonStore.Comparison? {
            try await ComparisonStore(database).comparison(of: run)
        }

        /// How many decisions the run ever had.
        func decisions() async throws -> Int64 {
            let binds: [DatabaseValue] = [.text(run.text)]
            return try await database.transaction(.read) { connection in
                try connection.query(
                    "SELECT COUNT(*) AS number FROM comparison WHERE run_id = $1", binds
                ).first?.integer("number") ?? 0
            }
        }
    }

    /// Ten visits of each side.
    private static func records(_ cell: Parameters, _ factor: Double) throws -> [BatchRecord] {
        let parameters = Parameters(["matrix.opt": cell["opt"] ?? ""])
        return try [RevisionRole.base, .candidate].flatMap { role in
            let values = try (0..<10).map { visit in
                let spread = 1 + Double((visit * 7) % 10) * 0.0004
                return BatchRecord.measurement(
                    AgentProtocol.MeasurementRecord(
                        at: Nanoseconds(.seconds(1)), benchmark: "parse", parameters: parameters,
                        metric: "time", unit: "s", better: .lower, provider: .toolReported,
                        role: role, visit: visit, phase: .measure, iteration: Int64(visit),
                        values: [
                            try #require(
                                MeasuredNumber(0.02 * spread * (role == .base ? 1 : factor)))
                        ]))
            }
            return values + [
                .case(
                    CaseRecord(
                        at: Nanoseconds(.seconds(2)), benchmark: "parse", parameters: parameters,
                        role: role, state: .ok, iterations: 10, stop: .fixed))
            ]
        }
    }

    private static func with(
        _ backend: TestBackend, _ body: (Fleet) async throws -> Void
    ) async throws {
        try await withDatabase(backend) { database in
            try await body(try await Fleet(database))
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
            #expect(try await fleet.record().state == .queued)
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
            #expect(try await fleet.record().state == .queued)
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
}
