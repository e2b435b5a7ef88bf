package import Database
package import FleetModel

/// Hands queued jobs to agents, each to one at a time.
package struct ClaimStore: Sendable {
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

    /// Who claims, and under which name; the same claim gives the same lease again.
    package struct Claimant: Hashable, Sendable {
        package let claim: ClaimID
        package let agent: AgentID
        package let host: HostID
        package let session: SessionID
        /// The identifier that a new attempt gets.
        package let attempt: AttemptID

        package init(
            claim: ClaimID, agent: AgentID, host: HostID, session: SessionID, attempt: AttemptID
        ) {
            self.claim = claim
            self.agent = agent
            self.host = host
            self.session = session
            self.attempt = attempt
        }
    }

    package struct Lease: Hashable, Sendable {
        package let attempt: AttemptRecord
        package let job: JobRecord
        /// The job description without what belongs to one attempt, as JSON.
        package let description: String
        /// The change that the run measures on top of its commit.
        package let patch: Patch?
        package let now: ServerTime
    }

    package struct Patch: Hashable, Sendable {
        package let digest: String
        /// A unified diff; nil where the job was submitted to an earlier version.
        package let body: [UInt8]?
    }

    /// Claims the job that is next for the host, in one transaction.
    /// - Returns: nil when nothing is claimable now, also while the host still holds a lease.
    /// - Throws: `StoreFailure` `claimSpent`, `sessionSuperseded`, `unknownSession`,
    ///   `hostNotClaimable`, or `canaryWanted` while the session does not know that somebody wants
    ///   the host's canaries.
    package func claim(_ claimant: Claimant) async throws -> Lease? {
        let settings = settings
        return try await database.work(.urgent, settings, journal) { work in
            let connection = work.connection
            if let known = try Self.known(claimant, work) { return known }
            try Self.requireCurrentSession(claimant.session, agent: claimant.agent, connection)
            let host = try Self.claimableHost(claimant, work)
            guard try !Self.holdsLease(claimant.host, connection),
                let job = try Self.next(for: host, work)
            else { return nil }
            return try Self.lease(job, to: claimant, work, settings)
        }
    }

    static func requireCurrentSession(
        _ session: SessionID, agent: AgentID, _ connection: any Connection
    ) throws {
        let rows = try connection.query(
            "SELECT is_current FROM host_session WHERE id = $1 AND agent_id = $2",
            [.id(session), .id(agent)])
        guard let row = rows.first else { throw StoreFailure.unknownSession }
        guard try !row.bool("is_current") else { return }
        // A revocation ends the session too, and a call that waited meanwhile must say so.
        let ended = try connection.query(
            """
            SELECT revoke_reason FROM certificate
            WHERE agent_id = $1 AND revoked_us IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM host_session WHERE agent_id = $1 AND is_current = 1)
            ORDER BY revoked_us DESC LIMIT 1
            """, [.id(agent)])
        guard let certificate = ended.first else { throw StoreFailure.sessionSuperseded }
        throw StoreFailure.certificateRevoked(try certificate.optionalText("revoke_reason"))
    }

    private static func known(_ claimant: Claimant, _ work: WorkTransitions) throws -> Lease? {
        let sql = "SELECT \(AttemptRecord.columns) FROM attempt WHERE claim_id = $1"
        guard let row = try work.connection.query(sql, [.id(claimant.claim)]).first else {
            return nil
        }
        let attempt = try AttemptRecord(row)
        guard attempt.agent == claimant.agent, attempt.isLive else {
            throw StoreFailure.claimSpent
        }
        return try lease(attempt, work)
    }

    private struct ClaimableHost {
        let id: HostID
        let hostClass: String
        let offers: HostOffers
    }

    private static func claimableHost(
        _ claimant: Claimant, _ work: WorkTransitions
    ) throws -> ClaimableHost {
        let sql =
            "SELECT state, host_class, canary_wanted_us, \(HostOffers.columns) FROM host "
            + "WHERE id = $1" + work.connection.forUpdate
        guard let row = try work.connection.query(sql, [.id(claimant.host)]).first else {
            throw StoreFailure.notFound("host \(claimant.host)")
        }
        if let wanted = try row.optionalTime("canary_wanted_us") {
            let told = try work.connection.query(
                "SELECT id FROM host_session WHERE id = $1 AND created_us >= $2",
                [.id(claimant.session), .time(wanted)])
            guard !told.isEmpty else { throw StoreFailure.canaryWanted }
        }
        let state: HostState = try row.word("state")
        guard state == .active else { throw StoreFailure.hostNotClaimable(state) }
        return ClaimableHost(
            id: claimant.host, hostClass: try row.text("host_class"), offers: try HostOffers(row))
    }

    private static func holdsLease(_ host: HostID, _ connection: any Connection) throws -> Bool {
        try !connection.query(
            "SELECT id FROM attempt WHERE host_id = $1 AND is_live = 1 LIMIT 1", [.id(host)]
        ).isEmpty
    }

    private static func next(
        for host: ClaimableHost, _ work: WorkTransitions
    ) throws -> JobRecord? {
        let unmet = try unmetNeeds(by: host, work.connection)
        let job = try work.connection.query(
            next(passingOver: unmet.count, work.connection.dialect),
            [.text(host.hostClass), .id(host.id), .time(work.now)] + unmet.map { .text($0) }
        ).first.map { try JobRecord($0) }
        // Another transaction may have committed a job with needs of its own between both looks:
        // it is left for the next claim.
        guard let job, job.needs.unmet(by: host.offers).isEmpty else { return nil }
        return job
    }

    /// The different needs of the jobs that wait, of which the host does not meet all. They are as
    /// few as the suites that ask for something, and an index leads to them alone.
    private static func unmetNeeds(
        by host: ClaimableHost, _ connection: any Connection
    ) throws -> [String] {
        try connection.query(
            """
            SELECT DISTINCT needs FROM job
            WHERE state = 'queued' AND host_class = $1 AND needs <> ''
            """, [.text(host.hostClass)]
        ).filter { row in
            try !row.needs("needs").unmet(by: host.offers).isEmpty
        }.map { try $0.text("needs") }
    }

    /// Rows that another claim is just taking are passed over, so claims do not wait on each other.
    private static func next(passingOver count: Int, _ dialect: Dialect) -> String {
        let binds = (0..<count).map { "$\($0 + 4)" }.joined(separator: ", ")
        return """
            SELECT \(JobRecord.columns) FROM job
            WHERE state = 'queued' AND host_class = $1 AND (host_id IS NULL OR host_id = $2)
                AND not_before_us <= $3 \(count == 0 ? "" : "AND needs NOT IN (\(binds))")
                AND NOT EXISTS (SELECT 1 FROM job_exclusion
                    WHERE job_exclusion.job_id = job.id AND job_exclusion.host_id = $2)
            ORDER BY priority_rank, queued_us, place, id LIMIT 1
            """ + (dialect == .postgres ? " FOR UPDATE SKIP LOCKED" : "")
    }

    private static func lease(
        _ job: JobRecord, to claimant: Claimant, _ work: WorkTransitions, _ settings: LeaseSettings
    ) throws -> Lease {
        let connection = work.connection
        let rows = try connection.query(
            "UPDATE job SET fence = fence + 1 WHERE id = $1 AND fence = $2 RETURNING fence",
            [.id(job.id), .integer(job.fence)])
        guard let row = rows.first else { throw StoreFailure.corrupt("job \(job.id) moved") }
        let fence = try row.fence("fence")
        try work.apply(.claimed, to: job, attempt: claimant.attempt)
        // What an earlier attempt may still send is kept, and decides nothing any more.
        _ = try connection.execute(
            "UPDATE attempt SET counted = 0 WHERE job_id = $1", [.id(job.id)])
        _ = try connection.execute(
            insertAttempt,
            [
                .id(claimant.attempt), .id(job.project), .id(job.id), .id(job.run),
                .integer(fence.number), .id(claimant.host), .id(claimant.agent),
                .id(claimant.session), .id(claimant.claim),
                .time(work.now + settings.unreachable), .time(work.now + settings.lost),
                .time(work.now + job.timeout + settings.overrun), .time(work.now),
            ])
        try work.note(claimant.attempt, "state", AttemptState.leased.rawValue)
        return try lease(try work.lockedAttempt(claimant.attempt), work)
    }

    private static func lease(
        _ attempt: AttemptRecord, _ work: WorkTransitions
    ) throws -> Lease {
        let job = try work.lockedJob(attempt.job)
        let rows = try work.connection.query(
            "SELECT description FROM job WHERE id = $1", [.id(job.id)])
        guard let row = rows.first else { throw StoreFailure.notFound("job \(job.id)") }
        return Lease(
            attempt: attempt, job: job, description: try row.text("description"),
            patch: try patch(of: job.run, work.connection), now: work.now)
    }

    private static func patch(
        of run: RunID, _ connection: any Connection
    ) throws -> Patch? {
        let rows = try connection.query(
            """
            SELECT run.patch, patch.body FROM run LEFT JOIN patch ON patch.digest = run.patch
            WHERE run.id = $1 AND run.patch IS NOT NULL
            """, [.id(run)])
        return try rows.first.map { row in
            Patch(digest: try row.text("patch"), body: try row.optionalBlob("body"))
        }
    }

    private static let insertAttempt = """
        INSERT INTO attempt (id, project_id, job_id, run_id, number, fence, host_id, agent_id,
            session_id, claim_id, state, is_live, counted, beat, progress, done, total,
            lease_until_us, lost_at_us, deadline_us, acked_seq, log_bytes, log_complete, created_us)
        VALUES ($1, $2, $3, $4,
            (SELECT COALESCE(MAX(number), 0) + 1 FROM attempt WHERE job_id = $3),
            $5, $6, $7, $8, $9, 'leased', 1, 1, 0, 0, 0, 0, $10, $11, $12, 0, 0, 0, $13)
        """
}
