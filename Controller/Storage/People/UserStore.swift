package import Database
package import FleetModel

/// Users: made by administrators, changed, put out of action, removed.
package struct UserStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// What a new user has, or an old one gets.
    package struct Facts: Hashable, Sendable {
        package var name: String
        package var email: String?
        package var identities: [UserRecord.Identity]
        package var isDisabled = false

        package init(
            name: String, email: String? = nil, identities: [UserRecord.Identity] = []
        ) {
            self.name = name
            self.email = email
            self.identities = identities
        }
    }

    /// Stores the user, in one transaction.
    /// - Throws: `StoreFailure.taken` for a name or an identity that another user has.
    package func create(_ id: UserID, _ facts: Facts, by actor: String) async throws -> UserRecord {
        try await database.transaction(.write(.ordinary)) { connection in
            let rows = try connection.query(
                """
                INSERT INTO fleet_user (id, name, email, created_us, updated_us, version)
                VALUES ($1, $2, $3, $4, $4, 1)
                ON CONFLICT (name) WHERE deleted_us IS NULL DO NOTHING RETURNING *
                """,
                [.id(id), .text(facts.name), .text(facts.email), .time(try connection.now())])
            guard let row = rows.first else { throw StoreFailure.taken(facts.name) }
            try Self.set(facts.identities, of: id, connection)
            try AuditStore.append(Self.event(by: actor, "create", id, facts), connection)
            return try UserRecord(row, connection)
        }
    }

    /// By name, removed ones left out, in one transaction.
    package func users(after name: String, limit: Int) async throws -> [UserRecord] {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT * FROM fleet_user WHERE deleted_us IS NULL AND name > $1
                ORDER BY name LIMIT $2
                """, [.text(name), .integer(Int64(limit))]
            ).map { try UserRecord($0, connection) }
        }
    }

    /// One transaction; nil for an unknown or removed one.
    package func user(_ id: UserID) async throws -> UserRecord? {
        try await database.transaction(.read) { try Self.user(id, $0) }
    }

    /// Gives the user these facts, in one transaction. Putting one out of action ends all keys and
    /// sessions at once; who comes back gets new keys.
    /// - Throws: `notFound`, `staleVersion`, `taken`, `lastAdministrator`.
    package func change(
        _ id: UserID, from version: Int64, to facts: Facts, by actor: String
    ) async throws -> UserRecord {
        try await database.transaction(.write(.ordinary)) { connection in
            try Self.require(id, version, connection)
            let hadOne = try Administrators.exist(connection)
            let taken = try connection.query(
                """
                SELECT id FROM fleet_user WHERE name = $1 AND id <> $2 AND deleted_us IS NULL
                """, [.text(facts.name), .id(id)])
            guard taken.isEmpty else { throw StoreFailure.taken(facts.name) }
            let now = try connection.now()
            _ = try connection.execute(
                """
                UPDATE fleet_user SET name = $2, email = $3, updated_us = $4,
                    disabled_us = CASE WHEN CAST($5 AS BIGINT) = 1
                        THEN COALESCE(disabled_us, $4) ELSE NULL END,
                    version = version + 1
                WHERE id = $1
                """,
                [
                    .id(id), .text(facts.name), .text(facts.email), .time(now),
                    .bool(facts.isDisabled),
                ])
            try Self.set(facts.identities, of: id, connection)
            if facts.isDisabled { try Self.endAccess(of: id, at: now, connection) }
            try AuditStore.append(Self.event(by: actor, "update", id, facts), connection)
            try Administrators.require(ifThereWas: hadOne, connection)
            return try Self.required(id, connection)
        }
    }

    /// Takes the user away with keys, sessions, memberships and bindings, in one transaction; what
    /// the audit says of them stays.
    /// - Throws: `notFound`, `staleVersion`, `lastAdministrator`.
    package func remove(_ id: UserID, at version: Int64, by actor: String) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            try Self.require(id, version, connection)
            let hadOne = try Administrators.exist(connection)
            let now = try connection.now()
            _ = try connection.execute(
                """
                UPDATE fleet_user SET deleted_us = $2, disabled_us = COALESCE(disabled_us, $2),
                    version = version + 1
                WHERE id = $1
                """, [.id(id), .time(now)])
            try Self.endAccess(of: id, at: now, connection)
            for statement in [
                "DELETE FROM user_identity WHERE user_id = $1",
                "DELETE FROM membership WHERE user_id = $1",
                "DELETE FROM role_binding WHERE subject_kind = 'user' AND subject_id = $1",
            ] { _ = try connection.execute(statement, [.id(id)]) }
            try AuditStore.append(
                AuditEvent(by: actor, "delete", "user", id.text, in: AuditEvent.installation),
                connection)
            try Administrators.require(ifThereWas: hadOne, connection)
        }
    }

    private static func endAccess(
        of id: UserID, at now: ServerTime, _ connection: any Connection
    ) throws {
        _ = try connection.execute(
            """
            DELETE FROM web_session
            WHERE key_id IN (SELECT id FROM api_key WHERE user_id = $1)
            """, [.id(id)])
        _ = try connection.execute(
            "UPDATE api_key SET revoked_us = $2 WHERE user_id = $1 AND revoked_us IS NULL",
            [.id(id), .time(now)])
    }

    private static func set(
        _ identities: [UserRecord.Identity], of id: UserID, _ connection: any Connection
    ) throws {
        _ = try connection.execute("DELETE FROM user_identity WHERE user_id = $1", [.id(id)])
        for identity in identities {
            let count = try connection.execute(
                """
                INSERT INTO user_identity (issuer, subject, user_id) VALUES ($1, $2, $3)
                ON CONFLICT (issuer, subject) DO NOTHING
                """, [.text(identity.issuer), .text(identity.subject), .id(id)])
            guard count == 1 else { throw StoreFailure.taken(identity.subject) }
        }
    }

    /// Locks the row.
    private static func require(
        _ id: UserID, _ version: Int64, _ connection: any Connection
    ) throws {
        let rows = try connection.query(
            "SELECT version FROM fleet_user WHERE id = $1 AND deleted_us IS NULL"
                + connection.forUpdate, [.id(id)])
        guard let current = try rows.first?.integer("version") else {
            throw StoreFailure.notFound("user")
        }
        guard current == version else { throw StoreFailure.staleVersion(current: current) }
    }

    private static func user(_ id: UserID, _ connection: any Connection) throws -> UserRecord? {
        try connection.query(
            "SELECT * FROM fleet_user WHERE id = $1 AND deleted_us IS NULL", [.id(id)]
        ).first.map { try UserRecord($0, connection) }
    }

    private static func required(_ id: UserID, _ connection: any Connection) throws -> UserRecord {
        guard let user = try user(id, connection) else { throw StoreFailure.notFound("user") }
        return user
    }

    private static func event(
        by actor: String, _ action: String, _ id: UserID, _ facts: Facts
    ) -> AuditEvent {
        AuditEvent(by: actor, action, "user", id.text, in: AuditEvent.installation)
            .with(facts: ["name": facts.name, "disabled": facts.isDisabled ? "true" : "false"])
    }
}

extension UserStore {
    /// Who a provider's token names, as far as this installation knows them.
    package struct Holder: Hashable, Sendable {
        package let id: UserID
        package let name: String
        package let isDisabled: Bool
        package let roles: [HeldRole]
    }

    /// One transaction; nil for an identity that no user has.
    package func holder(of identity: UserRecord.Identity) async throws -> Holder? {
        try await database.transaction(.read) { connection in
            let rows = try connection.query(
                """
                SELECT fleet_user.* FROM user_identity
                JOIN fleet_user ON fleet_user.id = user_identity.user_id
                WHERE issuer = $1 AND subject = $2 AND deleted_us IS NULL
                """, [.text(identity.issuer), .text(identity.subject)])
            return try rows.first.map { row in
                let id: UserID = try row.id("id")
                return Holder(
                    id: id, name: try row.text("name"),
                    isDisabled: try row.optionalTime("disabled_us") != nil,
                    roles: try HeldRole.held(byKey: nil, user: id, connection))
            }
        }
    }
}
