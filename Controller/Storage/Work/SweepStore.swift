package import Database
import FleetModel

/// Finds deadlines that have passed, and acts on them; run by one controller at a time.
package struct SweepStore: Sendable {
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

    package struct Swept: Hashable, Sendable {
        package var unreachable = 0
        package var lost = 0
        package var timedOut = 0
        package var cancelled = 0
        package var expired = 0

        package init() {}

        package var total: Int { unreachable + lost + timedOut + cancelled + expired }
    }

    /// Acts on up to `limit` passed deadlines of each kind, each in a transaction of its own, so
    /// that one bad row cannot hold up the rest.
    package func sweep(limit: Int = 100) async throws -> Swept {
        var swept = Swept()
        for attempt in try await due(Self.unreachableAttempts, limit: limit) {
            swept.unreachable += try await flagUnreachable(attempt) ? 1 : 0
        }
        for attempt in try await due(Self.lostAttempts, limit: limit) {
            swept.lost += try await end(attempt, by: .lost) ? 1 : 0
        }
        for attempt in try await due(Self.overdueAttempts, limit: limit) {
            swept.timedOut += try await end(attempt, by: .deadline) ? 1 : 0
        }
        for attempt in try await due(
            Self.unansweredCancels, limit: limit, before: settings.unreachable)
        {
            swept.cancelled += try await end(attempt, by: .cancel) ? 1 : 0
        }
        for job in try await due(Self.expiredJobs, limit: limit) {
            swept.expired += try await expire(job) ? 1 : 0
        }
        _ = try await IdempotencyStore(database).sweep()
        return swept
    }

    private static let unreachableAttempts = """
        SELECT id FROM attempt WHERE is_live = 1 AND lease_until_us < $1
            AND unreachable_since_us IS NULL ORDER BY lease_until_us LIMIT $2
        """
    private static let lostAttempts = """
        SELECT id FROM attempt WHERE is_live = 1 AND lost_at_us < $1 ORDER BY lost_at_us LIMIT $2
        """
    private static let overdueAttempts = """
        SELECT id FROM attempt WHERE is_live = 1 AND deadline_us < $1 ORDER BY deadline_us LIMIT $2
        """
    private static let unansweredCancels = """
        SELECT attempt.id FROM attempt JOIN job ON job.id = attempt.job_id
        WHERE attempt.is_live = 1 AND job.cancel_requested_us IS NOT NULL
            AND job.cancel_requested_us < $1 AND attempt.lease_until_us < $1
        ORDER BY attempt.id LIMIT $2
        """
    private static let expiredJobs = """
        SELECT id FROM job WHERE state IN ('waiting', 'queued') AND queue_deadline_us < $1
        ORDER BY id LIMIT $2
        """

    private func due(
        _ sql: String, limit: Int, before: Duration = .zero
    ) async throws -> [String] {
        try await database.transaction(.read) { connection in
            let limitTime = try connection.now() + (.zero - before)
            return try connection.query(sql, [.time(limitTime), .integer(Int64(limit))])
                .map { try $0.text("id") }
        }
    }

    private enum Cause { case lost, deadline, cancel }

    private func flagUnreachable(_ id: String) async throws -> Bool {
        try await onAttempt(id) { attempt, work in
            guard attempt.leaseUntil < work.now, attempt.unreachableSince == nil else {
                return false
            }
            _ = try work.connection.execute(
                "UPDATE attempt SET unreachable_since_us = $2 WHERE id = $1",
                [.id(attempt.id), .time(work.now)])
            try work.note(attempt.id, "note", "unreachable", "no word since the lease ended")
            work.tell(attempt, "unreachable")
            return true
        }
    }

    private func end(_ id: String, by cause: Cause) async throws -> Bool {
        let lost = settings.lost
        return try await onAttempt(id) { attempt, work in
            switch cause {
            case .lost:
                let quietEnd = attempt.quietUntil ?? attempt.createdAt
                guard max(attempt.leaseUntil, quietEnd) < work.now else { return false }
                let failure = Failure(
                    .lost, .lost, "No word from the agent for \(lost.components.seconds) s.")
                try work.abandon(attempt, event: .lostDeadlinePassed, failure: failure)
            case .deadline:
                guard attempt.deadline < work.now else { return false }
                let failure = Failure(
                    .timeout, .other, "The job ran past its time limit and did not end.")
                try work.abandon(attempt, event: .finished(.timedOut), failure: failure)
            case .cancel:
                let failure = Failure(
                    .lost, .lost, "The agent did not answer the cancellation.")
                try work.abandon(attempt, event: .finished(.cancelled), failure: failure)
            }
            return true
        }
    }

    private func expire(_ id: String) async throws -> Bool {
        let settings = settings
        return try await database.work(.ordinary, settings, journal) { work in
            guard let jobID = JobID(id) else { return false }
            let job = try work.lockedJob(jobID)
            guard job.state == .queued || job.state == .waiting else { return false }
            let fleet = try WaitingFleet(work.connection, unreachable: settings.unreachable)
            let why = fleet.wait(of: job)?.text ?? "others went first"
            let failure = Failure(
                .timeout, .other,
                "No host took it in \(Self.text(of: work.now - job.queuedAt)): \(why).")
            try work.apply(.queueDeadlinePassed(failure), to: job)
            return true
        }
    }

    private static func text(of wait: Duration) -> String {
        let seconds = wait.components.seconds
        let (count, unit) =
            switch seconds {
            case (48 * 3600)...: (seconds / 86_400, "days")
            case 7200...: (seconds / 3600, "hours")
            case 120...: (seconds / 60, "minutes")
            default: (seconds, "seconds")
            }
        return "\(count) \(unit)"
    }

    /// Runs the body on the attempt if it is still live, with its job locked first.
    private func onAttempt(
        _ id: String,
        _ body: @escaping @Sendable (AttemptRecord, WorkTransitions) throws -> Bool
    ) async throws -> Bool {
        let settings = settings
        return try await database.work(.ordinary, settings, journal) { work in
            let connection = work.connection
            let rows = try connection.query(
                "SELECT job_id FROM attempt WHERE id = $1 AND is_live = 1", [.text(id)])
            guard let row = rows.first, let attemptID = AttemptID(id) else { return false }
            _ = try work.lockedJob(try row.id("job_id"))
            let attempt = try work.lockedAttempt(attemptID)
            return attempt.isLive ? try body(attempt, work) : false
        }
    }
}
