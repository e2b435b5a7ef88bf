package import Database
package import FleetModel

/// What attempts leave as files: their names and which parts have come. The bytes are in a
/// `ContentFolder`.
package struct ArtifactStore: Sendable {
    let database: any Database
    let settings: LeaseSettings
    let journal: WorkJournal
    package let limits: ArtifactLimits

    package init(
        _ database: any Database, settings: LeaseSettings = LeaseSettings(),
        journal: WorkJournal = .none, limits: ArtifactLimits = ArtifactLimits()
    ) {
        self.database = database
        self.settings = settings
        self.journal = journal
        self.limits = limits
    }

    /// What an agent says of a file before it sends it.
    package struct Declaration: Hashable, Sendable {
        package let id: ArtifactID
        package let name: String
        package let kind: String
        package let mediaType: String
        package let sizeBytes: Int64
        package let key: ContentKey
        package let partBytes: Int
        package let role: RevisionRole?
        package let benchmark: String?
        package let facts: Parameters

        /// `id`: taken when the name is new.
        package init(
            id: ArtifactID, name: String, kind: String, mediaType: String, sizeBytes: Int64,
            key: ContentKey, partBytes: Int, role: RevisionRole? = nil, benchmark: String? = nil,
            facts: Parameters = .none
        ) {
            self.id = id
            self.name = name
            self.kind = kind
            self.mediaType = mediaType
            self.sizeBytes = sizeBytes
            self.key = key
            self.partBytes = partBytes
            self.role = role
            self.benchmark = benchmark
            self.facts = facts
        }
    }

    /// How far an artifact has come.
    package struct Standing: Hashable, Sendable {
        package let artifact: ArtifactRecord
        /// Numbers from 0, ascending; none when everything came.
        package let missing: [Int]
        package let isNew: Bool

        /// The name of its upload; several names of one content share it.
        package var upload: String { ArtifactStore.upload(of: artifact.key, artifact.attempt) }
        package var isStored: Bool { artifact.storedAt != nil }

        /// Where a part belongs, and how long it must be; nil for a number that there is not.
        package func place(ofPart number: Int) -> (offset: Int64, length: Int64)? {
            guard (0..<artifact.partCount).contains(number) else { return nil }
            let offset = Int64(number) * artifact.partBytes
            return (offset, min(artifact.partBytes, artifact.sizeBytes - offset))
        }
    }

    static func upload(of key: ContentKey, _ attempt: AttemptID) -> String {
        "\(attempt)-\(key.hex)"
    }

    /// Notes the name, in one transaction; the same declaration again gives the present standing.
    ///
    /// `isKept`: the content is in the folder already.
    /// - Throws: `StoreFailure` `artifactMismatch`, `artifactTooLarge`, `quotaExceeded` and those
    ///   of `IngestStore.store`.
    package func declare(
        _ wanted: Declaration, isKept: Bool, from holder: AttemptStore.Holder
    ) async throws -> Standing {
        let (settings, limits) = (settings, limits)
        return try await database.work(.ordinary, settings, journal) { work in
            let connection = work.connection
            let (attempt, _) = try IngestStore.receiving(holder, work, settings)
            if let known = try Self.named(wanted.name, of: attempt.id, connection) {
                guard known.key == wanted.key, known.sizeBytes == wanted.sizeBytes else {
                    throw StoreFailure.artifactMismatch(wanted.name)
                }
                return try Self.standing(known, connection)
            }
            guard attempt.finishDigest == nil else {
                throw StoreFailure.terminal("attempt \(attempt.id)")
            }
            try Self.requireRoom(wanted, attempt.id, limits, connection)
            let isStored = try isKept && Self.isContent(wanted.key, wanted.sizeBytes, connection)
            try Self.insert(wanted, attempt, limits, storedAt: isStored ? work.now : nil, work)
            guard let made = try Self.named(wanted.name, of: attempt.id, connection) else {
                throw StoreFailure.corrupt("an artifact is not there after its insertion")
            }
            return try Self.standing(made, connection, isNew: true)
        }
    }

    /// How an attempt's content stands; nil for a digest that it did not declare.
    package func standing(
        of key: ContentKey, attempt: AttemptID
    ) async throws -> Standing? {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT \(ArtifactRecord.columns) FROM artifact
                WHERE attempt_id = $1 AND digest = $2 ORDER BY stored_us NULLS LAST, id LIMIT 1
                """, [.id(attempt), .text(key.text)]
            ).first.map { try Self.standing(ArtifactRecord($0), connection) }
        }
    }

    /// In one transaction of its own, before anything is written.
    /// - Throws: those of `IngestStore.store`.
    package func requireReceiving(_ holder: AttemptStore.Holder) async throws {
        let settings = settings
        try await database.work(.ordinary, settings, journal) { work in
            _ = try IngestStore.receiving(holder, work, settings)
        }
    }

    /// Notes a part that is on disk, in one transaction.
    /// - Throws: `StoreFailure` `notFound` and those of `IngestStore.store`.
    package func partArrived(
        _ number: Int, of key: ContentKey, from holder: AttemptStore.Holder
    ) async throws -> Standing {
        let settings = settings
        return try await database.work(.ordinary, settings, journal) { work in
            let connection = work.connection
            let (attempt, _) = try IngestStore.receiving(holder, work, settings)
            _ = try connection.execute(
                """
                INSERT INTO artifact_part (attempt_id, digest, number) VALUES ($1, $2, $3)
                ON CONFLICT (attempt_id, digest, number) DO NOTHING
                """, [.id(attempt.id), .text(key.text), .integer(Int64(number))])
            let rows = try connection.query(
                """
                SELECT \(ArtifactRecord.columns) FROM artifact
                WHERE attempt_id = $1 AND digest = $2 ORDER BY stored_us NULLS LAST, id LIMIT 1
                """, [.id(attempt.id), .text(key.text)])
            guard let row = rows.first else { throw StoreFailure.notFound("artifact \(key)") }
            return try Self.standing(ArtifactRecord(row), connection)
        }
    }

    /// Forgets the parts of an upload whose bytes were not those of its digest.
    package func restart(_ key: ContentKey, of attempt: AttemptID) async throws {
        _ = try await database.transaction(.write(.ordinary)) { connection in
            try connection.execute(
                "DELETE FROM artifact_part WHERE attempt_id = $1 AND digest = $2",
                [.id(attempt), .text(key.text)])
        }
    }

    /// Whether content of this name may be put into the folder now: not while it is being removed.
    package func mayKeep(_ key: ContentKey) async throws -> Bool {
        try await database.transaction(.read) { connection in
            try connection.query(
                "SELECT digest FROM content WHERE digest = $1 AND doomed_us IS NOT NULL",
                [.text(key.text)]
            ).isEmpty
        }
    }

    /// Every artifact of this content is whole, whoever sent it.
    ///
    /// `isKept`: looks whether the bytes lie in the folder, while no retention can take them away.
    /// - Throws: `StoreFailure.contentLeaving`: they are gone or going, and must come again.
    package func completed(
        _ key: ContentKey, sizeBytes: Int64, isKept: @escaping @Sendable () -> Bool
    ) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            let now = try connection.now()
            _ = try connection.execute(
                """
                INSERT INTO content (digest, size_bytes, stored_us) VALUES ($1, $2, $3)
                ON CONFLICT (digest) DO NOTHING
                """, [.text(key.text), .integer(sizeBytes), .time(now)])
            guard try Self.isContent(key, sizeBytes, connection), isKept() else {
                throw StoreFailure.contentLeaving
            }
            _ = try connection.execute(
                "UPDATE artifact SET stored_us = $2 WHERE digest = $1 AND stored_us IS NULL",
                [.text(key.text), .time(now)])
            _ = try connection.execute(
                "DELETE FROM artifact_part WHERE digest = $1", [.text(key.text)])
        }
    }
}

extension ArtifactStore {
    private static func named(
        _ name: String, of attempt: AttemptID, _ connection: any Connection
    ) throws -> ArtifactRecord? {
        try connection.query(
            """
            SELECT \(ArtifactRecord.columns) FROM artifact WHERE attempt_id = $1 AND name = $2
            """, [.id(attempt), .text(name)]
        ).first.map { try ArtifactRecord($0) }
    }

    private static func requireRoom(
        _ wanted: Declaration, _ attempt: AttemptID, _ limits: ArtifactLimits,
        _ connection: any Connection
    ) throws {
        guard wanted.sizeBytes <= limits.artifactBytes else {
            throw StoreFailure.artifactTooLarge(limit: limits.artifactBytes)
        }
        let rows = try connection.query(
            """
            SELECT digest, max(size_bytes) AS size_bytes, count(*) AS names FROM artifact
            WHERE attempt_id = $1 GROUP BY digest
            """, [.id(attempt)])
        var (names, bytes): (Int64, Int64) = (0, wanted.sizeBytes)
        for row in rows {
            names += try row.integer("names")
            if try row.text("digest") != wanted.key.text { bytes += try row.integer("size_bytes") }
        }
        guard names < Int64(limits.count) else {
            throw StoreFailure.quotaExceeded("\(limits.count) artifacts")
        }
        guard bytes <= limits.attemptBytes else {
            throw StoreFailure.quotaExceeded("\(limits.attemptBytes) bytes")
        }
    }

    /// Locked until the end of the transaction, so that retention does not take it away meanwhile.
    private static func isContent(
        _ key: ContentKey, _ sizeBytes: Int64, _ connection: any Connection
    ) throws -> Bool {
        let sql =
            "SELECT size_bytes, doomed_us FROM content WHERE digest = $1" + connection.forUpdate
        guard let row = try connection.query(sql, [.text(key.text)]).first else { return false }
        return try row.integer("size_bytes") == sizeBytes && row.optionalTime("doomed_us") == nil
    }

    private static func insert(
        _ wanted: Declaration, _ attempt: AttemptRecord, _ limits: ArtifactLimits,
        storedAt: ServerTime?, _ work: WorkTransitions
    ) throws {
        // One upload has parts of one size, also when it is declared under a second name.
        let known = try work.connection.query(
            "SELECT part_bytes FROM artifact WHERE attempt_id = $1 AND digest = $2 LIMIT 1",
            [.id(attempt.id), .text(wanted.key.text)]
        ).first?.integer("part_bytes")
        _ = try work.connection.execute(
            """
            INSERT INTO artifact (id, project_id, run_id, attempt_id, name, kind, media_type,
                size_bytes, digest, part_bytes, role, benchmark, facts, created_us, stored_us)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """,
            [
                .id(wanted.id), .id(attempt.project), .id(attempt.run), .id(attempt.id),
                .text(wanted.name), .text(wanted.kind), .text(wanted.mediaType),
                .integer(wanted.sizeBytes), .text(wanted.key.text),
                .integer(known ?? Int64(limits.partBytes(asked: wanted.partBytes))),
                .word(wanted.role), .text(wanted.benchmark), .parameters(wanted.facts),
                .time(work.now), .time(storedAt),
            ])
    }

    static func standing(
        _ artifact: ArtifactRecord, _ connection: any Connection, isNew: Bool = false
    ) throws -> Standing {
        var missing: [Int] = []
        if artifact.storedAt == nil {
            let rows = try connection.query(
                "SELECT number FROM artifact_part WHERE attempt_id = $1 AND digest = $2",
                [.id(artifact.attempt), .text(artifact.key.text)])
            let here = Set(try rows.map { Int(clamping: try $0.integer("number")) })
            missing = (0..<artifact.partCount).filter { !here.contains($0) }
        }
        return Standing(artifact: artifact, missing: missing, isNew: isNew)
    }
}
