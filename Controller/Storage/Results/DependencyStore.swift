package import Database
package import FleetModel

/// What the lockfiles of measured revisions pin.
package struct DependencyStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// One lockfile of one side of an attempt.
    package struct Lockfile: Hashable, Sendable {
        package let role: RevisionRole
        /// Its path in the checkout.
        package let path: String
        /// The cells of the matrix that it is of; empty where it is the same in all of them.
        package let cells: [Parameters]
        /// Ordered by ecosystem, name and version; each once.
        package let versions: [LockedDependency]

        package init(
            role: RevisionRole, path: String, cells: [Parameters] = [],
            versions: [LockedDependency]
        ) {
            self.role = role
            self.path = path
            self.cells = cells
            var seen: Set<[String]> = []
            self.versions =
                versions
                .filter { seen.insert([$0.ecosystem, $0.name, $0.version]).inserted }
                .sorted {
                    ($0.ecosystem, $0.name, $0.version) < ($1.ecosystem, $1.name, $1.version)
                }
        }

        /// Of the content alone.
        var digest: String {
            SHA256Text.of(
                versions.map { version in
                    [
                        version.ecosystem, version.name, version.version, version.digest ?? "",
                        version.isDirect ? "1" : "0",
                    ].joined(separator: "\t")
                }.joined(separator: "\n"))
        }
    }

    /// Repeating it changes nothing.
    static func insert(
        _ lockfile: Lockfile, of attempt: AttemptID, at now: ServerTime,
        _ connection: any Connection
    ) throws {
        let digest = lockfile.digest
        let isNew = try connection.execute(
            """
            INSERT INTO dependency_list (digest, created_us) VALUES ($1, $2)
            ON CONFLICT (digest) DO NOTHING
            """, [.text(digest), .time(now)])
        if isNew == 1 {
            try connection.bulkInsert(
                into: "dependency_version",
                columns: ["list", "ecosystem", "name", "version", "digest", "direct"],
                rows: lockfile.versions.map { version in
                    [
                        .text(digest), .text(version.ecosystem), .text(version.name),
                        .text(version.version), .text(version.digest), .bool(version.isDirect),
                    ]
                })
        }
        _ = try connection.execute(
            """
            INSERT INTO attempt_lockfile (attempt_id, role, path, list) VALUES ($1, $2, $3, $4)
            ON CONFLICT (attempt_id, role, path) DO NOTHING
            """, [.id(attempt), .word(lockfile.role), .text(lockfile.path), .text(digest)])
    }

    /// Of the run's own commit, or of its base, by path; of all cells of its matrix.
    ///
    /// A base that was not measured with the run is looked up in the newest run of its own. Empty
    /// where nothing was recorded.
    package func lockfiles(
        of run: RunRecord, _ role: RevisionRole
    ) async throws -> [Lockfile] {
        try await database.transaction(.read) { connection in
            try Self.lockfiles(of: run, role, connection)
        }
    }

    static func lockfiles(
        of run: RunRecord, _ role: RevisionRole, _ connection: any Connection
    ) throws -> [Lockfile] {
        let found = try lockfiles(of: run.id, role, as: role, connection)
        guard found.isEmpty, role == .base, let base = run.base?.commit,
            let other = try newestRun(of: base, in: run.project, connection)
        else { return found }
        return try lockfiles(of: other, .candidate, as: role, connection)
    }

    private static func newestRun(
        of commit: CommitHash, in project: ProjectID, _ connection: any Connection
    ) throws -> RunID? {
        try connection.query(
            """
            SELECT id FROM run WHERE project_id = $1 AND commit_hash = $2 AND patch IS NULL
                AND EXISTS (SELECT 1 FROM attempt
                    WHERE attempt.run_id = run.id AND attempt.counted = 1)
            ORDER BY created_us DESC, id DESC LIMIT 1
            """, [.id(project), .text(commit.text)]
        ).first?.id("id")
    }

    /// Of each job the newest attempt that recorded any, those that count before others.
    private static func lockfiles(
        of run: RunID, _ stored: RevisionRole, as role: RevisionRole,
        _ connection: any Connection
    ) throws -> [Lockfile] {
        let rows = try connection.query(
            """
            SELECT job.cell, attempt_lockfile.path, attempt_lockfile.list FROM job
            JOIN attempt_lockfile ON attempt_lockfile.attempt_id = (SELECT id FROM attempt
                WHERE attempt.job_id = job.id AND EXISTS (SELECT 1 FROM attempt_lockfile AS own
                    WHERE own.attempt_id = attempt.id)
                ORDER BY counted DESC, number DESC, id LIMIT 1)
            WHERE job.run_id = $1 AND attempt_lockfile.role = $2
            ORDER BY attempt_lockfile.path, job.place, job.id
            """, [.id(run), .word(stored)])
        let all = Set(try rows.map { try $0.parameters("cell") })
        var places: [(path: String, list: String, cells: [Parameters])] = []
        for row in rows {
            let (path, list) = (try row.text("path"), try row.text("list"))
            let cell = try row.parameters("cell")
            if let known = places.firstIndex(where: { $0.path == path && $0.list == list }) {
                places[known].cells.append(cell)
            } else {
                places.append((path, list, [cell]))
            }
        }
        return try places.map { place in
            Lockfile(
                role: role, path: place.path,
                cells: place.cells.count == all.count ? [] : place.cells,
                versions: try versions(of: place.list, connection))
        }
    }

    static func versions(
        of list: String, _ connection: any Connection
    ) throws -> [LockedDependency] {
        try connection.query(
            """
            SELECT ecosystem, name, version, digest, direct FROM dependency_version
            WHERE list = $1
            """, [.text(list)]
        ).map { row in
            LockedDependency(
                ecosystem: try row.text("ecosystem"), name: try row.text("name"),
                version: try row.text("version"), digest: try row.optionalText("digest"),
                isDirect: try row.bool("direct"))
        }
    }
}
