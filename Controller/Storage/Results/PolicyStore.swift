package import Database
package import FleetModel

/// The policies of projects: documents of which every version is kept.
package struct PolicyStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// One version of a document, which never changes.
    package struct Version: Hashable, Sendable {
        package let name: String
        package let number: Int
        /// Of the text.
        package let digest: String
        package let text: String
        package let note: String?
        package let author: String
        package let createdAt: ServerTime
    }

    /// A policy with the version that is in force.
    package struct Policy: Hashable, Sendable {
        package let name: String
        /// Nil where it was taken out of force.
        package let active: Version?
        package let newest: Version
        /// Rises with each change of the policy, for `If-Match`.
        package let revision: Int64
    }

    /// Of a project, by name, in one transaction.
    package func policies(of project: ProjectID) async throws -> [Policy] {
        try await database.transaction(.read) { connection in
            try connection.query(
                "SELECT name FROM policy WHERE project_id = $1 ORDER BY name", [.id(project)]
            ).compactMap { try Self.policy(try $0.text("name"), project, connection) }
        }
    }

    /// One transaction; nil for an unknown one.
    package func policy(_ name: String, of project: ProjectID) async throws -> Policy? {
        try await database.transaction(.read) { connection in
            try Self.policy(name, project, connection)
        }
    }

    /// Newest first, in one transaction.
    package func versions(_ name: String, of project: ProjectID) async throws -> [Version] {
        try await database.transaction(.read) { connection in
            try Self.versions(name, project, connection)
        }
    }

    /// A change that somebody asks for.
    package struct Change: Sendable {
        package let project: ProjectID
        package let name: String
        /// Nil: whatever is there; 0: there must be none yet.
        package let revision: Int64?

        package init(project: ProjectID, name: String, revision: Int64?) {
            self.project = project
            self.name = name
            self.revision = revision
        }
    }

    /// Stores a new version and puts it in force, in one transaction; the same text as the one in
    /// force is no new version.
    /// - Throws: `StoreFailure.staleVersion` where the policy was changed meanwhile.
    package func put(
        _ change: Change, text: String, note: String?, by author: String,
        auditedAs actor: String? = nil
    ) async throws -> Policy {
        try await database.transaction(.write(.ordinary)) { connection in
            let known = try Self.checked(change, connection)
            let digest = SHA256Text.of(text)
            if let known, known.active?.digest == digest { return known }
            let number = (known?.newest.number ?? 0) + 1
            _ = try connection.execute(
                """
                INSERT INTO policy_version (project_id, name, version, digest, body, note, author,
                    created_us)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
                [
                    .id(change.project), .text(change.name), .integer(Int64(number)),
                    .text(digest), .text(text), .text(note), .text(author),
                    .time(try connection.now()),
                ])
            let stored = try Self.enforce(number, change, connection)
            let facts = ["version": "\(number)", "digest": digest]
            try Self.note(known == nil ? "create" : "update", change, facts, by: actor, connection)
            return stored
        }
    }

    /// Puts an older version in force again, or none where nil, in one transaction.
    /// - Throws: `StoreFailure.notFound` for an unknown policy or version, `staleVersion`.
    package func activate(
        _ number: Int?, _ change: Change, auditedAs actor: String? = nil
    ) async throws -> Policy {
        try await database.transaction(.write(.ordinary)) { connection in
            guard try Self.checked(change, connection) != nil else {
                throw StoreFailure.notFound("policy \(change.name)")
            }
            let versions = try Self.versions(change.name, change.project, connection)
            if let number, !versions.contains(where: { $0.number == number }) {
                throw StoreFailure.notFound("version \(number) of policy \(change.name)")
            }
            let stored = try Self.enforce(number, change, connection)
            let facts = number.map { ["version": "\($0)"] } ?? [:]
            let action = number == nil ? "delete" : "activate"
            try Self.note(action, change, facts, by: actor, connection)
            return stored
        }
    }

    private static func note(
        _ action: String, _ change: Change, _ facts: [String: String], by actor: String?,
        _ connection: any Connection
    ) throws {
        guard let actor else { return }
        let project = try ProjectStore.name(of: change.project, connection)
        try AuditStore.append(
            AuditEvent(by: actor, action, "policy", change.name, in: project).with(facts: facts),
            connection)
    }

    private static func enforce(
        _ number: Int?, _ change: Change, _ connection: any Connection
    ) throws -> Policy {
        _ = try connection.execute(
            """
            INSERT INTO policy (project_id, name, active_version, revision) VALUES ($1, $2, $3, 1)
            ON CONFLICT (project_id, name) DO UPDATE
            SET active_version = excluded.active_version, revision = policy.revision + 1
            """,
            [.id(change.project), .text(change.name), .integer(number.map { Int64($0) })])
        guard let policy = try policy(change.name, change.project, connection) else {
            throw StoreFailure.corrupt("policy \(change.name) vanished")
        }
        return policy
    }

    private static func checked(
        _ change: Change, _ connection: any Connection
    ) throws -> Policy? {
        let known = try policy(change.name, change.project, connection)
        if let wanted = change.revision, wanted != known?.revision ?? 0 {
            throw StoreFailure.staleVersion(current: known?.revision ?? 0)
        }
        return known
    }

    private static func policy(
        _ name: String, _ project: ProjectID, _ connection: any Connection
    ) throws -> Policy? {
        let rows = try connection.query(
            "SELECT active_version, revision FROM policy WHERE project_id = $1 AND name = $2",
            [.id(project), .text(name)])
        let versions = try versions(name, project, connection)
        guard let row = rows.first, let newest = versions.first else { return nil }
        let active = try row.optionalInteger("active_version").map { Int(clamping: $0) }
        return Policy(
            name: name, active: versions.first { $0.number == active }, newest: newest,
            revision: try row.integer("revision"))
    }

    private static func versions(
        _ name: String, _ project: ProjectID, _ connection: any Connection
    ) throws -> [Version] {
        try connection.query(
            """
            SELECT * FROM policy_version WHERE project_id = $1 AND name = $2
            ORDER BY version DESC
            """, [.id(project), .text(name)]
        ).map { row in
            Version(
                name: name, number: Int(clamping: try row.integer("version")),
                digest: try row.text("digest"), text: try row.text("body"),
                note: try row.optionalText("note"), author: try row.text("author"),
                createdAt: try row.time("created_us"))
        }
    }
}
