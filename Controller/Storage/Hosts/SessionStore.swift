package import Database
package import FleetModel

/// Agents' sessions: the newest one of an agent fences the older ones.
package struct SessionStore: Sendable {
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

    package struct Opening: Hashable, Sendable {
        package let session: SessionID
        package let agent: AgentID
        package let host: HostID
        package let bootID: String
        package let agentVersion: String
        /// Fingerprint and capabilities as JSON.
        package let facts: String
        /// Attempts that the agent found in its spool, with their fences.
        package let spooled: [Spooled]
        /// Settings of the host that are not put back; nil where all are.
        package let tuningProblem: String?

        package init(
            session: SessionID, agent: AgentID, host: HostID, bootID: String,
            agentVersion: String, facts: String, spooled: [Spooled], tuningProblem: String? = nil
        ) {
            self.session = session
            self.agent = agent
            self.host = host
            self.bootID = bootID
            self.agentVersion = agentVersion
            self.facts = facts
            self.spooled = spooled
            self.tuningProblem = tuningProblem
        }
    }

    package struct Spooled: Hashable, Sendable {
        package let attempt: AttemptID
        package let fence: Int64

        package init(attempt: AttemptID, fence: Int64) {
            self.attempt = attempt
            self.fence = fence
        }
    }

    package struct Opened: Hashable, Sendable {
        package let hostState: HostState
        /// Somebody asks for the host's canaries.
        package let wantsCanaries: Bool
        package let directives: [Directive]
        package let now: ServerTime
    }

    package struct Directive: Hashable, Sendable {
        package let attempt: AttemptID
        /// False: stop, upload nothing more, delete.
        package let isWanted: Bool
        package let nextSequence: Int64
        package let logBytes: Int64
    }

    /// Makes the session the agent's current one, in one transaction. Live attempts of the agent
    /// that it does not list are lost at once; those that it lists move to the new session. A host
    /// whose settings are not put back is quarantined.
    package func open(_ opening: Opening) async throws -> Opened {
        let settings = settings
        return try await database.work(.urgent, settings, journal) { work in
            let connection = work.connection
            let sql =
                "SELECT state, canary_wanted_us FROM host WHERE id = $1" + connection.forUpdate
            guard let host = try connection.query(sql, [.id(opening.host)]).first else {
                throw StoreFailure.notFound("host \(opening.host)")
            }
            try Self.insert(opening, work)
            try Self.loseForgotten(opening, work)
            let directives = try opening.spooled.map { try Self.directive($0, opening, work) }
            var state: HostState = try host.word("state")
            if let problem = opening.tuningProblem {
                state = try HostStore.quarantineForTuning(
                    opening.host, because: problem, connection)
            }
            return Opened(
                hostState: state,
                wantsCanaries: try host.optionalTime("canary_wanted_us") != nil,
                directives: directives, now: work.now)
        }
    }

    private static func insert(_ opening: Opening, _ work: WorkTransitions) throws {
        let connection = work.connection
        _ = try connection.execute(
            "UPDATE host_session SET is_current = 0 WHERE agent_id = $1 AND is_current = 1",
            [.id(opening.agent)])
        _ = try connection.execute(
            """
            INSERT INTO host_session (id, agent_id, host_id, boot_id, is_current, facts,
                created_us)
            VALUES ($1, $2, $3, $4, 1, $5, $6)
            """,
            [
                .id(opening.session), .id(opening.agent), .id(opening.host),
                .text(opening.bootID), .text(opening.facts), .time(work.now),
            ])
        _ = try connection.execute(
            "UPDATE host SET agent_version = $2, last_contact_us = $3 WHERE id = $1",
            [.id(opening.host), .text(opening.agentVersion), .time(work.now)])
    }

    private static func loseForgotten(_ opening: Opening, _ work: WorkTransitions) throws {
        let live = try work.connection.query(
            "SELECT id, job_id FROM attempt WHERE host_id = $1 AND is_live = 1",
            [.id(opening.host)])
        for row in live {
            let id: AttemptID = try row.id("id")
            guard !opening.spooled.contains(where: { $0.attempt == id }) else { continue }
            _ = try work.lockedJob(try row.id("job_id"))
            let attempt = try work.lockedAttempt(id)
            guard attempt.isLive else { continue }
            let failure = Failure(
                .lost, .lost, "The agent's new session does not know the attempt.")
            try work.abandon(attempt, event: .forgotten, failure: failure)
        }
    }

    private static func directive(
        _ spooled: Spooled, _ opening: Opening, _ work: WorkTransitions
    ) throws -> Directive {
        let rows = try work.connection.query(
            "SELECT job_id FROM attempt WHERE id = $1 AND host_id = $2",
            [.id(spooled.attempt), .id(opening.host)])
        guard let row = rows.first else {
            return Directive(
                attempt: spooled.attempt, isWanted: false, nextSequence: 1, logBytes: 0)
        }
        let job = try work.lockedJob(try row.id("job_id"))
        let attempt = try work.lockedAttempt(spooled.attempt)
        let isFinished = attempt.finishDigest != nil
        _ = try work.connection.execute(
            "UPDATE attempt SET session_id = $2, agent_id = $3 WHERE id = $1",
            [.id(attempt.id), .id(opening.session), .id(opening.agent)])
        let isCurrent =
            attempt.fence.number == spooled.fence && job.fence == attempt.fence.number
        let isOpen = !attempt.state.isTerminal || attempt.state == .lost || isFinished
        return Directive(
            attempt: attempt.id, isWanted: isCurrent && isOpen,
            nextSequence: attempt.ackedSequence + 1, logBytes: attempt.logBytes)
    }
}
