package import Database
package import FleetModel

/// The commit that a project holds its runs against over a long time, and all those before it.
///
/// Source: statistics specification, section 7; API contract, section 3.4.
package struct PinnedBaselineStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// What is pinned.
    package struct Pin: Hashable, Sendable {
        package let repository: RepositoryID
        package let commit: CommitHash
        /// The tag by which it was named.
        package let release: String?
        /// It holds for runs of this class alone; nil: for all.
        package let hostClass: String?

        package init(
            repository: RepositoryID, commit: CommitHash, release: String?, hostClass: String?
        ) {
            self.repository = repository
            self.commit = commit
            self.release = release
            self.hostClass = hostClass
        }

        package func holds(for hostClass: String) -> Bool {
            self.hostClass.map { $0 == hostClass } ?? true
        }
    }

    /// One change, which is never edited.
    package struct Entry: Hashable, Sendable {
        /// From 1 in each project.
        package let version: Int64
        /// Nil where somebody ended what was pinned before.
        package let pin: Pin?
        package let note: String?
        package let author: String
        package let createdAt: ServerTime
    }

    /// A change that somebody asks for.
    package struct Change: Sendable {
        package let project: ProjectStore.Project
        /// The newest version that they saw, 0 for none; nil: whatever is there.
        package let version: Int64?
        package let note: String?
        /// As the history names them, and as the audit does.
        package let author: (name: String, id: String)

        package init(
            project: ProjectStore.Project, version: Int64?, note: String?,
            author: (name: String, id: String)
        ) {
            self.project = project
            self.version = version
            self.note = note
            self.author = author
        }
    }

    /// Older changes than these are not read.
    package static let historyLimit = 200

    /// The newest first, in one transaction.
    package func history(of project: ProjectID) async throws -> [Entry] {
        try await database.transaction(.read) { connection in
            try Self.entries(of: project, limit: Self.historyLimit, connection)
        }
    }

    /// What is pinned now, in one transaction.
    package func pin(of project: ProjectID) async throws -> Pin? {
        try await database.transaction(.read) { connection in
            try Self.entries(of: project, limit: 1, connection).first?.pin
        }
    }

    /// Pins something else, or nothing where nil, and adds it to the audit, in one transaction.
    /// What is pinned already, with the same note, is no change.
    /// - Returns: the newest entry; nil where nothing ever was pinned.
    /// - Throws: `StoreFailure.staleVersion` where it was changed meanwhile.
    @discardableResult
    package func put(_ pin: Pin?, _ change: Change) async throws -> Entry? {
        let project = change.project
        return try await database.transaction(.write(.ordinary)) { connection in
            _ = try connection.query(
                "SELECT id FROM project WHERE id = $1" + connection.forUpdate, [.id(project.id)])
            let known = try Self.entries(of: project.id, limit: 1, connection).first
            let version = known?.version ?? 0
            if let wanted = change.version, wanted != version {
                throw StoreFailure.staleVersion(current: version)
            }
            guard known?.pin != pin || pin != nil && known?.note != change.note else {
                return known
            }
            let entry = Entry(
                version: version + 1, pin: pin, note: change.note, author: change.author.name,
                createdAt: try connection.now())
            _ = try connection.execute(
                """
                INSERT INTO pinned_baseline (project_id, version, repository_id, commit_hash, tag,
                    host_class, note, author, created_us)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """, [.id(project.id)] + entry.binds)
            try AuditStore.append(Self.event(entry, change), connection)
            return entry
        }
    }

    private static func event(_ entry: Entry, _ change: Change) -> AuditEvent {
        let facts = [
            "commit": entry.pin?.commit.text, "release": entry.pin?.release,
            "host_class": entry.pin?.hostClass, "note": entry.note,
        ]
        return AuditEvent(
            by: change.author.id, entry.pin == nil ? "unpin" : "pin", "pinned_baseline",
            "\(entry.version)", in: change.project.name
        ).with(facts: facts.compactMapValues(\.self))
    }

    private static func entries(
        of project: ProjectID, limit: Int, _ connection: any Connection
    ) throws -> [Entry] {
        try connection.query(
            """
            SELECT * FROM pinned_baseline WHERE project_id = $1 ORDER BY version DESC LIMIT $2
            """, [.id(project), .integer(Int64(limit))]
        ).map { try Entry($0) }
    }
}

extension PinnedBaselineStore.Entry {
    fileprivate init(_ row: Row) throws(DatabaseFailure) {
        var pin: PinnedBaselineStore.Pin?
        if let commit = try row.optionalCommit("commit_hash") {
            pin = PinnedBaselineStore.Pin(
                repository: try row.id("repository_id"), commit: commit,
                release: try row.optionalText("tag"), hostClass: try row.optionalText("host_class"))
        }
        self.init(
            version: try row.integer("version"), pin: pin, note: try row.optionalText("note"),
            author: try row.text("author"), createdAt: try row.time("created_us"))
    }

    /// Of the columns from `version` on.
    fileprivate var binds: [DatabaseValue] {
        [
            .integer(version), .id(pin?.repository), .text(pin?.commit.text), .text(pin?.release),
            .text(pin?.hostClass), .text(note), .text(author), .time(createdAt),
        ]
    }
}
