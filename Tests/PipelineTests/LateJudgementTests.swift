import Database
import FleetModel
import SampleFleets
import Storage
import TestSupport
import Testing

@testable import Pipeline

/// Several controllers over one database, and attempts that are heard late: every result gets into
/// the run's decision, and one decision holds.
@Suite struct LateJudgementTests {
    /// A run of three cells that has ended and was judged over the first one; the other two are
    /// heard now.
    private static func late(
        _ database: any Database
    ) async throws -> (fleet: MatrixFleet, late: [MatrixFleet.Taken]) {
        let fleet = try await MatrixFleet(
            database, unreachable: .zero, cells: ["O1", "O2", "O3"])
        var taken: [MatrixFleet.Taken] = []
        for host in ["bench-01", "bench-02", "bench-03"] {
            taken.append(try await fleet.claim(on: host))
        }
        try await fleet.end(taken[0])
        try await fleet.pipeline.processPending()
        try await CancelStore(database, settings: fleet.settings).cancel(
            .run(fleet.run), mode: .now, by: "a")
        _ = try await SweepStore(database, settings: fleet.settings).sweep()
        try await fleet.pipeline.processPending()
        #expect(try await fleet.record().state == .cancelled)
        #expect(try await fleet.record().direction == .unchanged)
        for attempt in taken.dropFirst() { try await fleet.end(attempt, factor: 1.2) }
        return (fleet, Array(taken.dropFirst()))
    }

    private static func check(_ fleet: MatrixFleet) async throws {
        let run = try await fleet.record()
        #expect(run.state == .cancelled)
        #expect(run.direction == .regressed)
        #expect(run.cases.ok == 6)
        let held = try #require(try await fleet.comparison())
        #expect(held.direction == .regressed)
        #expect(held.rows.map(\.direction) == [.unchanged, .regressed, .regressed])
        // Nothing waits, and nothing is decided again.
        let decisions = try await fleet.decisions()
        try await fleet.pipeline.processPending()
        #expect(try await fleet.decisions() == decisions)
    }

    @Test(arguments: TestBackend.available)
    func `attempts that are heard late change the decision together`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let (fleet, late) = try await Self.late(database)
            let pipeline = fleet.pipeline
            try await withThrowingTaskGroup(of: Void.self) { group in
                for taken in late {
                    group.addTask { try await pipeline.process(taken.attempt) }
                }
                try await group.waitForAll()
            }
            try await Self.check(fleet)
        }
    }

    /// Two connections end their attempts in the same moment: both wait for the run's row.
    @Test(arguments: TestBackend.available.filter { $0 == .postgres })
    func `two controllers that wait for each other leave the judgement to one of them`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let (fleet, late) = try await Self.late(database)
            let pipeline = fleet.pipeline
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Self.hold(fleet.run, untilTwoWaitIn: database) }
                for taken in late {
                    group.addTask {
                        try await eventually("the run's row was never held") {
                            try await Self.isHeld(fleet.run, in: database)
                        }
                        try await pipeline.process(taken.attempt)
                    }
                }
                try await group.waitForAll()
            }
            try await Self.check(fleet)
        }
    }

    /// Rows that refer to the run can be written meanwhile.
    private static func hold(_ run: RunID, untilTwoWaitIn database: any Database) async throws {
        let binds: [DatabaseValue] = [.text(run.text)]
        try await database.transaction(.write(.ordinary)) { connection in
            _ = try connection.query(
                "SELECT id FROM run WHERE id = $1 FOR NO KEY UPDATE", binds)
            for _ in 0..<6_000 {
                // One transaction sees one picture of the others until it asks for a new one.
                _ = try connection.query("SELECT 1 AS one FROM pg_stat_clear_snapshot()")
                let waiting = try connection.query(
                    """
                    SELECT COUNT(*) AS number FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock'
                    """
                ).first?.integer("number")
                if waiting == 2 { return }
                _ = try connection.query("SELECT 1 AS one FROM pg_sleep(0.01)")
            }
            throw DatabaseFailure.unavailable(reason: "nobody waits for the run")
        }
    }

    private static func isHeld(_ run: RunID, in database: any Database) async throws -> Bool {
        let binds: [DatabaseValue] = [.text(run.text)]
        return try await database.transaction(.write(.ordinary)) { connection in
            try connection.query(
                "SELECT id FROM run WHERE id = $1 FOR UPDATE SKIP LOCKED", binds
            ).isEmpty
        }
    }

    @Test(arguments: TestBackend.available)
    func `of two judgements of the same results one is stored`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let fleet = try await MatrixFleet(database)
            let processing = ProcessingStore(database, settings: fleet.settings)
            for host in ["bench-01", "bench-02"] {
                let taken = try await fleet.claim(on: host)
                try await fleet.end(taken)
                try await processing.complete(
                    taken.attempt, with: .init(result: .succeeded, failure: nil))
            }
            #expect(try await fleet.record().state == .processing)
            let waiting = try await processing.unjudged(limit: 10)
            #expect(waiting.map(\.run.id) == [fleet.run])
            let first = ProcessingStore.Judgement((.unchanged, .pass), comparison: nil)
            let second = ProcessingStore.Judgement((.regressed, .fail), comparison: nil)
            #expect(try await processing.judge(waiting[0], first))
            #expect(try await processing.judge(waiting[0], second) == false)
            #expect(try await fleet.record().state == .succeeded)
            #expect(try await fleet.record().direction == .unchanged)
            #expect(try await processing.unjudged(limit: 10).isEmpty)
        }
    }
}
