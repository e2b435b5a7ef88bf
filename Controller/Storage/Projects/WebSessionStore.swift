package import Database
package import FleetModel

/// Browsers that are signed in with a key, by the digest of their cookie.
package struct WebSessionStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    package struct Session: Hashable, Sendable {
        package let key: KeyStore.Key
        package let expiresAt: ServerTime
    }

    /// Stores a session that ends after `lifetime`, or with its key if that ends earlier, in one
    /// transaction; sessions that have ended are removed with it.
    package func open(
        digest: String, key: KeyStore.Key, lifetime: Duration
    ) async throws -> Session {
        try await database.transaction(.write(.ordinary)) { connection in
            let now = try connection.now()
            _ = try connection.execute(
                "DELETE FROM web_session WHERE expires_us <= $1", [.time(now)])
            let end = min(now + lifetime, key.expiresAt ?? now + lifetime)
            _ = try connection.execute(
                """
                INSERT INTO web_session (digest, key_id, created_us, expires_us)
                VALUES ($1, $2, $3, $4)
                """, [.text(digest), .id(key.id), .time(now), .time(end)])
            if let user = key.user {
                _ = try connection.execute(
                    "UPDATE fleet_user SET last_seen_us = $2 WHERE id = $1",
                    [.id(user), .time(now)])
            }
            return Session(key: key, expiresAt: end)
        }
    }

    /// The session with this digest while it and its key are in force, in one transaction.
    package func session(withDigest digest: String) async throws -> Session? {
        try await database.transaction(.read) { connection in
            let rows = try connection.query(
                """
                SELECT api_key.*, web_session.expires_us AS session_expires_us
                FROM web_session JOIN api_key ON api_key.id = web_session.key_id
                LEFT JOIN fleet_user ON fleet_user.id = api_key.user_id
                WHERE web_session.digest = $1 AND web_session.expires_us > $2
                    AND \(KeyStore.isInForce)
                """, [.text(digest), .time(try connection.now())])
            return try rows.first.map { row in
                Session(
                    key: try KeyStore.Key(row).holding(connection),
                    expiresAt: try row.time("session_expires_us"))
            }
        }
    }

    /// Ends the session, in one transaction; one that has ended is no error.
    package func close(digest: String) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            for table in ["web_session", "configured_session"] {
                _ = try connection.execute(
                    "DELETE FROM \(table) WHERE digest = $1", [.text(digest)])
            }
        }
    }
}

/// Keys of the configuration have no row: their sessions know them by the digest of the key.
extension WebSessionStore {
    /// Stores a session that ends after `lifetime`, or at `end` if that is earlier, in one
    /// transaction; sessions that have ended are removed with it.
    /// - Returns: when it ends.
    package func open(
        digest: String, credential: String, until end: ServerTime?, lifetime: Duration
    ) async throws -> ServerTime {
        try await database.transaction(.write(.ordinary)) { connection in
            let now = try connection.now()
            _ = try connection.execute(
                "DELETE FROM configured_session WHERE expires_us <= $1", [.time(now)])
            let end = min(now + lifetime, end ?? now + lifetime)
            _ = try connection.execute(
                """
                INSERT INTO configured_session (digest, credential, created_us, expires_us)
                VALUES ($1, $2, $3, $4)
                """, [.text(digest), .text(credential), .time(now), .time(end)])
            return end
        }
    }

    /// The key's digest and the end of the session with this digest while it is in force, in one
    /// transaction. Whether the key still stands in the configuration is not known here.
    package func configured(
        withDigest digest: String
    ) async throws -> (credential: String, now: ServerTime, expiresAt: ServerTime)? {
        try await database.transaction(.read) { connection in
            let now = try connection.now()
            let rows = try connection.query(
                """
                SELECT credential, expires_us FROM configured_session
                WHERE digest = $1 AND expires_us > $2
                """, [.text(digest), .time(now)])
            return try rows.first.map { row in
                (try row.text("credential"), now, try row.time("expires_us"))
            }
        }
    }
}
