import Database
import FleetModel

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

    /// The bytes are gone from the folder.
    package func removed(_ key: ContentKey) async throws {
        _ = try await database.transaction(.write(.ordinary)) { connection in
            try connection.execute(
                "DELETE FROM content WHERE digest = $1 AND doomed_us IS NOT NULL",
                [.text(key.text)])
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
