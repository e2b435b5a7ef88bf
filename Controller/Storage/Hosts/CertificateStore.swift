package import Database
package import FleetModel

/// Agents' certificates, and which of them are on the deny-list.
package struct CertificateStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// Where a list of certificates goes on: after this one.
    package struct Position: Hashable, Sendable {
        package let createdAt: ServerTime
        package let serial: String

        package init(createdAt: ServerTime, serial: String) {
            self.createdAt = createdAt
            self.serial = serial
        }
    }

    /// One transaction; nil for one that was never issued here.
    package func certificate(serial: String) async throws -> CertificateRecord? {
        try await database.transaction(.read) { connection in
            try connection.query(
                "SELECT * FROM certificate WHERE serial = $1", [.text(serial)]
            ).first.map { try CertificateRecord($0) }
        }
    }

    /// Which of these are on the deny-list, in one transaction.
    package func revoked(among serials: [String]) async throws -> [String] {
        try await database.transaction(.read) { connection in
            try serials.filter { serial in
                try !connection.query(
                    "SELECT serial FROM certificate WHERE serial = $1 AND revoked_us IS NOT NULL",
                    [.text(serial)]
                ).isEmpty
            }
        }
    }

    /// Newest first, at most `limit`, in one transaction.
    package func certificates(
        of host: HostID?, after position: Position?, limit: Int
    ) async throws -> [CertificateRecord] {
        var conditions: [String] = []
        var binds: [DatabaseValue] = [.integer(Int64(limit))]
        if let host {
            binds.append(.id(host))
            conditions.append("host_id = $\(binds.count)")
        }
        if let position {
            binds += [.time(position.createdAt), .text(position.serial)]
            let (time, serial) = (binds.count - 1, binds.count)
            conditions.append(
                "(created_us < $\(time) OR (created_us = $\(time) AND serial < $\(serial)))")
        }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        let sql = """
            SELECT * FROM certificate \(filter) ORDER BY created_us DESC, serial DESC LIMIT $1
            """
        let values = binds
        return try await database.transaction(.read) { connection in
            try connection.query(sql, values).map { try CertificateRecord($0) }
        }
    }

    /// Stores the certificate that follows the agent's present one, in one transaction. The same
    /// signing request gets the certificate that it got before.
    ///
    /// `presented` is the serial of the certificate that the call came with: it may have been
    /// revoked after the call began, and then nothing follows it.
    /// - Throws: `StoreFailure.retired` for a host that has left the fleet, `certificateRevoked`.
    package func renew(
        _ new: CertificateRecord.New, presenting presented: String, agent: AgentID, host: HostID
    ) async throws -> CertificateRecord {
        try await database.transaction(.write(.ordinary)) { connection in
            let hosts = try connection.query(
                "SELECT state FROM host WHERE id = $1" + connection.forUpdate, [.id(host)])
            guard let row = hosts.first else { throw StoreFailure.notFound("host \(host)") }
            let state: HostState = try row.word("state")
            guard state != .retired else { throw StoreFailure.retired("host \(host)") }
            try Self.requireInForce(presented, of: agent, connection)
            let known = try connection.query(
                """
                SELECT * FROM certificate
                WHERE agent_id = $1 AND request_digest = $2 AND revoked_us IS NULL
                """, [.id(agent), .text(new.requestDigest)])
            if let row = known.first { return try CertificateRecord(row) }
            return try Self.insert(new, agent: agent, host: host, connection)
        }
    }

    /// Puts the certificate on the deny-list, in one transaction, and tells every controller. The
    /// first reason stays. With an agent's last certificate its sessions end, so that a claim that
    /// still waits gets no work.
    /// - Throws: `StoreFailure.notFound`.
    package func revoke(
        serial: String, reason: String, auditedAs actor: String? = nil
    ) async throws -> CertificateRecord {
        try await database.transaction(.write(.urgent)) { connection in
            let now = try connection.now()
            let ended = try connection.execute(
                """
                UPDATE certificate SET revoked_us = $2, revoke_reason = $3
                WHERE serial = $1 AND revoked_us IS NULL
                """, [.text(serial), .time(now), .text(reason)])
            _ = try connection.execute(
                """
                UPDATE host_session SET is_current = 0
                WHERE is_current = 1
                    AND agent_id IN (SELECT agent_id FROM certificate WHERE serial = $1)
                    AND NOT EXISTS (
                        SELECT 1 FROM certificate WHERE agent_id = host_session.agent_id
                            AND revoked_us IS NULL AND not_after_us > $2)
                """, [.text(serial), .time(now)])
            let rows = try connection.query(
                "SELECT * FROM certificate WHERE serial = $1", [.text(serial)])
            guard let row = rows.first else {
                throw StoreFailure.notFound("certificate \(serial)")
            }
            try connection.notify(WorkChannel.certificate, serial)
            let certificate = try CertificateRecord(row)
            if let actor, ended > 0 {
                try AuditStore.append(
                    AuditEvent(
                        by: actor, "revoke", "certificate", serial, in: AuditEvent.installation
                    ).with(facts: ["host_id": certificate.host.text, "reason": reason]),
                    connection)
            }
            return certificate
        }
    }

    // MARK: Inside a caller's transaction

    /// Holds the certificate, so that a revocation comes before this transaction or after it.
    private static func requireInForce(
        _ serial: String, of agent: AgentID, _ connection: any Connection
    ) throws {
        let rows = try connection.query(
            "SELECT * FROM certificate WHERE serial = $1 AND agent_id = $2"
                + connection.forUpdate, [.text(serial), .id(agent)])
        guard let row = rows.first else { throw StoreFailure.notFound("certificate \(serial)") }
        let certificate = try CertificateRecord(row)
        guard certificate.revokedAt == nil else {
            throw StoreFailure.certificateRevoked(certificate.revokeReason)
        }
    }

    static func insert(
        _ new: CertificateRecord.New, agent: AgentID, host: HostID, _ connection: any Connection
    ) throws -> CertificateRecord {
        let now = try connection.now()
        _ = try connection.execute(
            """
            INSERT INTO certificate (serial, agent_id, host_id, request_digest, pem,
                not_before_us, not_after_us, created_us)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .text(new.serial), .id(agent), .id(host), .text(new.requestDigest),
                .text(new.pem), .time(new.validFrom), .time(new.validUntil), .time(now),
            ])
        return CertificateRecord(
            serial: new.serial, agent: agent, host: host, pem: new.pem,
            validFrom: new.validFrom, validUntil: new.validUntil, createdAt: now,
            revokedAt: nil, revokeReason: nil)
    }

    /// Ends all certificates of a host, and its sessions with them.
    static func revokeAll(
        of host: HostID, reason: String, _ connection: any Connection
    ) throws {
        let ended = try connection.query(
            """
            UPDATE certificate SET revoked_us = $2, revoke_reason = $3
            WHERE host_id = $1 AND revoked_us IS NULL RETURNING serial
            """, [.id(host), .time(try connection.now()), .text(reason)])
        _ = try connection.execute(
            "UPDATE host_session SET is_current = 0 WHERE host_id = $1 AND is_current = 1",
            [.id(host)])
        for row in ended {
            try connection.notify(WorkChannel.certificate, try row.text("serial"))
        }
    }
}
