package import Database
package import FleetModel

/// Baselines: versions of a benchmark's receipt, found by project and name.
package struct BaselineStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// Where a version is.
    package struct Place: Hashable, Sendable {
        package let project: String
        package let benchmark: String
        package let version: String

        package init(project: String, benchmark: String, version: String) {
            self.project = project
            self.benchmark = benchmark
            self.version = version
        }

        /// As audits and replies name it.
        package var path: String { "\(project)/\(benchmark)/\(version)" }

        var binds: [DatabaseValue] { [.text(project), .text(benchmark), .text(version)] }
    }

    /// Stores a version, its project where that is new, and what the audit says of it, in one
    /// transaction.
    /// - Throws: `StoreFailure.taken` where the version exists, also as a deleted one.
    package func upload(
        _ new: NewBaseline, audited: @escaping @Sendable (BaselineRecord) -> AuditEvent
    ) async throws -> BaselineRecord {
        try await database.transaction(.write(.ordinary)) { connection in
            let now = try connection.now()
            let project = try NamedProject.findOrMake(new.project, at: now, connection)
            for version in Self.versions(of: new, at: now) {
                let row = Inserted(
                    id: RecordID.make(), project: project, benchmark: new.benchmark,
                    version: version, git: new.git, tags: TextList.column(new.tags),
                    metadata: new.metadata, receipt: new.receipt, source: .upload, at: now)
                if let record = try Self.insert(row, connection) {
                    try AuditStore.append(audited(record), connection)
                    return record
                }
            }
            throw StoreFailure.taken(new.version ?? "of this second")
        }
    }

    /// The given version, or that of the second with a number behind it where it is taken.
    private static func versions(of new: NewBaseline, at now: ServerTime) -> [String] {
        if let version = new.version { return [version] }
        let stamp = VersionStamp.text(at: now)
        return [stamp] + (2...100).map { "\(stamp)-\($0)" }
    }

    /// A promotion that a client asks for.
    package struct Promotion: Sendable {
        package let source: Place
        package let target: String
        /// What is nil is the source's.
        package let git: GitPlace
        package let tags: [String]

        package init(source: Place, target: String, git: GitPlace, tags: [String]) {
            self.source = source
            self.target = target
            self.git = git
            self.tags = tags
        }
    }

    /// Copies a version to another name, in one transaction with what the audit says of it.
    /// - Throws: `StoreFailure.notFound` for the source, `taken` for the target.
    package func promote(
        _ promotion: Promotion, audited: @escaping @Sendable (BaselineRecord) -> AuditEvent
    ) async throws -> BaselineRecord {
        try await database.transaction(.write(.ordinary)) { connection in
            guard
                let source = try connection.query(
                    """
                    SELECT * FROM baseline WHERE \(Self.isLiveVersion)\(connection.forUpdate)
                    """, promotion.source.binds
                ).first
            else { throw StoreFailure.notFound("baseline \(promotion.source.path)") }
            let row = Inserted(
                id: RecordID.make(), project: try source.id("project_id"),
                benchmark: promotion.source.benchmark, version: promotion.target,
                git: GitPlace(
                    ref: try promotion.git.ref ?? source.optionalText("git_ref"),
                    sha: try promotion.git.sha ?? source.optionalText("git_sha")),
                tags: TextList.column(promotion.tags), metadata: try source.text("metadata"),
                receipt: BaselineReceipt(
                    text: try Self.receipt(of: try source.text("id"), connection),
                    medians: try source.text("medians")),
                source: .promote, at: try connection.now())
            guard let record = try Self.insert(row, connection) else {
                throw StoreFailure.taken(promotion.target)
            }
            try AuditStore.append(audited(record), connection)
            return record
        }
    }

    /// Hides a version and keeps its name, in one transaction with what the audit says of it.
    /// - Returns: when; nil where there is no such version, or no more.
    package func delete(_ place: Place, audited: AuditEvent) async throws -> ServerTime? {
        try await database.transaction(.write(.ordinary)) { connection in
            let now = try connection.now()
            let count = try connection.execute(
                "UPDATE baseline SET deleted_us = $4, updated_us = $4 WHERE \(Self.isLiveVersion)",
                place.binds + [.time(now)])
            guard count == 1 else { return nil }
            try AuditStore.append(audited, connection)
            return now
        }
    }

    /// Removes versions made before this moment that are deleted or followed by a newer one, with
    /// their receipts, in one transaction.
    package func cleanUp(before moment: ServerTime) async throws -> (looked: Int64, removed: Int) {
        try await database.transaction(.write(.ordinary)) { connection in
            let looked = try connection.query("SELECT count(*) AS versions FROM baseline")
            let removed = try connection.execute(Self.removeFollowed, [.time(moment)])
            return (try looked.first?.integer("versions") ?? 0, removed)
        }
    }

    private static let isLiveVersion =
        "\(NamedProject.isOwner) AND benchmark = $2 AND version = $3 AND deleted_us IS NULL"

    private static let removeFollowed = """
        DELETE FROM baseline WHERE created_us < $1 AND (deleted_us IS NOT NULL OR EXISTS (
            SELECT 1 FROM baseline AS newer
            WHERE newer.project_id = baseline.project_id AND newer.benchmark = baseline.benchmark
                AND newer.deleted_us IS NULL
                AND (newer.created_us > baseline.created_us
                    OR (newer.created_us = baseline.created_us AND newer.id > baseline.id))))
        """
}

extension BaselineStore {
    /// A row to be.
    private struct Inserted {
        let id: String
        let project: ProjectID
        let benchmark: String
        let version: String
        let git: GitPlace
        let tags: String
        let metadata: String
        let receipt: BaselineReceipt
        let source: BaselineRecord.Source
        let at: ServerTime

        var binds: [DatabaseValue] {
            [
                .text(id), .id(project), .text(benchmark), .text(version), .text(git.ref),
                .text(git.sha), .integer(Int64(receipt.text.utf8.count)), .text(receipt.medians),
                .text(metadata), .text(tags), .text(receipt.contentHash), .word(source), .time(at),
            ]
        }
    }

    /// Nil where the version is taken.
    private static func insert(
        _ row: Inserted, _ connection: any Connection
    ) throws -> BaselineRecord? {
        let made = try connection.query(
            """
            INSERT INTO baseline (id, project_id, benchmark, version, git_ref, git_sha,
                receipt_bytes, medians, metadata, tags, content_hash, source, created_us,
                updated_us)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
            ON CONFLICT (project_id, benchmark, version) DO NOTHING
            RETURNING \(BaselineRecord.columns)
            """, row.binds)
        guard let made = made.first else { return nil }
        _ = try connection.execute(
            "INSERT INTO baseline_receipt (baseline_id, body) VALUES ($1, $2)",
            [.text(row.id), .text(row.receipt.text)])
        return try BaselineRecord(made, receipt: row.receipt.text)
    }

    static func receipt(of id: String, _ connection: any Connection) throws -> String {
        let rows = try connection.query(
            "SELECT body FROM baseline_receipt WHERE baseline_id = $1", [.text(id)])
        guard let row = rows.first else { throw StoreFailure.corrupt("baseline \(id)") }
        return try row.text("body")
    }
}
