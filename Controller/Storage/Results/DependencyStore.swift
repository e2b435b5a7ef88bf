package import Database
package import FleetModel

/// What the lockfiles of measured revisions pin.
package struct DependencyStore: Sendable {
    private let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// One lockfile of one side of an attempt.
    package struct Lockfile: Hashable, Sendable {
        package let role: RevisionRole
        /// Its path in the checkout.
        package let path: String
        /// Ordered by ecosystem, name and version; each once.
        package let versions: [LockedDependency]

        package init(role: RevisionRole, path: String, versions: [LockedDependency]) {
            self.role = role
            self.path = path
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

    /// Of the run's own commit, or of its base, by path.
    ///
    /// A base that was not measured with the run is looked up in the newest run of its own. Empty
    /// where nothing was recorded.
    package func lockfiles(
        of run: RunRecord, _ role: RevisionRole
    ) async throws -> [Lockfile] {
        try await database.transaction(.read) { connection in
            var found = try Self.lockfiles(
                """
                attempt_lockfile.role = $2 AND attempt.id = (SELECT id FROM attempt
                    WHERE run_id = $1 AND EXISTS (SELECT 1 FROM attempt_lockfile AS own
                        WHERE own.attempt_id = attempt.id)
                    ORDER BY counted DESC, number DESC, id LIMIT 1)
                """, [.id(run.id), .word(role)], role, connection)
            if found.isEmpty, role == .base, let base = run.base?.commit {
                found = try Self.lockfiles(
                    """
                    attempt_lockfile.role = 'candidate' AND attempt.id = (SELECT attempt.id
                        FROM attempt JOIN run ON run.id = attempt.run_id
                        WHERE run.project_id = $1 AND run.commit_hash = $2
                            AND run.patch IS NULL
                            AND attempt.counted = 1
                        ORDER BY run.created_us DESC, attempt.number DESC LIMIT 1)
                    """, [.id(run.project), .text(base.text)], role, connection)
            }
            return found
        }
    }

    private static func lockfiles(
        _ condition: String, _ binds: [DatabaseValue], _ role: RevisionRole,
        _ connection: any Connection
    ) throws -> [Lockfile] {
        let rows = try connection.query(
            """
            SELECT attempt_lockfile.path, dependency_version.ecosystem, dependency_version.name,
                dependency_version.version, dependency_version.digest, dependency_version.direct
            FROM attempt_lockfile
            JOIN attempt ON attempt.id = attempt_lockfile.attempt_id
            LEFT JOIN dependency_version ON dependency_version.list = attempt_lockfile.list
            WHERE \(condition)
            ORDER BY attempt_lockfile.path, dependency_version.ecosystem NULLS FIRST,
                dependency_version.name NULLS FIRST, dependency_version.version NULLS FIRST
            """, binds)
        var found: [(path: String, versions: [LockedDependency])] = []
        for row in rows {
            let path = try row.text("path")
            if found.last?.path != path { found.append((path, [])) }
            // A lockfile may be empty.
            guard let ecosystem = try row.optionalText("ecosystem") else { continue }
            found[found.count - 1].versions.append(
                LockedDependency(
                    ecosystem: ecosystem, name: try row.text("name"),
                    version: try row.text("version"), digest: try row.optionalText("digest"),
                    isDirect: try row.bool("direct")))
        }
        return found.map { Lockfile(role: role, path: $0.path, versions: $0.versions) }
    }
}
