import Database
package import FleetModel

extension SubmissionStore {
    /// What was measured elsewhere, as an agent would have sent it.
    package struct Results: Sendable {
        package let host: DeclaredHost
        /// In the form of the agents' protocol.
        package let batches: [[UInt8]]
        /// Of all that was sent.
        package let digest: String
        /// By which the sender knows it again.
        package let key: String?
        /// What the run is compared with.
        package let base: RunID?
        /// Nil for now.
        package let measuredAt: ServerTime?

        package init(
            host: DeclaredHost, batches: [[UInt8]], digest: String, key: String?, base: RunID?,
            measuredAt: ServerTime?
        ) {
            self.host = host
            self.batches = batches
            self.digest = digest
            self.key = key
            self.base = base
            self.measuredAt = measuredAt
        }
    }

    /// The identifiers of rows that are new.
    package struct Identifiers: Sendable {
        package let attempt: AttemptID
        package let claim: ClaimID
        let place: DeclaredHost.Place

        package init(
            attempt: AttemptID, claim: ClaimID, host: HostID, agent: AgentID, session: SessionID
        ) {
            self.attempt = attempt
            self.claim = claim
            place = DeclaredHost.Place(host: host, agent: agent, session: session)
        }
    }

    /// Stores a run of one job that an attempt has ended already, in one transaction: what follows
    /// is what follows the end of an agent's attempt.
    /// - Returns: the run of the same key and the same results, which is there already; else nil.
    /// - Throws: `StoreFailure.keyTaken`.
    package func submit(
        _ request: Request, _ run: Run, _ results: Results, _ new: Identifiers
    ) async throws -> RunID? {
        try await database.transaction(.write(.ordinary)) { connection in
            let now = try connection.now()
            if let known = try Self.known(results, request.project, connection) { return known }
            let place = try results.host.place(
                of: request.project, new: new.place, at: now, connection)
            try Self.insert(request, [.new(run)], at: now, connection)
            try Self.insert(results, of: run, request.project, at: now, connection)
            for job in run.jobs {
                try Self.insertEnded(
                    new, at: place, of: job.id, run, results, request, now, connection)
            }
            return nil
        }
    }

    /// Serial in a project: of two that send at once the second one waits, and finds the first.
    private static func known(
        _ results: Results, _ project: ProjectID, _ connection: any Connection
    ) throws -> RunID? {
        guard let key = results.key else { return nil }
        _ = try connection.query(
            "SELECT id FROM project WHERE id = $1" + connection.forUpdate, [.id(project)])
        let rows = try connection.query(
            "SELECT run_id, digest FROM submitted_run WHERE project_id = $1 AND run_key = $2",
            [.id(project), .text(key)])
        guard let row = rows.first else { return nil }
        let run: RunID = try row.id("run_id")
        guard try row.text("digest") == results.digest else { throw StoreFailure.keyTaken(run) }
        return run
    }

    private static func insert(
        _ results: Results, of run: Run, _ project: ProjectID, at now: ServerTime,
        _ connection: any Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO submitted_run (run_id, project_id, run_key, digest, base_run_id, created_us)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .id(run.id), .id(project), .text(results.key), .text(results.digest),
                .id(results.base), .time(now),
            ])
        _ = try connection.execute(
            "UPDATE run SET state = 'processing', started_us = $2 WHERE id = $1",
            [.id(run.id), .time(now)])
    }

    private static func insertEnded(
        _ new: Identifiers, at place: DeclaredHost.Place, of job: JobID, _ run: Run,
        _ results: Results, _ request: Request, _ now: ServerTime, _ connection: any Connection
    ) throws {
        _ = try connection.execute(
            "UPDATE job SET state = 'processing', fence = 1, host_id = $2 WHERE id = $1",
            [.id(job), .id(place.host)])
        _ = try connection.execute(
            insertAttempt,
            [
                .id(new.attempt), .id(request.project), .id(job), .id(run.id), .id(place.host),
                .id(place.agent), .id(place.session), .id(new.claim), .time(now),
                .integer(Int64(results.batches.count)), .text(results.digest),
                .time(results.measuredAt ?? now),
            ])
        _ = try connection.execute(
            """
            INSERT INTO attempt_event (attempt_id, number, at_us, kind, name, text)
            VALUES ($1, 1, $2, 'note', 'submitted', $3)
            """, [.id(new.attempt), .time(now), .text(request.triggeredBy)])
        for (index, body) in results.batches.enumerated() {
            _ = try connection.execute(
                """
                INSERT INTO batch (attempt_id, seq, digest, body, received_us)
                VALUES ($1, $2, $3, $4, $5)
                """,
                [
                    .id(new.attempt), .integer(Int64(index + 1)), .text(SHA256Text.of(body)),
                    .blob(body), .time(now),
                ])
        }
        try connection.notify(WorkChannel.results, new.attempt.text)
        try connection.notify(WorkChannel.run, run.id.text)
    }

    private static let insertAttempt = """
        INSERT INTO attempt (id, project_id, job_id, run_id, number, fence, host_id, agent_id,
            session_id, claim_id, state, is_live, counted, beat, progress, done, total,
            lease_until_us, lost_at_us, deadline_us, acked_seq, log_bytes, log_complete,
            finish_digest, created_us, ended_us)
        VALUES ($1, $2, $3, $4, 1, 1, $5, $6, $7, $8, 'uploaded', 0, 1, 0, 0, 0, 0, $9, $9, $9,
            $10, 0, 1, $11, $9, $12)
        """
}
