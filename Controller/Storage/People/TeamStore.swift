package import Database
package import FleetModel

/// Teams and who is in them.
package struct TeamStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    package struct Team: Hashable, Sendable {
        package let id: TeamID
        package let name: String
        package let title: String?
        /// By user.
        package let members: [Member]
        package let createdAt: ServerTime
        package let version: Int64
    }

    package struct Member: Hashable, Sendable {
        package let user: UserID
        package let name: String
        /// `member`, or `maintainer` who changes the team's members.
        package let role: String
    }

    /// Stores a team without members, in one transaction.
    /// - Throws: `StoreFailure.taken`.
    package func create(
        _ id: TeamID, name: String, title: String?, by actor: String
    ) async throws -> Team {
        try await database.transaction(.write(.ordinary)) { connection in
            let rows = try connection.query(
                """
                INSERT INTO team (id, name, title, created_us, updated_us, version)
                VALUES ($1, $2, $3, $4, $4, 1) ON CONFLICT (name) DO NOTHING RETURNING *
                """, [.id(id), .text(name), .text(title), .time(try connection.now())])
            guard let row = rows.first else { throw StoreFailure.taken(name) }
            try AuditStore.append(
                Self.event(by: actor, "create", id).with(facts: ["name": name]), connection)
            return try Team(row, connection)
        }
    }

    /// By name, in one transaction.
    package func teams(after name: String, limit: Int) async throws -> [Team] {
        try await database.transaction(.read) { connection in
            try connection.query(
                "SELECT * FROM team WHERE name > $1 ORDER BY name LIMIT $2",
                [.text(name), .integer(Int64(limit))]
            ).map { try Team($0, connection) }
        }
    }

    /// One transaction; nil for an unknown one.
    package func team(_ id: TeamID) async throws -> Team? {
        try await database.transaction(.read) { connection in
            try connection.query("SELECT * FROM team WHERE id = $1", [.id(id)])
                .first.map { try Team($0, connection) }
        }
    }

    /// Gives the team another name and title, in one transaction.
    /// - Throws: `notFound`, `staleVersion`, `taken`.
    package func rename(
        _ id: TeamID, from version: Int64, to name: String, title: String?, by actor: String
    ) async throws -> Team {
        try await database.transaction(.write(.ordinary)) { connection in
            try Self.require(id, version, connection)
            let taken = try connection.query(
                "SELECT id FROM team WHERE name = $1 AND id <> $2", [.text(name), .id(id)])
            guard taken.isEmpty else { throw StoreFailure.taken(name) }
            _ = try connection.execute(
                "UPDATE team SET name = $2, title = $3 WHERE id = $1",
                [.id(id), .text(name), .text(title)])
            try AuditStore.append(
                Self.event(by: actor, "update", id).with(facts: ["name": name]), connection)
            return try Self.touched(id, connection)
        }
    }

    /// Takes the team away with its memberships and bindings, in one transaction.
    /// - Throws: `notFound`, `staleVersion`, `lastAdministrator`.
    package func remove(_ id: TeamID, at version: Int64, by actor: String) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            try Self.require(id, version, connection)
            let hadOne = try Administrators.exist(connection)
            for statement in [
                "DELETE FROM membership WHERE team_id = $1",
                "DELETE FROM role_binding WHERE subject_kind = 'team' AND subject_id = $1",
                "DELETE FROM team WHERE id = $1",
            ] { _ = try connection.execute(statement, [.id(id)]) }
            try AuditStore.append(Self.event(by: actor, "delete", id), connection)
            try Administrators.require(ifThereWas: hadOne, connection)
        }
    }

    /// Makes the user a member, or changes what the member is; nil takes the user out. One
    /// transaction.
    /// - Throws: `notFound` for a team or user that there is not, `lastAdministrator`.
    package func set(
        _ user: UserID, of id: TeamID, to role: String?, by actor: String
    ) async throws -> Team {
        try await database.transaction(.write(.ordinary)) { connection in
            try Self.require(id, nil, connection)
            let hadOne = try Administrators.exist(connection)
            let users = try connection.query(
                "SELECT id FROM fleet_user WHERE id = $1 AND deleted_us IS NULL", [.id(user)])
            guard !users.isEmpty else { throw StoreFailure.notFound("user") }
            if let role {
                _ = try connection.execute(
                    """
                    INSERT INTO membership (team_id, user_id, role) VALUES ($1, $2, $3)
                    ON CONFLICT (team_id, user_id) DO UPDATE SET role = excluded.role
                    """, [.id(id), .id(user), .text(role)])
            } else {
                let count = try connection.execute(
                    "DELETE FROM membership WHERE team_id = $1 AND user_id = $2",
                    [.id(id), .id(user)])
                guard count == 1 else { throw StoreFailure.notFound("member") }
            }
            try AuditStore.append(
                Self.event(by: actor, "update", id)
                    .with(facts: ["user_id": user.text, "member_role": role ?? "none"]),
                connection)
            try Administrators.require(ifThereWas: hadOne, connection)
            return try Self.touched(id, connection)
        }
    }

    /// Locks the row.
    private static func require(
        _ id: TeamID, _ version: Int64?, _ connection: any Connection
    ) throws {
        let rows = try connection.query(
            "SELECT version FROM team WHERE id = $1" + connection.forUpdate, [.id(id)])
        guard let current = try rows.first?.integer("version") else {
            throw StoreFailure.notFound("team")
        }
        guard version == nil || current == version else {
            throw StoreFailure.staleVersion(current: current)
        }
    }

    private static func touched(_ id: TeamID, _ connection: any Connection) throws -> Team {
        let rows = try connection.query(
            """
            UPDATE team SET version = version + 1, updated_us = $2 WHERE id = $1 RETURNING *
            """, [.id(id), .time(try connection.now())])
        guard let row = rows.first else { throw StoreFailure.notFound("team") }
        return try Team(row, connection)
    }

    private static func event(by actor: String, _ action: String, _ id: TeamID) -> AuditEvent {
        AuditEvent(by: actor, action, "team", id.text, in: AuditEvent.installation)
    }
}

extension TeamStore.Team {
    init(_ row: Row, _ connection: any Connection) throws {
        id = try row.id("id")
        name = try row.text("name")
        title = try row.optionalText("title")
        createdAt = try row.time("created_us")
        version = try row.integer("version")
        members = try connection.query(
            """
            SELECT membership.role, fleet_user.id, fleet_user.name FROM membership
            JOIN fleet_user ON fleet_user.id = membership.user_id
            WHERE membership.team_id = $1 ORDER BY fleet_user.name
            """, [.id(id)]
        ).map { member in
            TeamStore.Member(
                user: try member.id("id"), name: try member.text("name"),
                role: try member.text("role"))
        }
    }
}
