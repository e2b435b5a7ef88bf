import Database
package import FleetModel

/// What happened on hosts, for those who look after them.
extension HostStore {
    /// Somebody moved a host from one state to another.
    package struct Move: Hashable, Sendable {
        package let at: ServerTime
        package let before: HostState
        package let after: HostState
        package let actor: String
        package let reason: String?
    }

    /// An agent began to speak for the host.
    package struct Start: Hashable, Sendable {
        package let at: ServerTime
        package let bootID: String
        /// Fingerprint and capabilities as JSON.
        package let facts: String
        package let isCurrent: Bool
    }

    /// Newest first, in one transaction.
    package func moves(of host: HostID, limit: Int) async throws -> [Move] {
        try await rows(
            "SELECT * FROM host_event WHERE host_id = $1 ORDER BY number DESC LIMIT $2",
            [.id(host), .integer(Int64(limit))]
        ).map { row in
            Move(
                at: try row.time("at_us"), before: try row.word("before"),
                after: try row.word("after"), actor: try row.text("actor"),
                reason: try row.optionalText("reason"))
        }
    }

    /// Newest first, in one transaction.
    package func starts(of host: HostID, limit: Int) async throws -> [Start] {
        try await rows(
            """
            SELECT * FROM host_session WHERE host_id = $1 ORDER BY created_us DESC, id DESC LIMIT $2
            """, [.id(host), .integer(Int64(limit))]
        ).map { row in
            Start(
                at: try row.time("created_us"), bootID: try row.text("boot_id"),
                facts: try row.text("facts"), isCurrent: try row.integer("is_current") == 1)
        }
    }

    /// For each host the facts of its newest session, in one transaction.
    package func newestFacts() async throws -> [HostID: String] {
        var found: [HostID: String] = [:]
        let rows = try await rows(
            """
            SELECT host_id, facts FROM host_session AS newest WHERE id = (
                SELECT id FROM host_session WHERE host_id = newest.host_id
                ORDER BY created_us DESC, id DESC LIMIT 1)
            """, [])
        for row in rows { found[try row.id("host_id")] = try row.text("facts") }
        return found
    }

    /// How long each host held an attempt since then, in one transaction.
    package func busyTimes(since start: ServerTime) async throws -> [HostID: Duration] {
        try await database.transaction(.read) { connection in
            let now = try connection.now()
            let rows = try connection.query(
                """
                SELECT host_id, created_us, ended_us FROM attempt
                WHERE ended_us IS NULL AND is_live = 1 OR ended_us > $1
                """, [.time(start)])
            var busy: [HostID: Duration] = [:]
            for row in rows {
                let from = max(start, try row.time("created_us"))
                let until = try row.optionalTime("ended_us") ?? now
                busy[try row.id("host_id"), default: .zero] += max(.zero, until - from)
            }
            return busy
        }
    }

    /// What the host measured, newest first, in one transaction.
    package func attempts(on host: HostID, limit: Int) async throws -> [AttemptRecord] {
        try await rows(
            """
            SELECT \(AttemptRecord.columns) FROM attempt WHERE host_id = $1
            ORDER BY created_us DESC, id DESC LIMIT $2
            """, [.id(host), .integer(Int64(limit))]
        ).map { try AttemptRecord($0) }
    }

    /// What is being measured now, oldest first, in one transaction.
    package func liveAttempts() async throws -> [AttemptRecord] {
        try await rows(
            """
            SELECT \(AttemptRecord.columns) FROM attempt WHERE is_live = 1
            ORDER BY created_us, id
            """, []
        ).map { try AttemptRecord($0) }
    }

    static func note(
        _ host: HostID, from before: HostState, to after: HostState, by actor: String,
        because reason: String?, _ connection: any Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO host_event (host_id, number, at_us, before, after, actor, reason)
            SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, CAST($6 AS TEXT)
            FROM host_event WHERE host_id = $1
            """,
            [
                .id(host), .time(try connection.now()), .word(before), .word(after),
                .text(actor), .text(reason),
            ])
    }
}
