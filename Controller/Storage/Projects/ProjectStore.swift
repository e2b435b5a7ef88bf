package import Database
package import FleetModel

/// Projects and their repositories.
package struct ProjectStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    package struct Project: Hashable, Sendable {
        package let id: ProjectID
        package let name: String
        package let title: String?
        /// `private`, `internal` or `public`.
        package let visibility: String
        package let defaultBranch: String
        package let createdAt: ServerTime
        package let updatedAt: ServerTime
        package let archivedAt: ServerTime?
        package let version: Int64
        /// Jobs that may be open at once; nil is the installation's limit.
        package let queueLimit: Int64?
    }

    package struct Repository: Hashable, Sendable {
        package let id: RepositoryID
        package let project: ProjectID
        package let name: String
        package let url: String
        package let forge: String
        package let defaultBranch: String?
        package let lastFetch: ServerTime?
        package let lastError: FetchError?
        package let version: Int64
    }

    package struct FetchError: Hashable, Sendable {
        package let reason: String
        package let message: String

        package init(reason: String, message: String) {
            self.reason = reason
            self.message = message
        }
    }

    package struct NewProject: Hashable, Sendable {
        package let id: ProjectID
        package let name: String
        package let title: String?
        package let visibility: String
        package let defaultBranch: String
        package let repository: NewRepository?

        package init(
            id: ProjectID, name: String, title: String?, visibility: String,
            defaultBranch: String, repository: NewRepository?
        ) {
            self.id = id
            self.name = name
            self.title = title
            self.visibility = visibility
            self.defaultBranch = defaultBranch
            self.repository = repository
        }
    }

    package struct NewRepository: Hashable, Sendable {
        package let id: RepositoryID
        package let name: String
        package let url: String
        package let forge: String
        package let defaultBranch: String?

        package init(
            id: RepositoryID, name: String, url: String, forge: String, defaultBranch: String?
        ) {
            self.id = id
            self.name = name
            self.url = url
            self.forge = forge
            self.defaultBranch = defaultBranch
        }
    }

    /// Stores the project and its first repository, in one transaction.
    /// - Throws: `StoreFailure.taken` when the name is in use.
    package func create(
        _ new: NewProject, auditedAs actor: String? = nil
    ) async throws -> Project {
        try await database.transaction(.write(.ordinary)) { connection in
            let now = try connection.now()
            let rows = try connection.query(
                """
                INSERT INTO project (id, name, title, visibility, default_branch, created_us,
                    updated_us, version)
                VALUES ($1, $2, $3, $4, $5, $6, $6, 1) ON CONFLICT (name) DO NOTHING
                RETURNING *
                """,
                [
                    .id(new.id), .text(new.name), .text(new.title), .text(new.visibility),
                    .text(new.defaultBranch), .time(now),
                ])
            guard let row = rows.first else { throw StoreFailure.taken(new.name) }
            if let repository = new.repository {
                try Self.insert(repository, into: new.id, at: now, connection)
            }
            if let actor {
                var facts = ["visibility": new.visibility]
                facts["repository"] = new.repository?.name
                try AuditStore.append(
                    AuditEvent(by: actor, "create", "project", new.id.text, in: new.name)
                        .with(facts: facts), connection)
            }
            return try Project(row)
        }
    }

    /// Adds a repository, in one transaction.
    /// - Throws: `StoreFailure.taken` when the project has one of that name.
    package func add(
        _ new: NewRepository, to project: ProjectID, auditedAs actor: String? = nil
    ) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            try Self.insert(new, into: project, at: try connection.now(), connection)
            if let actor {
                // The address may hold what only members know.
                try AuditStore.append(
                    AuditEvent(
                        by: actor, "create", "repository", new.id.text,
                        in: try Self.name(of: project, connection)
                    ).with(facts: ["name": new.name, "forge": new.forge]), connection)
            }
        }
    }

    /// Within a transaction.
    static func name(of project: ProjectID, _ connection: any Connection) throws -> String {
        let rows = try connection.query("SELECT name FROM project WHERE id = $1", [.id(project)])
        guard let row = rows.first else { throw StoreFailure.notFound("project \(project)") }
        return try row.text("name")
    }

    private static func insert(
        _ new: NewRepository, into project: ProjectID, at now: ServerTime,
        _ connection: any Connection
    ) throws {
        let count = try connection.execute(
            """
            INSERT INTO repository (id, project_id, name, url, forge, default_branch, created_us,
                version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 1) ON CONFLICT (project_id, name) DO NOTHING
            """,
            [
                .id(new.id), .id(project), .text(new.name), .text(new.url), .text(new.forge),
                .text(new.defaultBranch), .time(now),
            ])
        guard count == 1 else { throw StoreFailure.taken(new.name) }
    }

    /// By name or identifier, in one transaction; nil for an unknown one. A project that was named
    /// like another one's identifier does not hide that one.
    package func project(_ nameOrID: String) async throws -> Project? {
        try await rows(
            """
            SELECT * FROM project WHERE name = $1 OR id = $1
            ORDER BY CASE WHEN id = $1 THEN 0 ELSE 1 END
            """, [.text(nameOrID)]
        ).first.map { try Project($0) }
    }

    /// By name, at most `limit`, in one transaction.
    package func projects(after name: String, limit: Int) async throws -> [Project] {
        try await rows(
            """
            SELECT * FROM project WHERE name > $1 AND archived_us IS NULL ORDER BY name LIMIT $2
            """, [.text(name), .integer(Int64(limit))]
        ).map { try Project($0) }
    }

    /// By name, in one transaction.
    package func repositories(of project: ProjectID) async throws -> [Repository] {
        try await rows(
            "SELECT * FROM repository WHERE project_id = $1 ORDER BY name", [.id(project)]
        ).map { try Repository($0) }
    }

    /// One transaction; nil for an unknown one.
    package func repository(_ id: RepositoryID) async throws -> Repository? {
        try await rows("SELECT * FROM repository WHERE id = $1", [.id(id)])
            .first.map { try Repository($0) }
    }

    /// Notes how the last fetch went, in one transaction.
    package func noteFetch(of id: RepositoryID, error: FetchError?) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            _ = try connection.execute(
                """
                UPDATE repository SET last_fetch_us = $2, last_error_reason = $3,
                    last_error_message = $4
                WHERE id = $1
                """,
                [
                    .id(id), .time(try connection.now()), .text(error?.reason),
                    .text(error?.message),
                ])
        }
    }

    private func rows(_ sql: String, _ binds: [DatabaseValue]) async throws -> [Row] {
        try await database.transaction(.read) { try $0.query(sql, binds) }
    }
}

extension ProjectStore.Project {
    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            id: try row.id("id"), name: try row.text("name"),
            title: try row.optionalText("title"), visibility: try row.text("visibility"),
            defaultBranch: try row.text("default_branch"), createdAt: try row.time("created_us"),
            updatedAt: try row.time("updated_us"),
            archivedAt: try row.optionalTime("archived_us"), version: try row.integer("version"),
            queueLimit: try row.optionalInteger("queue_limit"))
    }
}

extension ProjectStore.Repository {
    init(_ row: Row) throws(DatabaseFailure) {
        var lastError: ProjectStore.FetchError?
        if let reason = try row.optionalText("last_error_reason") {
            lastError = ProjectStore.FetchError(
                reason: reason, message: try row.optionalText("last_error_message") ?? "")
        }
        self.init(
            id: try row.id("id"), project: try row.id("project_id"), name: try row.text("name"),
            url: try row.text("url"), forge: try row.text("forge"),
            defaultBranch: try row.optionalText("default_branch"),
            lastFetch: try row.optionalTime("last_fetch_us"), lastError: lastError,
            version: try row.integer("version"))
    }
}
