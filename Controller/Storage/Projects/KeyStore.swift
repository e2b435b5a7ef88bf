package import Database
package import FleetModel

/// API keys, by the digest of their text.
package struct KeyStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    package struct Key: Hashable, Sendable {
        package let id: KeyID
        package let name: String
        /// The text's beginning, for lists.
        package let prefix: String
        /// `viewer`, `contributor`, `promoter` or `admin`.
        package let role: String
        /// Nil: every project.
        package let project: String?
        package let expiresAt: ServerTime?
        /// The expression that limits it to some benchmarks.
        package var pattern: String?
        /// Scopes beside the role's, such as `operate`.
        package var grants: [String] = []
        /// Whose key it is; it ends with the user's account.
        package var user: UserID?
        /// By bindings; empty in lists.
        package var roles: [HeldRole] = []
        /// Of a stored key.
        package fileprivate(set) var createdAt: ServerTime?
        package fileprivate(set) var revokedAt: ServerTime?

        package init(
            id: KeyID, name: String, prefix: String, role: String, project: String?,
            expiresAt: ServerTime?
        ) {
            self.id = id
            self.name = name
            self.prefix = prefix
            self.role = role
            self.project = project
            self.expiresAt = expiresAt
        }
    }

    /// Stores the key, with its line in the audit, in one transaction.
    /// - Throws: `StoreFailure.taken` when a key with this digest exists, `notFound` when its user
    ///   does not, or is out of action.
    @discardableResult
    package func create(
        _ key: Key, digest: String, noting event: (@Sendable (Key) -> AuditEvent)? = nil
    ) async throws -> Key {
        try await database.transaction(.write(.ordinary)) { connection in
            if let user = key.user { try Self.requireActive(user, connection) }
            let rows = try connection.query(
                """
                INSERT INTO api_key (id, name, digest, prefix, role, project, pattern, grants,
                    created_us, expires_us, user_id)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                ON CONFLICT (digest) DO NOTHING RETURNING *
                """,
                [
                    .id(key.id), .text(key.name), .text(digest), .text(key.prefix),
                    .text(key.role), .text(key.project), .text(key.pattern),
                    .text(key.grants.joined(separator: ",")), .time(try connection.now()),
                    .time(key.expiresAt), .text(key.user?.text),
                ])
            guard let row = rows.first else { throw StoreFailure.taken(key.name) }
            let stored = try Key(row)
            if let event { try AuditStore.append(event(stored), connection) }
            return stored
        }
    }

    /// Locks the row, so that nobody is put out of action meanwhile.
    private static func requireActive(_ user: UserID, _ connection: any Connection) throws {
        let rows = try connection.query(
            """
            SELECT id FROM fleet_user
            WHERE id = $1 AND disabled_us IS NULL AND deleted_us IS NULL
            """ + connection.forUpdate, [.id(user)])
        guard !rows.isEmpty else { throw StoreFailure.notFound("active user") }
    }

    /// Newest first, revoked ones too, in one transaction.
    package func keys() async throws -> [Key] {
        try await database.transaction(.read) { connection in
            try connection.query("SELECT * FROM api_key ORDER BY created_us DESC, id DESC")
                .map { try Key($0) }
        }
    }

    /// Ends the key and the sessions that it opened, in one transaction; a key that was revoked
    /// keeps its time. Each call is in the audit.
    /// - Returns: nil for an unknown key.
    package func revoke(
        _ id: KeyID, noting event: @escaping @Sendable (Key) -> AuditEvent
    ) async throws -> Key? {
        try await database.transaction(.write(.ordinary)) { connection in
            let rows = try connection.query(
                """
                UPDATE api_key SET revoked_us = COALESCE(revoked_us, $2) WHERE id = $1
                RETURNING *
                """, [.id(id), .time(try connection.now())])
            guard let row = rows.first else { return nil }
            let key = try Key(row)
            _ = try connection.execute(
                "DELETE FROM web_session WHERE key_id = $1", [.id(id)])
            try AuditStore.append(event(key), connection)
            return key
        }
    }

    /// Holds for `api_key` left-joined with its user: the key is in force at `$2`.
    static let isInForce = """
        api_key.revoked_us IS NULL AND (api_key.expires_us IS NULL OR api_key.expires_us > $2)
            AND fleet_user.disabled_us IS NULL
        """

    /// The key with this digest and what it holds, unless it is revoked, has expired or belongs to
    /// a user out of action, in one transaction.
    package func key(withDigest digest: String) async throws -> Key? {
        try await database.transaction(.read) { connection in
            let rows = try connection.query(
                """
                SELECT api_key.* FROM api_key
                LEFT JOIN fleet_user ON fleet_user.id = api_key.user_id
                WHERE api_key.digest = $1 AND \(Self.isInForce)
                """, [.text(digest), .time(try connection.now())])
            return try rows.first.map { try Key($0).holding(connection) }
        }
    }

    /// The time by which keys expire.
    package func now() async throws -> ServerTime {
        ServerTime(microseconds: try await database.nowMicroseconds())
    }

    /// Whether any key is stored, in one transaction.
    package func isEmpty() async throws -> Bool {
        try await database.transaction(.read) {
            try $0.query("SELECT id FROM api_key LIMIT 1").isEmpty
        }
    }
}

extension KeyStore.Key {
    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            id: try row.id("id"), name: try row.text("name"), prefix: try row.text("prefix"),
            role: try row.text("role"), project: try row.optionalText("project"),
            expiresAt: try row.optionalTime("expires_us"))
        pattern = try row.optionalText("pattern")
        user = try row.optionalID("user_id")
        grants = try row.text("grants").split(separator: ",").map(String.init)
        createdAt = try row.time("created_us")
        revokedAt = try row.optionalTime("revoked_us")
    }
    /// With what bindings give it.
    func holding(_ connection: any Connection) throws -> Self {
        var key = self
        key.roles = try HeldRole.held(byKey: id, user: user, connection)
        return key
    }
}
