package import Database
package import FleetModel

/// Hosts, the agents on them, and how both come into the fleet.
package struct HostStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// Those of the fleet, in one transaction.
    package func hosts() async throws -> [HostRecord] {
        try await rows(
            "SELECT \(HostRecord.columns) FROM host WHERE \(DeclaredHost.isNone) ORDER BY name", []
        ).map { try HostRecord($0) }
    }

    /// One transaction; nil for an unknown host.
    package func host(_ id: HostID) async throws -> HostRecord? {
        try await rows("SELECT \(HostRecord.columns) FROM host WHERE id = $1", [.id(id)])
            .first.map { try HostRecord($0) }
    }

    /// Moves the host on if it is in one of the given states, in one transaction; the same state
    /// again changes nothing. `act`: what the audit calls it, and who did it there.
    /// - Throws: `StoreFailure` `notFound`, or `hostNotClaimable` with the present state.
    package func move(
        _ id: HostID, from allowed: Set<HostState>, to state: HostState,
        by actor: String = "", because reason: String? = nil,
        noting act: (action: String, actor: String)? = nil
    ) async throws -> HostRecord {
        try await database.transaction(.write(.ordinary)) { connection in
            let sql = "SELECT \(HostRecord.columns) FROM host WHERE id = $1" + connection.forUpdate
            guard let row = try connection.query(sql, [.id(id)]).first else {
                throw StoreFailure.notFound("host \(id)")
            }
            let host = try HostRecord(row)
            guard host.state != state else { return host }
            guard allowed.contains(host.state) else {
                throw StoreFailure.hostNotClaimable(host.state)
            }
            _ = try connection.execute(
                "UPDATE host SET state = $2, version = version + 1 WHERE id = $1",
                [.id(id), .word(state)])
            try Self.note(
                id, from: host.state, to: state, by: actor, because: reason, connection)
            try connection.notify(WorkChannel.queue, host.hostClass)
            guard let moved = try connection.query(sql, [.id(id)]).first else {
                throw StoreFailure.corrupt("host \(id) vanished")
            }
            if let act {
                var facts = ["name": host.name, "from": host.state.rawValue, "to": state.rawValue]
                facts["reason"] = reason
                try Self.note(act.action, id, facts, by: act.actor, connection)
            }
            return try HostRecord(moved)
        }
    }

    /// A line of the audit, at the end of the change's transaction.
    static func note(
        _ action: String, _ host: HostID, _ facts: [String: String], by actor: String,
        _ connection: any Connection
    ) throws {
        try AuditStore.append(
            AuditEvent(by: actor, action, "host", host.text, in: AuditEvent.installation)
                .with(facts: facts), connection)
    }

    /// Gives the host these labels and no others, in one transaction.
    /// - Throws: `StoreFailure.notFound` also where the host has changed since `version`.
    package func relabel(
        _ id: HostID, _ labels: [String: String], at version: Int64, auditedAs actor: String? = nil
    ) async throws -> HostRecord {
        try await database.transaction(.write(.ordinary)) { connection in
            let rows = try connection.query(
                """
                UPDATE host SET labels = $2, version = version + 1
                WHERE id = $1 AND version = $3 RETURNING \(HostRecord.columns)
                """, [.id(id), .text(StoredJSON.text(of: labels)), .integer(version)])
            guard let row = rows.first else {
                throw StoreFailure.notFound("host \(id) of version \(version)")
            }
            let host = try HostRecord(row)
            try connection.notify(WorkChannel.queue, host.hostClass)
            if let actor {
                let facts = ["name": host.name, "labels": Parameters(labels).text]
                try Self.note("update", id, facts, by: actor, connection)
            }
            return host
        }
    }

    /// Takes the host out of service within a transaction, until an operator resumes it, if it is
    /// in one of the given states.
    /// - Returns: the state that it has now.
    static func quarantine(
        _ id: HostID, from allowed: Set<HostState>, by actor: String, because reason: String,
        _ connection: any Connection
    ) throws -> HostState {
        let sql = "SELECT state FROM host WHERE id = $1" + connection.forUpdate
        guard let row = try connection.query(sql, [.id(id)]).first else {
            throw StoreFailure.notFound("host \(id)")
        }
        let state: HostState = try row.word("state")
        guard allowed.contains(state) else { return state }
        _ = try connection.execute(
            "UPDATE host SET state = $2, version = version + 1 WHERE id = $1",
            [.id(id), .word(HostState.quarantined)])
        try note(id, from: state, to: .quarantined, by: actor, because: reason, connection)
        return .quarantined
    }

    /// The same for a host whose settings are not put back, also one that is being drained: who
    /// resumes it must know.
    static func quarantineForTuning(
        _ id: HostID, because problem: String, _ connection: any Connection
    ) throws -> HostState {
        try quarantine(
            id, from: [.active, .calibrating, .draining, .maintenance], by: "tuning",
            because: problem, connection)
    }

    /// Notes that the host was heard, with its health as JSON, in one transaction.
    package func touch(_ id: HostID, health: String?) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            _ = try connection.execute(
                """
                UPDATE host SET last_contact_us = $2, health = COALESCE(CAST($3 AS TEXT), health)
                WHERE id = $1
                """, [.id(id), .time(try connection.now()), .text(health)])
        }
    }

    func rows(_ sql: String, _ binds: [DatabaseValue]) async throws -> [Row] {
        try await database.transaction(.read) { try $0.query(sql, binds) }
    }
}
