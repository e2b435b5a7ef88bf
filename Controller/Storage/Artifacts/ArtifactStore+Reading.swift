import Database
package import FleetModel

extension ArtifactStore {
    /// Whole ones of all attempts of a run, in order of name; also those whose bytes retention
    /// has taken.
    package func artifacts(of run: RunID) async throws -> [ArtifactRecord] {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT \(ArtifactRecord.columns) FROM artifact
                WHERE run_id = $1 AND stored_us IS NOT NULL ORDER BY name, attempt_id
                """, [.id(run)]
            ).map { try ArtifactRecord($0) }
        }
    }

    /// Nil for one that is not there, or not whole yet.
    package func artifact(_ id: ArtifactID) async throws -> ArtifactRecord? {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT \(ArtifactRecord.columns) FROM artifact
                WHERE id = $1 AND stored_us IS NOT NULL
                """, [.id(id)]
            ).first.map { try ArtifactRecord($0) }
        }
    }

    /// What the attempt has declared and not sent to the end.
    static func incomplete(
        of attempt: AttemptID, _ connection: any Connection
    ) throws -> [MissingContent] {
        let rows = try connection.query(
            """
            SELECT \(ArtifactRecord.columns) FROM artifact
            WHERE attempt_id = $1 AND stored_us IS NULL ORDER BY id
            """, [.id(attempt)])
        var seen: Set<String> = []
        return try rows.compactMap { row in
            let artifact = try ArtifactRecord(row)
            guard seen.insert(artifact.key.text).inserted else { return nil }
            return MissingContent(
                digest: artifact.key.text, parts: try standing(artifact, connection).missing)
        }
    }

    /// Which of these digests the attempt has not sent; one that it never declared lacks no part
    /// that could be named.
    static func missing(
        _ digests: [String], of attempt: AttemptID, _ connection: any Connection
    ) throws -> [MissingContent] {
        guard !digests.isEmpty else { return [] }
        let rows = try connection.query(
            "SELECT DISTINCT digest FROM artifact WHERE attempt_id = $1 AND stored_us IS NOT NULL",
            [.id(attempt)])
        let stored = Set(try rows.map { try $0.text("digest") })
        let open = try incomplete(of: attempt, connection)
        return digests.filter { !stored.contains($0) }.map { digest in
            open.first { $0.digest == digest } ?? MissingContent(digest: digest, parts: [])
        }
    }
}

/// Content that an attempt refers to and that is not here.
package struct MissingContent: Hashable, Sendable {
    package let digest: String
    /// Numbers from 0, ascending.
    package let parts: [Int]

    package init(digest: String, parts: [Int]) {
        self.digest = digest
        self.parts = parts
    }
}
