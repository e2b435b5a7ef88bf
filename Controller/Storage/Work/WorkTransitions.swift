import Database
import FleetModel

/// The channels on which the controllers tell each other that something changed; the payload is
/// an identifier or a host class.
package enum WorkChannel {
    /// A job of this host class may be claimable now.
    package static let queue = "fleet_queue"
    /// A run changed.
    package static let run = "fleet_run"
    /// An attempt's log or state changed.
    package static let attempt = "fleet_attempt"
    /// An attempt ended and waits for its results to be processed.
    package static let results = "fleet_results"

    /// A series has new points, which wait to be analysed.
    package static let series = "fleet_series"
    /// A client certificate was revoked.
    package static let certificate = "fleet_certificate"

    package static let all = [queue, run, attempt, results, series, certificate]
}

/// The steps that every repository of the queue shares; each runs inside its caller's transaction.
struct WorkTransitions {
    let connection: any Connection
    let now: ServerTime
    let policy: RetryPolicy
    let changes = WorkChanges()

    init(_ connection: any Connection, policy: RetryPolicy) throws {
        self.connection = connection
        self.policy = policy
        now = try connection.now()
    }

    func lockedJob(_ id: JobID) throws -> JobRecord {
        let sql = "SELECT \(JobRecord.columns) FROM job WHERE id = $1" + connection.forUpdate
        guard let row = try connection.query(sql, [.id(id)]).first else {
            throw StoreFailure.notFound("job \(id)")
        }
        return try JobRecord(row)
    }

    func lockedAttempt(_ id: AttemptID) throws -> AttemptRecord {
        let sql =
            "SELECT \(AttemptRecord.columns) FROM attempt WHERE id = $1" + connection.forUpdate
        guard let row = try connection.query(sql, [.id(id)]).first else {
            throw StoreFailure.notFound("attempt \(id)")
        }
        return try AttemptRecord(row)
    }

    /// Applies the event to the job, stores the result and brings its run up to date.
    /// `host`, where the attempt ran, is kept away from the job if it failed there.
    func apply(
        _ event: JobLifeCycle.Event, to job: JobRecord, attempt: AttemptID? = nil,
        host: HostID? = nil
    ) throws {
        var life = job.life
        let effect = try life.apply(event, policy: try retries(of: job, after: event, on: host))
        var notBefore = job.notBefore
        var queuedAt = job.queuedAt
        if case .requeue(let wait, let excludeHost) = effect {
            notBefore = now + wait
            queuedAt = min(job.queuedAt, now)
            if excludeHost, let host { try exclude(host, from: job.id) }
        }
        let cancelAsked = life.cancel != job.life.cancel ? now : job.cancelRequestedAt
        _ = try connection.execute(
            Self.updateJob,
            [
                .id(job.id), .word(life.state),
                .time(life.state == job.state ? job.stateSince : now), .time(queuedAt),
                .time(notBefore), .word(life.cancel), .time(cancelAsked),
                .integer(Int64(life.retries.lost)), .integer(Int64(life.retries.infraTransient)),
                .integer(Int64(life.retries.infraHost)), .integer(Int64(life.retries.jobError)),
                .word(life.failure?.failureClass), .word(life.failure?.detail),
                .text(life.failure?.message),
            ])
        if life.state == .queued { try connection.notify(WorkChannel.queue, job.hostClass) }
        if life.state != job.life.state || life.cancel != job.life.cancel {
            changes.add(
                WorkChange(
                    .job, of: job.run, job: job.id, attempt: attempt, state: life.state.rawValue,
                    cancel: life.cancel, failure: life.failure))
        }
        try refreshRun(job.run)
    }

    /// A host's own fault is tried again on another one; where there is none, nobody would ever
    /// claim the job again.
    private func retries(
        of job: JobRecord, after event: JobLifeCycle.Event, on host: HostID?
    ) throws -> RetryPolicy {
        guard case .attemptEnded(let failure) = event, failure.failureClass == .infraHost,
            let host
        else { return policy }
        let others = try connection.query(
            """
            SELECT \(HostOffers.columns) FROM host
            WHERE host_class = $1 AND id <> $2 AND state NOT IN ('pending', 'retired')
                AND id NOT IN (SELECT host_id FROM job_exclusion WHERE job_id = $3)
            """, [.text(job.hostClass), .id(host), .id(job.id)]
        ).map { try HostOffers($0) }
        let isTaken = job.host == nil && others.contains { job.needs.unmet(by: $0).isEmpty }
        return isTaken ? policy : policy.withoutOtherHosts
    }

    private static let updateJob = """
        UPDATE job SET state = $2, state_since_us = $3, queued_us = $4, not_before_us = $5,
            cancel = $6, cancel_requested_us = $7, lost_used = $8, transient_used = $9,
            host_used = $10, error_used = $11, failure_class = $12, failure_detail = $13,
            failure_message = $14
        WHERE id = $1
        """

    private func exclude(_ host: HostID, from job: JobID) throws {
        _ = try connection.execute(
            """
            INSERT INTO job_exclusion (job_id, host_id, reason) VALUES ($1, $2, 'infra_host')
            ON CONFLICT (job_id, host_id) DO NOTHING
            """, [.id(job), .id(host)])
    }

    /// Derives the run's state from its jobs, and raises its revision.
    func refreshRun(_ id: RunID) throws {
        // Locked before its jobs are read: of two that end at once the second one sees the first.
        let sql = Self.readRun + connection.forUpdate
        guard let run = try connection.query(sql, [.id(id)]).first else {
            throw StoreFailure.notFound("run \(id)")
        }
        let jobs = try connection.query(
            "SELECT state, cell, failure_class, failure_detail, failure_message FROM job "
                + "WHERE run_id = $1 ORDER BY place, id",
            [.id(id)])
        let before: JobState = try run.word("state")
        let states = try jobs.map { try $0.word("state") as JobState }
        var state = JobState.ofRun(
            jobs: states, hasStoredCases: try run.integer("cases_ok") > 0)
        // What comes after the end changes the decision, and not that the run has ended.
        if state.isTerminal, !before.isTerminal,
            try hasUnread(id) || run.integer("judged") < run.integer("results")
        {
            state = .processing
            try connection.notify(WorkChannel.results, id.text)
        }
        let failure = try jobs.compactMap(Self.failure).first
        var startedAt = try run.optionalTime("started_us")
        if startedAt == nil, state == .running { startedAt = now }
        _ = try connection.execute(
            Self.updateRun,
            [
                .id(id), .word(state), .time(now), .time(startedAt),
                .time(
                    state.isTerminal
                        ? (before.isTerminal ? try run.optionalTime("finished_us") : now) : nil),
                .word(failure?.failureClass), .word(failure?.detail), .text(failure?.message),
            ])
        try connection.notify(WorkChannel.run, id.text)
    }

    private static let readRun =
        "SELECT state, cases_ok, started_us, finished_us, judged, results FROM run WHERE id = $1"
    private static let updateRun = """
        UPDATE run SET state = $2, state_since_us = CASE WHEN state = $2 THEN state_since_us
            ELSE $3 END, started_us = $4, finished_us = $5, failure_class = $6,
            failure_detail = $7, failure_message = $8, revision = revision + 1
        WHERE id = $1
        """

    /// With its cell, which the run's page and lists do not tell otherwise.
    private static func failure(of job: Row) throws -> Failure? {
        guard let failure = try job.failure() else { return nil }
        let cell = try job.parameters("cell")
        guard cell != .none else { return failure }
        return Failure(
            failure.failureClass, failure.detail, "\(cell.text): \(failure.message)")
    }

    /// Whether ended attempts sent results that are not stored yet: the run would end without them.
    private func hasUnread(_ run: RunID) throws -> Bool {
        try !connection.query(
            """
            SELECT id FROM attempt WHERE run_id = $1 AND counted = 1 AND sealed_us IS NULL
                AND finish_digest IS NOT NULL AND acked_seq > 0 LIMIT 1
            """, [.id(run)]
        ).isEmpty
    }

    /// The attempt that holds the job now.
    func liveAttempt(of job: JobID) throws -> AttemptID? {
        try connection.query(
            "SELECT id FROM attempt WHERE job_id = $1 AND is_live = 1", [.id(job)]
        ).first?.id("id")
    }

    func tell(_ attempt: AttemptRecord, _ state: String, _ failure: Failure? = nil) {
        changes.add(
            WorkChange(
                .attempt, of: attempt.run, job: attempt.job, attempt: attempt.id, state: state,
                failure: failure))
    }

    /// Appends one entry to the attempt's timeline.
    func note(_ attempt: AttemptID, _ kind: String, _ name: String, _ text: String? = nil) throws {
        _ = try connection.execute(
            """
            INSERT INTO attempt_event (attempt_id, number, at_us, kind, name, text)
            SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5 FROM attempt_event
            WHERE attempt_id = $1
            """, [.id(attempt), .time(now), .text(kind), .text(name), .text(text)])
        try connection.notify(WorkChannel.attempt, attempt.text)
    }

    /// Ends an attempt that its agent did not end itself, and lets its job go on.
    func abandon(
        _ attempt: AttemptRecord, event: AttemptLifeCycle.Event, failure: Failure
    ) throws {
        var life = attempt.life
        try life.apply(event)
        try storeEnd(attempt, life: life, failure: failure)
        let job = try lockedJob(attempt.job)
        guard job.fence == attempt.fence.number, job.state == .running else { return }
        if job.life.cancel == .none {
            try apply(
                .attemptEnded(failure), to: job, attempt: attempt.id, host: attempt.host)
        } else {
            try apply(.cancelConfirmed, to: job, attempt: attempt.id)
        }
    }

    func storeEnd(
        _ attempt: AttemptRecord, life: AttemptLifeCycle, failure: Failure?
    ) throws {
        _ = try connection.execute(
            """
            UPDATE attempt SET state = $2, is_live = 0, ended_us = $3, unreachable_since_us = NULL,
                failure_class = $4, failure_detail = $5, failure_message = $6,
                failure_exit_status = $7, failure_signal = $8, failure_log_offset = $9
            WHERE id = $1
            """,
            [
                .id(attempt.id), .word(life.state), .time(now), .word(failure?.failureClass),
                .word(failure?.detail), .text(failure?.message),
                .integer(failure?.exitStatus.map { Int64($0) }),
                .integer(failure?.signal.map { Int64($0) }), .integer(failure?.logOffset),
            ])
        try note(attempt.id, "state", life.state.rawValue, failure?.message)
        tell(attempt, life.state.rawValue, failure)
    }
}

extension Database {
    /// Runs the body in one writing transaction, and tells the journal what it changed once that
    /// is stored.
    func work<Result: Sendable>(
        _ priority: WritePriority, _ settings: LeaseSettings, _ journal: WorkJournal,
        _ body: @escaping @Sendable (WorkTransitions) throws -> Result
    ) async throws -> Result {
        let (result, changes) = try await transaction(.write(priority)) { connection in
            let work = try WorkTransitions(connection, policy: settings.retry)
            return (try body(work), work.changes.all)
        }
        for change in changes { journal.write(change) }
        return result
    }
}
