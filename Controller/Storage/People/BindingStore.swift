package import Database
package import FleetModel

/// Who was given which role, on a project or on the installation.
package struct BindingStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// Who may be given a role.
    package struct Subject: Hashable, Sendable {
        package enum Kind: String, CaseIterable, Sendable {
            case user, team, key
        }

        package let kind: Kind
        package let id: String

        package init(_ kind: Kind, _ id: String) {
            self.kind = kind
            self.id = id
        }
    }

    /// What it holds on.
    package enum Place: Hashable, Sendable {
        case installation
        case project(ProjectID, name: String)

        var column: String {
            switch self {
            case .installation: ""
            case .project(let id, _): id.text
            }
        }

        /// As the audit names it.
        var auditName: String {
            switch self {
            case .installation: AuditEvent.installation
            case .project(_, let name): name
            }
        }
    }

    package struct Binding: Hashable, Sendable {
        package let subject: Subject
        /// The subject's name, where it has one.
        package let name: String?
        package let role: String
        package let grants: [String]
        package let createdAt: ServerTime
    }

    /// By kind and name, in one transaction.
    package func bindings(on place: Place) async throws -> [Binding] {
        try await database.transaction(.read) { try Self.bindings(on: place, nil, $0) }
    }

    /// One transaction; nil where the subject holds none there.
    package func binding(of subject: Subject, on place: Place) async throws -> Binding? {
        try await database.transaction(.read) { try Self.bindings(on: place, subject, $0).first }
    }

    /// Gives the subject this role there instead of any other, in one transaction.
    /// - Throws: `notFound` for a subject that there is not, `lastAdministrator`.
    package func put(
        _ role: String, grants: [String], to subject: Subject, on place: Place, by actor: String
    ) async throws -> Binding {
        try await database.transaction(.write(.ordinary)) { connection in
            try Self.require(subject, connection)
            let hadOne = try Administrators.exist(connection)
            _ = try connection.execute(
                """
                INSERT INTO role_binding (project_id, subject_kind, subject_id, role, grants,
                    created_us)
                VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (project_id, subject_kind, subject_id)
                DO UPDATE SET role = excluded.role, grants = excluded.grants
                """,
                [
                    .text(place.column), .text(subject.kind.rawValue), .text(subject.id),
                    .text(role), .text(grants.joined(separator: ",")),
                    .time(try connection.now()),
                ])
            try AuditStore.append(
                Self.event(by: actor, "update", subject, place).with(facts: ["role": role]),
                connection)
            try Administrators.require(ifThereWas: hadOne, connection)
            guard let stored = try Self.bindings(on: place, subject, connection).first else {
                throw StoreFailure.corrupt("a new binding")
            }
            return stored
        }
    }

    /// Takes the role away, in one transaction.
    /// - Throws: `notFound` where there is none, `lastAdministrator`.
    package func remove(_ subject: Subject, on place: Place, by actor: String) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            let hadOne = try Administrators.exist(connection)
            let count = try connection.execute(
                """
                DELETE FROM role_binding
                WHERE project_id = $1 AND subject_kind = $2 AND subject_id = $3
                """,
                [.text(place.column), .text(subject.kind.rawValue), .text(subject.id)])
            guard count == 1 else { throw StoreFailure.notFound("binding") }
            try AuditStore.append(Self.event(by: actor, "delete", subject, place), connection)
            try Administrators.require(ifThereWas: hadOne, connection)
        }
    }

    private static func bindings(
        on place: Place, _ subject: Subject?, _ connection: any Connection
    ) throws -> [Binding] {
        var narrowing = Narrowing("project_id = $1", .text(place.column))
        if let subject {
            narrowing.match(.text(subject.kind.rawValue), .text(subject.id)) {
                "subject_kind = \($0) AND subject_id = \($1)"
            }
        }
        return try connection.query(
            """
            SELECT role_binding.*, \(subjectName) AS subject_name
            FROM role_binding \(subjects)
            WHERE \(narrowing.condition) ORDER BY subject_kind, subject_name NULLS LAST,
                subject_id
            """, narrowing.binds
        ).map { try Binding($0) }
    }

    private static let subjectName = "COALESCE(fleet_user.name, team.name, api_key.name)"
    private static let subjects = """
        LEFT JOIN fleet_user ON subject_kind = 'user' AND fleet_user.id = subject_id
        LEFT JOIN team ON subject_kind = 'team' AND team.id = subject_id
        LEFT JOIN api_key ON subject_kind = 'key' AND api_key.id = subject_id
        """

    /// A role on a project.
    package struct Share: Hashable, Sendable {
        package let project: ProjectID
        package let projectName: String
        package let binding: Binding
    }

    /// Who shares which project, by the project's name, then by kind and name; at most `limit`,
    /// in one transaction.
    package func shares(limit: Int) async throws -> [Share] {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT role_binding.*, project.name AS project_name,
                    \(Self.subjectName) AS subject_name
                FROM role_binding JOIN project ON project.id = role_binding.project_id
                \(Self.subjects)
                ORDER BY project_name, subject_kind, subject_name NULLS LAST, subject_id LIMIT $1
                """, [.integer(Int64(limit))]
            ).map { row in
                Share(
                    project: try row.id("project_id"), projectName: try row.text("project_name"),
                    binding: try Binding(row))
            }
        }
    }

    private static func require(_ subject: Subject, _ connection: any Connection) throws {
        let sql =
            switch subject.kind {
            case .user: "SELECT id FROM fleet_user WHERE id = $1 AND deleted_us IS NULL"
            case .team: "SELECT id FROM team WHERE id = $1"
            case .key: "SELECT id FROM api_key WHERE id = $1"
            }
        guard try !connection.query(sql, [.text(subject.id)]).isEmpty else {
            throw StoreFailure.notFound(subject.kind.rawValue)
        }
    }

    private static func event(
        by actor: String, _ action: String, _ subject: Subject, _ place: Place
    ) -> AuditEvent {
        AuditEvent(
            by: actor, action, "binding", "\(subject.kind.rawValue):\(subject.id)",
            in: place.auditName)
    }
}

extension BindingStore.Binding {
    init(_ row: Row) throws(DatabaseFailure) {
        subject = BindingStore.Subject(
            try row.word("subject_kind"), try row.text("subject_id"))
        name = try row.optionalText("subject_name")
        role = try row.text("role")
        grants = try row.text("grants").split(separator: ",").map(String.init)
        createdAt = try row.time("created_us")
    }
}
