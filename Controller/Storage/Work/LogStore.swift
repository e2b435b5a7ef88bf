package import Database
package import FleetModel

/// Reads attempts' logs.
package struct LogStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    package struct Slice: Hashable, Sendable {
        package let bytes: [UInt8]
        package let offset: Int64
        /// The whole log's present length.
        package let length: Int64
        package let isComplete: Bool
    }

    /// At most `limit` bytes from `offset`, in one transaction; nil for an unknown attempt.
    package func slice(
        of attempt: AttemptID, from offset: Int64, limit: Int
    ) async throws -> Slice? {
        try await database.transaction(.read) { connection in
            let rows = try connection.query(
                "SELECT log_bytes, log_complete FROM attempt WHERE id = $1", [.id(attempt)])
            guard let row = rows.first else { return nil }
            return Slice(
                bytes: try Self.bytes(of: attempt, from: offset, limit: limit, connection),
                offset: offset, length: try row.integer("log_bytes"),
                isComplete: try row.bool("log_complete"))
        }
    }

    static func bytes(
        of attempt: AttemptID, from offset: Int64, limit: Int, _ connection: any Connection
    ) throws -> [UInt8] {
        var start = offset
        var result: [UInt8] = []
        while result.count < limit {
            let rows = try connection.query(chunkAt, [.id(attempt), .integer(start)])
            guard let row = rows.first else { break }
            let body = try row.blob("body")
            let skipped = start - (try row.integer("start_offset"))
            guard skipped >= 0, skipped < body.count else { break }
            result += body.dropFirst(Int(skipped)).prefix(limit - result.count)
            start = offset + Int64(result.count)
        }
        return result
    }

    private static let chunkAt = """
        SELECT start_offset, body FROM log_chunk
        WHERE attempt_id = $1 AND start_offset <= $2 ORDER BY start_offset DESC LIMIT 1
        """
}
