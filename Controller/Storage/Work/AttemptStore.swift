package import Database
package import FleetModel

/// What agents say of the attempts that they hold.
package struct AttemptStore: Sendable {
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

    /// The caller of an attempt's routes, by its headers and credential.
    package struct Holder: Hashable, Sendable {
        package let attempt: AttemptID
        package let fence: Fence
        package let agent: AgentID
        package let session: SessionID

        package init(attempt: AttemptID, fence: Fence, agent: AgentID, session: SessionID) {
            self.attempt = attempt
            self.fence = fence
            self.agent = agent
            self.session = session
        }
    }

    package struct Beat: Hashable, Sendable {
        package let number: Int64
        package let phase: AttemptPhase
        package let progress: Int64
        package let done: Int64
        package let total: Int64
        package let quietFor: Duration

        package init(
            number: Int64, phase: AttemptPhase, progress: Int64, done: Int64, total: Int64,
            quietFor: Duration
        ) {
            self.number = number
            self.phase = phase
            self.progress = progress
            self.done = done
            self.total = total
            self.quietFor = quietFor
        }
    }

    package struct BeatAnswer: Hashable, Sendable {
        package let lease: Duration
        package let leaseUntil: ServerTime
        package let cancel: CancelMode
        package let ackedSequence: Int64
        package let logBytes: Int64
        package let missing: [MissingContent]
    }

    /// Extends the lease, in one transaction; takes a lost attempt back whose job nobody claimed.
    /// - Throws: `StoreFailure` `fenced`, `terminal`, `sessionSuperseded`, `unknownSession`.
    package func heartbeat(_ beat: Beat, from holder: Holder) async throws -> BeatAnswer {
        let settings = settings
        return try await database.work(.urgent, settings, journal) { work in
            let (attempt, job) = try Self.held(holder, work)
            guard !attempt.state.isTerminal || attempt.state == .lost,
                attempt.finishDigest == nil
            else { throw StoreFailure.terminal("attempt \(attempt.id)") }
            try Self.readopt(attempt, job, work)
            let quiet = min(max(beat.quietFor, .zero), settings.longestQuiet)
            let until = work.now + max(settings.unreachable, quiet)
            if beat.number > attempt.progress.beat {
                try Self.store(beat, attempt, until, quiet, work, settings)
            }
            return BeatAnswer(
                lease: until - work.now, leaseUntil: until, cancel: job.life.cancel,
                ackedSequence: attempt.ackedSequence, logBytes: attempt.logBytes,
                missing: try ArtifactStore.incomplete(of: attempt.id, work.connection))
        }
    }

    /// The attempt and its job, locked in the order job before attempt.
    static func held(
        _ holder: Holder, _ work: WorkTransitions
    ) throws -> (AttemptRecord, JobRecord) {
        try ClaimStore.requireCurrentSession(
            holder.session, agent: holder.agent, work.connection)
        let (attempt, job) = try any(holder, work)
        guard job.fence == attempt.fence.number else {
            throw StoreFailure.fenced(Fence(job.fence) ?? attempt.fence)
        }
        return (attempt, job)
    }

    /// As `held`, also for an attempt whose job was claimed again.
    static func any(
        _ holder: Holder, _ work: WorkTransitions
    ) throws -> (AttemptRecord, JobRecord) {
        let rows = try work.connection.query(
            "SELECT job_id FROM attempt WHERE id = $1 AND agent_id = $2",
            [.id(holder.attempt), .id(holder.agent)])
        guard let row = rows.first else {
            throw StoreFailure.notFound("attempt \(holder.attempt)")
        }
        let job = try work.lockedJob(try row.id("job_id"))
        let attempt = try work.lockedAttempt(holder.attempt)
        guard attempt.fence == holder.fence else { throw StoreFailure.fenced(attempt.fence) }
        return (attempt, job)
    }

    /// A lost attempt whose job is still unclaimed goes on as if it had never been missed.
    static func readopt(
        _ attempt: AttemptRecord, _ job: JobRecord, _ work: WorkTransitions
    ) throws {
        guard attempt.state == .lost else { return }
        guard job.state == .queued else { throw StoreFailure.terminal("job \(job.id)") }
        try work.apply(.claimed, to: job, attempt: attempt.id)
        _ = try work.connection.execute(
            """
            UPDATE attempt SET is_live = 1, ended_us = NULL, failure_class = NULL,
                failure_detail = NULL, failure_message = NULL, sealed_us = NULL
            WHERE id = $1
            """, [.id(attempt.id)])
        try work.note(attempt.id, "note", "taken back", "heard again before another claim")
    }

    private static func store(
        _ beat: Beat, _ attempt: AttemptRecord, _ until: ServerTime, _ quiet: Duration,
        _ work: WorkTransitions, _ settings: LeaseSettings
    ) throws {
        var life = attempt.life
        try life.apply(.heard(beat.phase))
        _ = try work.connection.execute(
            """
            UPDATE attempt SET state = $2, phase = $3, beat = $4, progress = $5, done = $6,
                total = $7, quiet_until_us = $8, lease_until_us = $9, lost_at_us = $10,
                unreachable_since_us = NULL
            WHERE id = $1
            """,
            [
                .id(attempt.id), .word(life.state), .word(beat.phase), .integer(beat.number),
                .integer(beat.progress), .integer(beat.done), .integer(beat.total),
                .time(quiet > .zero ? work.now + quiet : nil), .time(until),
                .time(work.now + quiet + settings.lost),
            ])
        // A host is heard with whatever its agent says, not only when it asks for work.
        _ = try work.connection.execute(
            "UPDATE host SET last_contact_us = $2 WHERE id = $1",
            [.id(attempt.host), .time(work.now)])
        if life.state != attempt.state {
            try work.note(attempt.id, "state", life.state.rawValue)
            work.tell(attempt, life.state.rawValue)
        }
        if beat.phase != attempt.progress.phase {
            try work.note(attempt.id, "phase", beat.phase.rawValue)
        }
        if life.state != attempt.state || beat.progress != attempt.progress.counter {
            try work.connection.notify(WorkChannel.run, attempt.run.text)
            _ = try work.connection.execute(
                "UPDATE run SET revision = revision + 1 WHERE id = $1", [.id(attempt.run)])
        }
    }
}
