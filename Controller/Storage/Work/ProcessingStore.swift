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

    /// A run of several jobs whose results nobody has compared yet.
    package struct Unjudged: Sendable {
        package let run: RunRecord
        package let comparisons: Int
    }

    /// What must be over before a run is judged: its jobs, but for the one named `$2`, and the
    /// processing of what their attempts sent.
    private static let isWhole = """
        NOT EXISTS (SELECT 1 FROM job WHERE job.run_id = run.id AND job.id <> $2
            AND job.state IN ('waiting', 'queued', 'running', 'processing'))
        AND NOT EXISTS (SELECT 1 FROM attempt WHERE attempt.run_id = run.id
            AND attempt.job_id <> $2 AND attempt.counted = 1 AND attempt.sealed_us IS NULL
            AND attempt.finish_digest IS NOT NULL)
        """

    /// Whether this job is the last of its run, so that all there will be is stored; one
    /// transaction.
    package func isLast(_ job: JobRecord) async throws -> Bool {
        try await database.transaction(.read) { connection in
            try !connection.query(
                "SELECT id FROM run WHERE id = $1 AND \(Self.isWhole)", [.id(job.run), .id(job.id)]
            ).isEmpty
        }
    }

    /// Runs whose last job ended without results of its own, in one transaction.
    package func unjudged(limit: Int) async throws -> [Unjudged] {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT \(RunRecord.columns),
                    (SELECT comparisons FROM request WHERE request.id = request_id) AS comparisons
                FROM run WHERE finished_us IS NULL AND state = 'processing' AND \(Self.isWhole)
                ORDER BY id LIMIT $1
                """, [.integer(Int64(limit)), .text("")]
            ).map { row in
                Unjudged(
                    run: try RunRecord(row),
                    comparisons: Int(clamping: try row.integer("comparisons")))
            }
        }
    }

    /// Ends a run that is judged after its jobs, in one transaction.
    package func end(
        _ run: RunID, _ direction: Direction?, _ decision: Decision?
    ) async throws {
        try await database.work(.ordinary, settings, journal) { work in
            _ = try work.connection.execute(
                "UPDATE run SET direction = $2, decision = $3 WHERE id = $1",
                [.id(run), .word(direction), .word(decision)])
            try work.refreshRun(run)
        }
    }

    /// How one job ends, and what is known of its run by then.
    package struct Verdict: Hashable, Sendable {
        /// Nil while the run is not judged.
        package let direction: Direction?
        package let decision: Decision?
        /// Of this job.
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
                try Self.storeCases(verdict, of: job, connection)
            }
            // Before the run's state, which waits for what is not sealed.
            let state = record.state == .uploaded ? AttemptState.completed : record.state
            _ = try connection.execute(
                "UPDATE attempt SET sealed_us = $2, state = $3 WHERE id = $1",
                [.id(attempt), .time(work.now), .word(state)])
            if job.state == .processing, job.fence == record.fence.number {
                try work.apply(
                    .processed(verdict.result, verdict.failure), to: job, attempt: attempt)
            } else {
                try work.refreshRun(record.run)
            }
            if state != record.state { work.tell(record, state.rawValue) }
            _ = try connection.execute(
                "DELETE FROM batch WHERE attempt_id = $1", [.id(attempt)])
        }
    }

    private static func storeCases(
        _ verdict: Verdict, of job: JobRecord, _ connection: any Connection
    ) throws {
        let others = try cases(of: job.run, besides: job.id, connection)
        func sum(_ own: Int, _ state: CaseState) -> DatabaseValue {
            .integer(Int64(own) + (others[state] ?? 0))
        }
        _ = try connection.execute(
            """
            UPDATE run SET direction = COALESCE(CAST($2 AS TEXT), direction),
                decision = COALESCE(CAST($3 AS TEXT), decision), cases_ok = $4,
                cases_failed = $5, cases_invalid = $6, cases_skipped = $7
            WHERE id = $1
            """,
            [
                .id(job.run), .word(verdict.direction), .word(verdict.decision),
                sum(verdict.cases.ok, .ok), sum(verdict.cases.failed, .failed),
                sum(verdict.cases.invalid, .invalid), sum(verdict.cases.skipped, .skipped),
            ])
    }

    /// How the benchmarks of the run's other jobs ended.
    private static func cases(
        of run: RunID, besides job: JobID, _ connection: any Connection
    ) throws -> [CaseState: Int64] {
        let rows = try connection.query(
            """
            SELECT benchmark_case.state, COUNT(*) AS number FROM benchmark_case
            JOIN attempt ON attempt.id = benchmark_case.attempt_id
            WHERE attempt.run_id = $1 AND attempt.counted = 1 AND attempt.job_id <> $2
            GROUP BY benchmark_case.state
            """, [.id(run), .id(job)])
        var counts: [CaseState: Int64] = [:]
        for row in rows { counts[try row.word("state")] = try row.integer("number") }
        return counts
    }
}
