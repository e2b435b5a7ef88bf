import Database
package import FleetModel

extension ArtifactStore {
    /// Takes the bytes of artifacts that are older than they are kept, in one transaction; their
    /// names stay.
    ///
    /// - Returns: how many, at most `limit`.
    package func expire(limit: Int) async throws -> Int {
        guard let keep = limits.keep else { return 0 }
        return try await database.transaction(.write(.ordinary)) { connection in
            let now = try connection.now()
            return try connection.execute(
                """
                UPDATE artifact SET deleted_us = $1 WHERE id IN (
                    SELECT id FROM artifact WHERE deleted_us IS NULL AND created_us < $2
                    ORDER BY created_us LIMIT $3)
                """, [.time(now), .time(now + (.zero - keep)), .integer(Int64(limit))])
        }
    }

    /// Content that no artifact refers to any more: nobody can refer to it anew until `removed`.
    ///
    /// One transaction for the list, and one for each of them.
    package func doom(limit: Int) async throws -> [ContentKey] {
        let candidates = try await database.transaction(.read) { connection in
            try connection.query(Self.unreferenced, [.integer(Int64(limit))]).map {
                try $0.text("digest")
            }
        }
        var doomed: [ContentKey] = []
        for digest in candidates {
            guard let key = ContentKey(digest) else { continue }
            if try await doom(key) { doomed.append(key) }
        }
        return doomed
    }

    private func doom(_ key: ContentKey) async throws -> Bool {
        try await database.transaction(.write(.ordinary)) { connection in
            // A second statement sees what a declaration stored while this one waited for its lock.
            let lock = "SELECT digest FROM content WHERE digest = $1" + connection.forUpdate
            guard try !connection.query(lock, [.text(key.text)]).isEmpty else { return false }
            let count = try connection.execute(
                """
                UPDATE content SET doomed_us = $2 WHERE digest = $1 AND NOT EXISTS (
                    SELECT 1 FROM artifact
                    WHERE artifact.digest = content.digest AND artifact.deleted_us IS NULL
                        AND artifact.stored_us IS NOT NULL)
                """, [.text(key.text), .time(try connection.now())])
            return count == 1
        }
    }

    /// Takes doomed content away, the file and then the row, in one transaction.
    ///
    /// `unlink` runs while the row is locked: an upload of the same bytes is either not complete
    /// yet, and then looks for its file behind this lock, or has brought the row back.
    /// - Returns: whether the content was still doomed.
    package func remove(
        _ key: ContentKey, _ unlink: @escaping @Sendable () throws -> Void
    ) async throws -> Bool {
        try await database.transaction(.write(.ordinary)) { connection in
            let lock =
                "SELECT digest FROM content WHERE digest = $1 AND doomed_us IS NOT NULL"
                + connection.forUpdate
            guard try !connection.query(lock, [.text(key.text)]).isEmpty else { return false }
            try unlink()
            _ = try connection.execute(
                "DELETE FROM content WHERE digest = $1", [.text(key.text)])
            return true
        }
    }

    /// Files of the folder that no row knows get one that is doomed: a crash between the file and
    /// its row left them. An upload that is about to make its row finds it, and sends again.
    ///
    /// - Returns: those that `doom` will find.
    package func claim(orphans keys: [ContentKey]) async throws -> [ContentKey] {
        var claimed: [ContentKey] = []
        for key in keys {
            let count = try await database.transaction(.write(.ordinary)) { connection in
                let now = try connection.now()
                return try connection.execute(
                    """
                    INSERT INTO content (digest, size_bytes, stored_us, doomed_us)
                    VALUES ($1, 0, $2, $2) ON CONFLICT (digest) DO NOTHING
                    """, [.text(key.text), .time(now)])
            }
            if count == 1 { claimed.append(key) }
        }
        return claimed
    }

    /// An upload of which parts have come, and which is not whole.
    package struct OpenUpload: Hashable, Sendable {
        package let attempt: AttemptID
        package let key: ContentKey

        package var upload: String { ArtifactStore.upload(of: key, attempt) }
    }

    /// Those that were declared so long ago that their attempt takes no more of them.
    package func openUploads(
        olderThan age: Duration, limit: Int
    ) async throws -> [OpenUpload] {
        try await database.transaction(.read) { connection in
            let before = try connection.now() + (.zero - age)
            return try connection.query(
                """
                SELECT DISTINCT attempt_id, digest FROM artifact_part
                WHERE NOT EXISTS (
                    SELECT 1 FROM artifact WHERE artifact.attempt_id = artifact_part.attempt_id
                        AND artifact.digest = artifact_part.digest
                        AND artifact.created_us >= $1)
                ORDER BY attempt_id, digest LIMIT $2
                """, [.time(before), .integer(Int64(limit))]
            ).compactMap { row in
                guard let key = ContentKey(try row.text("digest")) else { return nil }
                return OpenUpload(attempt: try row.id("attempt_id"), key: key)
            }
        }
    }

    private static let unreferenced = """
        SELECT digest FROM content WHERE doomed_us IS NOT NULL OR NOT EXISTS (
            SELECT 1 FROM artifact
            WHERE artifact.digest = content.digest AND artifact.deleted_us IS NULL
                AND artifact.stored_us IS NOT NULL)
        ORDER BY digest LIMIT $1
        """
}
