import Database
package import FleetModel

/// A named file of an attempt; its bytes are content of their own.
package struct ArtifactRecord: Hashable, Sendable {
    package let id: ArtifactID
    package let project: ProjectID
    package let run: RunID
    package let attempt: AttemptID
    /// Like a path: parts joined by `/`, none of them empty, `.` or `..`.
    package let name: String
    /// A word of the protocol, such as `profile`.
    package let kind: String
    package let mediaType: String
    package let sizeBytes: Int64
    package let key: ContentKey
    package let partBytes: Int64
    package let role: RevisionRole?
    package let benchmark: String?
    /// What its maker says of it, such as the tool's version.
    package let facts: Parameters
    package let createdAt: ServerTime
    /// Nil while parts are missing.
    package let storedAt: ServerTime?
    /// When retention took its bytes.
    package let deletedAt: ServerTime?

    /// Of parts, the last of which may be shorter.
    var partCount: Int {
        guard partBytes > 0 else { return 0 }
        return Int((sizeBytes + partBytes - 1) / partBytes)
    }
}

extension ArtifactRecord {
    static let columns = """
        id, project_id, run_id, attempt_id, name, kind, media_type, size_bytes, digest, part_bytes,
        role, benchmark, facts, created_us, stored_us, deleted_us
        """

    init(_ row: Row) throws {
        let digest = try row.text("digest")
        guard let key = ContentKey(digest) else {
            throw StoreFailure.corrupt("an artifact's digest is \(digest)")
        }
        self.init(
            id: try row.id("id"), project: try row.id("project_id"), run: try row.id("run_id"),
            attempt: try row.id("attempt_id"), name: try row.text("name"),
            kind: try row.text("kind"), mediaType: try row.text("media_type"),
            sizeBytes: try row.integer("size_bytes"), key: key,
            partBytes: try row.integer("part_bytes"), role: try row.optionalWord("role"),
            benchmark: try row.optionalText("benchmark"), facts: try row.parameters("facts"),
            createdAt: try row.time("created_us"), storedAt: try row.optionalTime("stored_us"),
            deletedAt: try row.optionalTime("deleted_us"))
    }
}
