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

    /// A run with more results than its judgement looked at, all of whose jobs are over.
    package struct Unjudged: Sendable {
        package let run: RunRecord
        /// How many comparisons the run's request makes.
        package let comparisons: Int
        /// How many attempts' results are stored.
        let results: Int64
        /// The run that results from elsewhere are compared with.
        package let base: RunRecord?
        /// When it was found.
        package let at: ServerTime
    }

    /// Runs that wait for their judgement: their jobs are over, and so is the processing of what
    /// their attempts sent. One transaction.
    package func unjudged(limit: Int) async throws -> [Unjudged] {
        try await database.transaction(.read) { connection in
            let now = try connection.now()
            return try connection.query(
                """
                SELECT \(RunRecord.columns), results,
                    (SELECT comparisons FROM request WHERE request.id = request_id) AS comparisons
                FROM run WHERE judged < results
                    AND NOT EXISTS (SELECT 1 FROM job WHERE job.run_id = run.id
                        AND job.state IN ('waiting', 'queued', 'running', 'processing'))
                    AND NOT EXISTS (SELECT 1 FROM attempt WHERE attempt.run_id = run.id
                        AND attempt.counted = 1 AND attempt.sealed_us IS NULL
                        AND attempt.finish_digest IS NOT NULL)
                ORDER BY id LIMIT $1
                """, [.integer(Int64(limit))]
            ).map { row in
                let run = try RunRecord(row)
                return Unjudged(
                    run: run, comparisons: Int(clamping: try row.integer("comparisons")),
                    results: try row.integer("results"), base: try Self.base(of: run, connection),
                    at: now)
            }
        }
    }

    private static func base(
        of run: RunRecord, _ connection: any Connection
    ) throws -> RunRecord? {
        guard run.isSubmitted else { return nil }
        return try connection.query(
            """
            SELECT \(RunRecord.columns) FROM run
            WHERE id = (SELECT base_run_id FROM submitted_run WHERE run_id = $1)
            """, [.id(run.id)]
        ).first.map { try RunRecord($0) }
    }

    /// What the results of a run mean.
    package struct Judgement: Sendable {
        /// Both nil where nothing that is watched was compared.
        let direction: Direction?
        let decision: Decision?
        /// Nil where the one that the run has says the same.
        let comparison: ComparisonStore.Comparison?

        package init(
            _ words: (Direction, Decision)?, comparison: ComparisonStore.Comparison?
        ) {
            direction = words?.0
            decision = words?.1
            self.comparison = comparison
        }
    }

    /// Stores a judgement and ends its run, in one transaction. One that looked at no more results
    /// than another that is stored meanwhile, perhaps by another controller, changes nothing.
    /// - Returns: whether it was stored.
    @discardableResult
    package func judge(_ unjudged: Unjudged, _ judgement: Judgement) async throws -> Bool {
        try await database.work(.ordinary, settings, journal) { work in
            let (run, connection) = (unjudged.run.id, work.connection)
            guard let judged = try Self.lockedRun(run, connection)?.integer("judged"),
                judged < unjudged.results
            else { return false }
            if let comparison = judgement.comparison {
                try ComparisonStore.put(comparison, of: run, connection)
            }
            _ = try connection.execute(
                "UPDATE run SET direction = $2, decision = $3, judged = $4 WHERE id = $1",
                [
                    .id(run), .word(judgement.direction), .word(judgement.decision),
                    .integer(unjudged.results),
                ])
            try RunDependencyEvents.refresh(of: run, connection)
            try work.refreshRun(run)
            return true
        }
    }

    private static func lockedRun(_ run: RunID, _ connection: any Connection) throws -> Row? {
        try connection.query(
            "SELECT judged FROM run WHERE id = $1" + connection.forUpdate, [.id(run)]
        ).first
    }

    /// How one job ends.
    package struct Verdict: Hashable, Sendable {
        /// `succeeded`, `partial` or `failed`.
        package let result: JobState
        package let failure: Failure?

        package init(result: JobState, failure: Failure?) {
            self.result = result
            self.failure = failure
        }
    }

    /// Ends the job of an attempt whose results are stored, in one transaction; the raw batches,
    /// now sealed into measurements, are dropped. Repeating it changes nothing.
    ///
    /// The run waits for its judgement then, where it has something to be compared with.
    package func complete(_ attempt: AttemptID, with verdict: Verdict) async throws {
        let settings = settings
        try await database.work(.ordinary, settings, journal) { work in
            let connection = work.connection
            let rows = try connection.query(
                "SELECT job_id FROM attempt WHERE id = $1", [.id(attempt)])
            guard let row = rows.first else { throw StoreFailure.notFound("attempt \(attempt)") }
            let job = try work.lockedJob(try row.id("job_id"))
            let record = try work.lockedAttempt(attempt)
            guard record.sealedAt == nil else { return }
            if record.isCounted { try Self.countResults(of: job.run, connection) }
            let state = record.state == .uploaded ? AttemptState.completed : record.state
            _ = try connection.execute(
                "UPDATE attempt SET sealed_us = $2, state = $3 WHERE id = $1",
                [.id(attempt), .time(work.now), .word(state)])
            if state != record.state { work.tell(record, state.rawValue) }
            if job.state == .processing, job.fence == record.fence.number {
                try work.apply(
                    .processed(verdict.result, verdict.failure), to: job, attempt: attempt)
            } else {
                try work.refreshRun(record.run)
            }
            _ = try connection.execute(
                "DELETE FROM batch WHERE attempt_id = $1", [.id(attempt)])
        }
    }

    /// How the run's benchmarks ended, by what is stored; and that there is more to be judged.
    private static func countResults(of run: RunID, _ connection: any Connection) throws {
        // Locked before it is counted: of two that end at once the second one counts both.
        _ = try lockedRun(run, connection)
        let rows = try connection.query(
            """
            SELECT benchmark_case.state, COUNT(*) AS number FROM benchmark_case
            JOIN attempt ON attempt.id = benchmark_case.attempt_id
            WHERE attempt.run_id = $1 AND attempt.counted = 1
            GROUP BY benchmark_case.state
            """, [.id(run)])
        var counts: [CaseState: Int64] = [:]
        for row in rows { counts[try row.word("state")] = try row.integer("number") }
        _ = try connection.execute(
            """
            UPDATE run SET cases_ok = $2, cases_failed = $3, cases_invalid = $4,
                cases_skipped = $5,
                results = results + CASE WHEN base_commit IS NULL THEN 0 ELSE 1 END
            WHERE id = $1
            """,
            [.id(run)]
                + [CaseState.ok, .failed, .invalid, .skipped].map { .integer(counts[$0] ?? 0) })
    }
}
