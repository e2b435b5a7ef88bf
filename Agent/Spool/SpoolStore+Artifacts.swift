import AgentProtocol
import FoundationEssentials
import GRDB

extension SpoolStore {
    static let artifactSchema = """
        CREATE TABLE artifact (
            number INTEGER PRIMARY KEY, digest TEXT NOT NULL, size_bytes INTEGER NOT NULL,
            request BLOB NOT NULL, state TEXT NOT NULL
        ) STRICT;
        """

    /// Returns: its number.
    func add(_ request: ArtifactRequest) throws(SpoolFailure) -> Int64 {
        try write("artifact") { database in
            try database.execute(
                sql: """
                    INSERT INTO artifact (digest, size_bytes, request, state) VALUES (?, ?, ?, ?)
                    """,
                arguments: [
                    request.digest, request.sizeBytes, Data(try WireCodec.encode(request)),
                    ArtifactState.kept.rawValue,
                ])
            return database.lastInsertedRowID
        }
    }

    func set(_ state: ArtifactState, ofArtifact number: Int64) throws(SpoolFailure) {
        try write("artifact") { database in
            try database.execute(
                sql: "UPDATE artifact SET state = ? WHERE number = ?",
                arguments: [state.rawValue, number])
        }
    }

    func artifact(_ number: Int64) throws(SpoolFailure) -> ArtifactRequest? {
        try write("artifact") { database in
            try Data.fetchOne(
                database, sql: "SELECT request FROM artifact WHERE number = ?",
                arguments: [number]
            ).map {
                try WireCodec.decode(ArtifactRequest.self, from: Array($0), maxBytes: $0.count)
            }
        }
    }

    /// Nil when a row holds what the spool never writes.
    static func artifacts(_ database: Database) throws -> [ArtifactEntry]? {
        var entries: [ArtifactEntry] = []
        let sql = "SELECT number, digest, size_bytes, state FROM artifact ORDER BY number"
        for row in try Row.fetchAll(database, sql: sql) {
            guard let number = row.count("number"), let size = row.count("size_bytes"),
                let digest = row.value("digest", String.self), ContentDigest.isWellFormed(digest),
                let state = row.value("state", String.self).flatMap(ArtifactState.init(rawValue:))
            else { return nil }
            entries.append(
                ArtifactEntry(number: number, digest: digest, sizeBytes: size, state: state))
        }
        return entries
    }
}
