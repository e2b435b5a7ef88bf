package import Database
package import FleetModel

/// One-time tokens, and the hosts that they bring in.
package struct EnrolmentStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    package struct Token: Hashable, Sendable {
        package let id: TokenID
        package let hostName: String?
        package let isPreapproved: Bool
        package let expiresAt: ServerTime
        package let usedAt: ServerTime?
        package let usedBy: HostID?
    }

    /// Stores a token by its digest, in one transaction.
    package func create(
        _ id: TokenID, digest: String, hostName: String?, preapproved: Bool, lifetime: Duration,
        auditedAs actor: String? = nil
    ) async throws -> Token {
        try await database.transaction(.write(.ordinary)) { connection in
            let now = try connection.now()
            _ = try connection.execute(
                """
                INSERT INTO enrolment_token (id, digest, host_name, preapproved, expires_us,
                    created_us)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                [
                    .id(id), .text(digest), .text(hostName), .bool(preapproved),
                    .time(now + lifetime), .time(now),
                ])
            var facts = [
                "preapproved": "\(preapproved)", "expires_us": "\((now + lifetime).microseconds)",
            ]
            facts["host_name"] = hostName
            try Self.note("create", id, facts, by: actor, connection)
            return Token(
                id: id, hostName: hostName, isPreapproved: preapproved,
                expiresAt: now + lifetime, usedAt: nil, usedBy: nil)
        }
    }

    private static func note(
        _ action: String, _ id: TokenID, _ facts: [String: String], by actor: String?,
        _ connection: any Connection
    ) throws {
        guard let actor else { return }
        try AuditStore.append(
            AuditEvent(
                by: actor, action, "enrolment_token", id.text, in: AuditEvent.installation
            ).with(facts: facts), connection)
    }

    /// Newest first, in one transaction.
    package func tokens(limit: Int) async throws -> [Token] {
        try await database.transaction(.read) { connection in
            try connection.query(
                "SELECT * FROM enrolment_token ORDER BY created_us DESC, id DESC LIMIT $1",
                [.integer(Int64(limit))]
            ).map { row in
                Token(
                    id: try row.id("id"), hostName: try row.optionalText("host_name"),
                    isPreapproved: try row.bool("preapproved"),
                    expiresAt: try row.time("expires_us"),
                    usedAt: try row.optionalTime("used_us"), usedBy: try row.optionalID("used_by"))
            }
        }
    }

    /// Removes a token nobody has used, in one transaction; false when there is none.
    package func revoke(_ id: TokenID, auditedAs actor: String? = nil) async throws -> Bool {
        try await database.transaction(.write(.ordinary)) { connection in
            let count = try connection.execute(
                "DELETE FROM enrolment_token WHERE id = $1 AND used_us IS NULL", [.id(id)])
            guard count > 0 else { return false }
            try Self.note("delete", id, [:], by: actor, connection)
            return true
        }
    }

    package struct Newcomer: Hashable, Sendable {
        package let tokenDigest: String
        package let name: String
        package let machineDigest: String
        package let hostClass: String
        package let facts: HostFactsSummary
        package let agentVersion: String
        /// Issued to `agent`.
        package let certificate: CertificateRecord.New
        /// Identifiers for a host and an agent that are new.
        package let host: HostID
        package let agent: AgentID

        package init(
            tokenDigest: String, name: String, machineDigest: String, hostClass: String,
            facts: HostFactsSummary, agentVersion: String, certificate: CertificateRecord.New,
            host: HostID, agent: AgentID
        ) {
            self.tokenDigest = tokenDigest
            self.name = name
            self.machineDigest = machineDigest
            self.hostClass = hostClass
            self.facts = facts
            self.agentVersion = agentVersion
            self.certificate = certificate
            self.host = host
            self.agent = agent
        }
    }

    package struct Enrolled: Hashable, Sendable {
        package let agent: AgentID
        package let host: HostID
        package let state: HostState
        package let certificate: CertificateRecord
    }

    /// How long the request that used a token may be repeated, its reply having been lost.
    private static let repeatWindow = Duration.seconds(600)

    /// Fails with `tokenInvalid` for a token that nobody made, in one transaction; what else a
    /// token may lack, `enrol` finds.
    package func requireKnown(tokenDigest: String) async throws {
        let rows = try await database.transaction(.read) { connection in
            try connection.query(
                "SELECT id FROM enrolment_token WHERE digest = $1", [.text(tokenDigest)])
        }
        guard !rows.isEmpty else { throw StoreFailure.tokenInvalid }
    }

    /// Spends the token and stores host, agent and certificate, in one transaction. A machine
    /// known already keeps its host; its earlier certificates end. The same signing request gets
    /// the same answer again for ten minutes.
    /// - Throws: `StoreFailure` `tokenInvalid`, `tokenExpired`, `tokenUsed`, `identityChanged`.
    package func enrol(_ newcomer: Newcomer) async throws -> Enrolled {
        try await database.transaction(.write(.ordinary)) { connection in
            let now = try connection.now()
            let sql = "SELECT * FROM enrolment_token WHERE digest = $1" + connection.forUpdate
            guard let row = try connection.query(sql, [.text(newcomer.tokenDigest)]).first else {
                throw StoreFailure.tokenInvalid
            }
            if let usedAt = try row.optionalTime("used_us") {
                guard now - usedAt <= Self.repeatWindow else { throw StoreFailure.tokenUsed }
                return try Self.repeated(newcomer, row, connection)
            }
            guard try row.time("expires_us") > now else { throw StoreFailure.tokenExpired }
            if let name = try row.optionalText("host_name"), name != newcomer.name {
                throw StoreFailure.tokenInvalid
            }
            return try Self.admit(
                newcomer,
                Admission(
                    preapproved: try row.bool("preapproved"),
                    hostName: try row.optionalText("host_name"), at: now), connection)
        }
    }

    /// What a token allows, now.
    private struct Admission {
        let preapproved: Bool
        /// The only host that the token is for.
        let hostName: String?
        let at: ServerTime
    }

    private static func repeated(
        _ newcomer: Newcomer, _ token: Row, _ connection: any Connection
    ) throws -> Enrolled {
        let digest = newcomer.certificate.requestDigest
        guard try token.optionalText("request_digest") == digest,
            let host: HostID = try token.optionalID("used_by")
        else { throw StoreFailure.tokenUsed }
        let rows = try connection.query(
            """
            SELECT certificate.*, host.state FROM certificate
            JOIN host ON host.id = certificate.host_id
            WHERE host_id = $1 AND request_digest = $2 AND revoked_us IS NULL
            """, [.id(host), .text(digest)])
        guard let row = rows.first else { throw StoreFailure.tokenUsed }
        let certificate = try CertificateRecord(row)
        return Enrolled(
            agent: certificate.agent, host: host, state: try row.word("state"),
            certificate: certificate)
    }

    private static func admit(
        _ newcomer: Newcomer, _ admission: Admission, _ connection: any Connection
    ) throws -> Enrolled {
        let now = admission.at
        let (host, state) = try place(newcomer, admission, connection)
        _ = try connection.execute(
            "UPDATE agent SET revoked_us = $2 WHERE host_id = $1 AND revoked_us IS NULL",
            [.id(host), .time(now)])
        try CertificateStore.revokeAll(
            of: host, reason: "the host was enrolled anew", connection)
        _ = try connection.execute(
            "INSERT INTO agent (id, host_id, created_us) VALUES ($1, $2, $3)",
            [.id(newcomer.agent), .id(host), .time(now)])
        let certificate = try CertificateStore.insert(
            newcomer.certificate, agent: newcomer.agent, host: host, connection)
        _ = try connection.execute(
            """
            UPDATE enrolment_token SET used_us = $2, used_by = $3, request_digest = $4
            WHERE digest = $1
            """,
            [
                .text(newcomer.tokenDigest), .time(now), .id(host),
                .text(newcomer.certificate.requestDigest),
            ])
        return Enrolled(
            agent: newcomer.agent, host: host, state: state, certificate: certificate)
    }

    /// A machine's identity is only what it says of itself, so an ordinary token neither ends a
    /// certificate in force nor brings a host back into work without a person, and a token for one
    /// host takes over no other.
    private static func takeOver(
        _ row: Row, _ admission: Admission, _ connection: any Connection
    ) throws -> (HostID, HostState) {
        let host: HostID = try row.id("id")
        if let name = admission.hostName, try row.text("name") != name {
            throw StoreFailure.tokenInvalid
        }
        let state: HostState = try row.word("state")
        guard state != .retired else { throw StoreFailure.identityChanged("retired") }
        if admission.preapproved { return (host, state) }
        let inForce = try connection.query(
            """
            SELECT serial FROM certificate
            WHERE host_id = $1 AND revoked_us IS NULL AND not_after_us > $2 LIMIT 1
            """, [.id(host), .time(admission.at)])
        guard inForce.isEmpty || state == .pending else {
            throw StoreFailure.identityChanged(try row.text("name"))
        }
        _ = try connection.execute(
            "UPDATE host SET state = $2, version = version + 1 WHERE id = $1",
            [.id(host), .word(HostState.pending)])
        return (host, .pending)
    }

    private static func place(
        _ newcomer: Newcomer, _ admission: Admission, _ connection: any Connection
    ) throws -> (HostID, HostState) {
        let byMachine = try connection.query(
            "SELECT id, name, state FROM host WHERE machine_digest = $1",
            [.text(newcomer.machineDigest)])
        if let row = byMachine.first {
            return try takeOver(row, admission, connection)
        }
        let byName = try connection.query(
            "SELECT id FROM host WHERE name = $1", [.text(newcomer.name)])
        guard byName.isEmpty else { throw StoreFailure.identityChanged(newcomer.name) }
        let state: HostState = admission.preapproved ? .active : .pending
        let facts = newcomer.facts
        _ = try connection.execute(
            """
            INSERT INTO host (id, name, machine_digest, state, host_class, architecture, os,
                kernel, cpu_model, cores, memory_bytes, agent_version, created_us, version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)
            """,
            [
                .id(newcomer.host), .text(newcomer.name), .text(newcomer.machineDigest),
                .word(state), .text(newcomer.hostClass), .text(facts.architecture),
                .text(facts.os), .text(facts.kernel), .text(facts.cpuModel),
                .integer(facts.cores), .integer(facts.memoryBytes), .text(newcomer.agentVersion),
                .time(admission.at),
            ])
        return (newcomer.host, state)
    }
}
