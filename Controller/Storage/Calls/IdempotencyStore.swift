package import Database
import FleetModel

/// Remembers for a day what a call with an idempotency key was answered, so that the same call is
/// done once (API contract, §1).
package struct IdempotencyStore: Sendable {
    /// How long an answer is kept.
    package static let lifetime = Duration.seconds(86_400)
    /// After this long without an answer its controller is taken for dead, and the call is free.
    static let patience = Duration.seconds(600)

    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// One call; two are the same when all fields are.
    package struct Call: Hashable, Sendable {
        package let caller: String
        package let key: String
        package let method: String
        package let path: String
        /// SHA-256, hexadecimal.
        package let bodyDigest: String

        package init(
            caller: String, key: String, method: String, path: String, bodyDigest: String
        ) {
            self.caller = caller
            self.key = key
            self.method = method
            self.path = path
            self.bodyDigest = bodyDigest
        }
    }

    package struct Reply: Hashable, Sendable {
        package let status: Int
        package let body: [UInt8]

        package init(status: Int, body: [UInt8]) {
            self.status = status
            self.body = body
        }
    }

    package enum Claim: Hashable, Sendable {
        /// To be done now, and ended by `finish` or `abandon`.
        case free
        case running
        case done(Reply)
        /// The key stands for another call.
        case mismatch
    }

    /// Takes the key for a call, or says what is known of it.
    package func claim(_ call: Call) async throws -> Claim {
        try await database.transaction(.write(.ordinary)) { connection in
            let now = try connection.now()
            _ = try connection.execute(
                """
                DELETE FROM idempotency WHERE caller = $1 AND idempotency_key = $2
                    AND (created_us < $3 OR (status IS NULL AND created_us < $4))
                """,
                [
                    .text(call.caller), .text(call.key), .time(now + Self.lifetime * -1),
                    .time(now + Self.patience * -1),
                ])
            let inserted = try connection.execute(
                """
                INSERT INTO idempotency
                    (caller, idempotency_key, method, path, body_digest, created_us)
                VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (caller, idempotency_key) DO NOTHING
                """,
                [
                    .text(call.caller), .text(call.key), .text(call.method), .text(call.path),
                    .text(call.bodyDigest), .time(now),
                ])
            return inserted == 1 ? .free : try Self.known(call, connection)
        }
    }

    private static func known(_ call: Call, _ connection: any Connection) throws -> Claim {
        let sql = """
            SELECT method, path, body_digest, status, reply FROM idempotency
            WHERE caller = $1 AND idempotency_key = $2
            """
        let rows = try connection.query(sql, [.text(call.caller), .text(call.key)])
        guard let row = rows.first else { return .running }
        let isSame =
            try row.text("method") == call.method && row.text("path") == call.path
            && row.text("body_digest") == call.bodyDigest
        guard isSame else { return .mismatch }
        guard let status = try row.optionalInteger("status") else { return .running }
        return .done(Reply(status: Int(status), body: try row.blob("reply")))
    }

    /// Keeps the answer of a call that was free.
    package func finish(_ call: Call, with reply: Reply) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            _ = try connection.execute(
                """
                UPDATE idempotency SET status = $3, reply = $4
                WHERE caller = $1 AND idempotency_key = $2
                """,
                [
                    .text(call.caller), .text(call.key), .integer(Int64(reply.status)),
                    .blob(reply.body),
                ])
        }
    }

    /// Frees the key of a call that was not answered, or not in a way that is kept.
    package func abandon(_ call: Call) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            _ = try connection.execute(
                """
                DELETE FROM idempotency
                WHERE caller = $1 AND idempotency_key = $2 AND status IS NULL
                """, [.text(call.caller), .text(call.key)])
        }
    }

    /// Removes up to `limit` answers that are too old.
    ///
    /// Returns: how many.
    package func sweep(limit: Int = 1000) async throws -> Int {
        try await database.transaction(.write(.ordinary)) { connection in
            let oldest = try connection.now() + Self.lifetime * -1
            return try connection.execute(
                """
                DELETE FROM idempotency WHERE created_us < $1 AND (caller, idempotency_key) IN
                    (SELECT caller, idempotency_key FROM idempotency WHERE created_us < $1
                     ORDER BY created_us LIMIT $2)
                """, [.time(oldest), .integer(Int64(limit))])
        }
    }
}
