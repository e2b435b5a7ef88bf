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

    /// Stores the key, in one transaction.
    /// - Throws: `StoreFailure.taken` when a key with this digest exists.
    package func create(_ key: Key, digest: String) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            let count = try connection.execute(
                """
                INSERT INTO api_key (id, name, digest, prefix, role, project, created_us,
                    expires_us)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (digest) DO NOTHING
                """,
                [
                    .id(key.id), .text(key.name), .text(digest), .text(key.prefix),
                    .text(key.role), .text(key.project), .time(try connection.now()),
                    .time(key.expiresAt),
                ])
            guard count == 1 else { throw StoreFailure.taken(key.name) }
        }
    }

    /// The key with this digest unless it is revoked or has expired, in one transaction.
    package func key(withDigest digest: String) async throws -> Key? {
        try await database.transaction(.read) { connection in
            let rows = try connection.query(
                """
                SELECT * FROM api_key WHERE digest = $1 AND revoked_us IS NULL
                    AND (expires_us IS NULL OR expires_us > $2)
                """, [.text(digest), .time(try connection.now())])
            return try rows.first.map { try Key($0) }
        }
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
    }
}
