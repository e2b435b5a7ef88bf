package import Database
package import FleetModel

/// The attempts whose results wait to be sealed and judged.
package struct ProcessingStore: Sendable {
    let database: any Database
    let settings: LeaseSettings
    let journal: WorkJournal

    package init(
        _ database: any Database, settings: LeaseSettings, journal: WorkJournal = .none
    ) {
        self.database = database
        self.settings = settings
        self.journal = journal
    }

    /// Everything of one attempt that processing needs, as one snapshot.
    package struct Work: Sendable {
        package let attempt: AttemptRecord
        package let job: JobRecord
        package let run: RunRecord
        package let hostClass: String
        package let architecture: String
        /// How many comparisons the run's request makes.
        package let comparisons: Int
        /// In sequence, as they were acknowledged.
        package let batches: [[UInt8]]
    }

    /// Attempts that ended with data not sealed yet, oldest first, in one transaction.
    package func pending(limit: Int) async throws -> [AttemptID] {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT id FROM attempt WHERE sealed_us IS NULL AND ended_us IS NOT NULL
                    AND finish_digest IS NOT NULL ORDER BY ended_us, id LIMIT $1
                """, [.integer(Int64(limit))]
            ).map { try $0.id("id") }
        }
    }

    /// One transaction; nil when the attempt is unknown or sealed already.
    package func work(for id: AttemptID) async throws -> Work? {
        try await database.transaction(.read) { connection in
            let attempts = try connection.query(
                """
                SELECT \(AttemptRecord.columns) FROM attempt
                WHERE id = $1 AND sealed_us IS NULL AND ended_us IS NOT NULL
                """, [.id(id)])
            guard let attempt = try attempts.first.map({ try AttemptRecord($0) }) else {
                return nil
            }
            let jobs = try connection.query(
                "SELECT \(JobRecord.columns) FROM job WHERE id = $1", [.id(attempt.job)])
            let runs = try connection.query(
                "SELECT \(RunRecord.columns) FROM run WHERE id = $1", [.id(attempt.run)])
            let hosts = try connection.query(
                "SELECT host_class, architecture FROM host WHERE id = $1", [.id(attempt.host)])
            guard let job = jobs.first, let run = runs.first, let host = hosts.first else {
                throw StoreFailure.corrupt("attempt \(id) without its job, run or host")
            }
            let record = try RunRecord(run)
            let requests = try connection.query(
                "SELECT comparisons FROM request WHERE id = $1", [.id(record.request)])
            let batches = try connection.query(
                "SELECT body FROM batch WHERE attempt_id = $1 ORDER BY seq", [.id(id)])
            return Work(
                attempt: attempt, job: try JobRecord(job), run: record,
                hostClass: try host.text("host_class"),
                architecture: try host.text("architecture"),
                comparisons: Int(clamping: try requests.first?.integer("comparisons") ?? 1),
                batches: try batches.map { try $0.blob("body") })
        }
    }

    package struct Verdict: Hashable, Sendable {
        package let direction: Direction?
        package let decision: Decision?
        package let cases: CaseCounts
        /// `succeeded`, `partial` or `failed`.
        package let result: JobState
        package let failure: Failure?

        package init(
            direction: Direction?, decision: Decision?, cases: CaseCounts, result: JobState,
            failure: Failure?
        ) {
            self.direction = direction
            self.decision = decision
            self.cases = cases
            self.result = result
            self.failure = failure
        }
    }

    /// Stores what the run shows and ends its job, in one transaction; the raw batches, now
    /// sealed into measurements, are dropped. Repeating it changes nothing.
    package func complete(_ attempt: AttemptID, with verdict: Verdict) async throws {
        let settings = settings
        try await database.work(.ordinary, settings, journal) { work in
            let connection = work.connection
            let rows = try connection.query(
                "SELECT job_id FROM attempt WHERE id = $1", [.id(attempt)])
            guard let row = rows.first else { throw StoreFailure.notFound("attempt \(attempt)") }
            let job = try work.lockedJob(try row.id("job_id"))
            let record = try work.lockedAttempt(attempt)
            if record.isCounted {
                try Self.storeCases(verdict, of: record.run, connection)
            }
            if job.state == .processing, job.fence == record.fence.number {
                try work.apply(
                    .processed(verdict.result, verdict.failure), to: job, attempt: attempt)
            } else {
                try work.refreshRun(record.run)
            }
            let state = record.state == .uploaded ? AttemptState.completed : record.state
            _ = try connection.execute(
                "UPDATE attempt SET sealed_us = $2, state = $3 WHERE id = $1",
                [.id(attempt), .time(work.now), .word(state)])
            if state != record.state { work.tell(record, state.rawValue) }
            _ = try connection.execute(
                "DELETE FROM batch WHERE attempt_id = $1", [.id(attempt)])
        }
    }

    private static func storeCases(
        _ verdict: Verdict, of run: RunID, _ connection: any Connection
    ) throws {
        _ = try connection.execute(
            """
            UPDATE run SET direction = $2, decision = $3, cases_ok = $4, cases_failed = $5,
                cases_invalid = $6, cases_skipped = $7
            WHERE id = $1
            """,
            [
                .id(run), .word(verdict.direction), .word(verdict.decision),
                .integer(Int64(verdict.cases.ok)), .integer(Int64(verdict.cases.failed)),
                .integer(Int64(verdict.cases.invalid)), .integer(Int64(verdict.cases.skipped)),
            ])
    }
}
