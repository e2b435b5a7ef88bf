package import Database
package import FleetModel

/// Ends attempts as their agents report it, once everything they sent is stored.
package struct FinishStore: Sendable {
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

    package struct Report: Hashable, Sendable {
        package let outcome: AttemptOutcome
        package let failure: Failure?
        package let lastSequence: Int64
        package let logLength: Int64
        /// Digests of all artifacts.
        package let artifacts: [String]
        /// Digest of the body: the same again is the same report.
        package let digest: String
        /// Whether the host's settings are put back, or will be by the agent itself.
        package let tuningRestored: Bool

        package init(
            outcome: AttemptOutcome, failure: Failure?, lastSequence: Int64, logLength: Int64,
            artifacts: [String] = [], digest: String, tuningRestored: Bool = true
        ) {
            self.outcome = outcome
            self.failure = failure
            self.lastSequence = lastSequence
            self.logLength = logLength
            self.artifacts = artifacts
            self.digest = digest
            self.tuningRestored = tuningRestored
        }
    }

    package struct Answer: Hashable, Sendable {
        package let attempt: AttemptState
        package let job: JobState
        package let isCounted: Bool
    }

    /// Ends the attempt, in one transaction; the same report again gives the present states. A
    /// host that could not be put back is quarantined.
    /// - Throws: `StoreFailure` `incomplete`, `finishMismatch`, `fenced` and those of `held`.
    package func finish(
        _ report: Report, from holder: AttemptStore.Holder
    ) async throws -> Answer {
        let settings = settings
        return try await database.work(.urgent, settings, journal) { work in
            let connection = work.connection
            try ClaimStore.requireCurrentSession(holder.session, agent: holder.agent, connection)
            if !report.tuningRestored {
                // Hosts are locked before jobs, as by claims and sessions.
                _ = try connection.query(
                    Self.hostOfAttempt + connection.forUpdate, [.id(holder.attempt)])
            }
            let (attempt, job) = try AttemptStore.any(holder, work)
            if let digest = attempt.finishDigest {
                guard digest == report.digest else { throw StoreFailure.finishMismatch }
                return Answer(
                    attempt: attempt.state, job: job.state, isCounted: attempt.isCounted)
            }
            guard job.fence == attempt.fence.number else {
                throw StoreFailure.fenced(Fence(job.fence) ?? attempt.fence)
            }
            try Self.requireComplete(report, attempt, connection)
            if !report.tuningRestored {
                _ = try HostStore.quarantineForTuning(
                    attempt.host, because: Self.notRestored, connection)
            }
            return try Self.end(attempt, job, report, work)
        }
    }

    private static let hostOfAttempt =
        "SELECT id FROM host WHERE id = (SELECT host_id FROM attempt WHERE id = $1)"

    private static let notRestored =
        "an attempt ended with settings of the host that nobody puts back; see fleetmark-agent "
        + "tune --status there"

    private static func requireComplete(
        _ report: Report, _ attempt: AttemptRecord, _ connection: any Connection
    ) throws {
        let lacksBatches = attempt.ackedSequence < report.lastSequence
        let lacksLog = attempt.logBytes < report.logLength
        let artifacts = try ArtifactStore.missing(report.artifacts, of: attempt.id, connection)
        guard lacksBatches || lacksLog || !artifacts.isEmpty else { return }
        throw StoreFailure.incomplete(
            fromSequence: lacksBatches ? attempt.ackedSequence + 1 : nil,
            logFrom: lacksLog ? attempt.logBytes : nil, artifacts: artifacts)
    }

    private static func end(
        _ attempt: AttemptRecord, _ job: JobRecord, _ report: Report, _ work: WorkTransitions
    ) throws -> Answer {
        guard !attempt.state.isTerminal || attempt.state == .lost else {
            // The controller ended it first; what it sent is kept, its report changes nothing.
            try storeReport(report, attempt, work)
            return Answer(
                attempt: attempt.state, job: job.state, isCounted: attempt.isCounted)
        }
        try AttemptStore.readopt(attempt, job, work)
        var life = attempt.life
        try life.apply(.finished(report.outcome))
        try work.storeEnd(attempt, life: life, failure: report.failure)
        // Before the run's state, which waits for what was sent.
        try storeReport(report, attempt, work)
        let current = try work.lockedJob(job.id)
        try advance(current, attempt, report, work)
        let after = try work.lockedJob(job.id)
        // An attempt that is tried again must not count beside the one that follows it.
        let isCounted = after.state != .queued
        _ = try work.connection.execute(
            "UPDATE attempt SET counted = $2 WHERE id = $1",
            [.id(attempt.id), .bool(isCounted)])
        return Answer(attempt: life.state, job: after.state, isCounted: isCounted)
    }

    private static func advance(
        _ job: JobRecord, _ attempt: AttemptRecord, _ report: Report, _ work: WorkTransitions
    ) throws {
        switch report.outcome {
        case .completed:
            try work.apply(.uploaded, to: job, attempt: attempt.id)
        case .cancelled where job.life.cancel != .none:
            try work.apply(.cancelConfirmed, to: job, attempt: attempt.id)
        case .cancelled, .failed, .timedOut, .refused:
            let failure =
                report.failure
                ?? Failure(.infraTransient, .other, "The agent gave no reason.")
            try work.apply(
                .attemptEnded(failure), to: job, attempt: attempt.id, host: attempt.host)
        }
    }

    private static func storeReport(
        _ report: Report, _ attempt: AttemptRecord, _ work: WorkTransitions
    ) throws {
        _ = try work.connection.execute(
            "UPDATE attempt SET finish_digest = $2, log_complete = 1 WHERE id = $1",
            [.id(attempt.id), .text(report.digest)])
        try work.connection.notify(WorkChannel.results, attempt.id.text)
    }
}
