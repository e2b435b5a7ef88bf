import Database
package import FleetModel

extension AuditStore {
    /// Which events are asked for; all of what is given must hold.
    package struct Filter: Hashable, Sendable {
        package var project: String?
        package var action: String?
        package var resourceType: String?
        package var resourceID: String?
        package var actor: String?
        /// Both inclusive.
        package var since: ServerTime?
        package var until: ServerTime?
        /// Only older ones than this number.
        package var before: Int64?
        /// Only the actions and types that perfgate's clients can read.
        package var onlyPerfgate = false

        package init() {}
    }

    static let perfgateActions = ["create", "update", "delete", "promote"]
    static let perfgateTypes = ["baseline", "key", "verdict", "decision"]

    /// Newest first, in one transaction.
    package func events(_ filter: Filter, limit: Int, offset: Int = 0) async throws -> [AuditRecord]
    {
        let (condition, binds) = filter.condition
        return try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT * FROM audit WHERE \(condition) ORDER BY number DESC
                LIMIT $\(binds.count + 1) OFFSET $\(binds.count + 2)
                """, binds + [.integer(Int64(limit)), .integer(Int64(offset))]
            ).map { try AuditRecord($0) }
        }
    }

    /// How many match, whatever page is asked for, in one transaction.
    package func count(_ filter: Filter) async throws -> Int {
        let (condition, binds) = filter.condition
        return try await database.transaction(.read) { connection in
            let rows = try connection.query(
                "SELECT count(*) AS total FROM audit WHERE \(condition)", binds)
            return Int(clamping: try rows.first?.integer("total") ?? 0)
        }
    }
}

extension AuditStore.Filter {
    /// A WHERE clause and its values.
    var condition: (String, [DatabaseValue]) {
        var parts = ["1 = 1"]
        var binds: [DatabaseValue] = []
        func add(_ column: String, _ comparison: String, _ value: DatabaseValue?) {
            guard let value else { return }
            binds.append(value)
            parts.append("\(column) \(comparison) $\(binds.count)")
        }
        add("project", "=", project.map { .text($0) })
        add("action", "=", action.map { .text($0) })
        add("resource_type", "=", resourceType.map { .text($0) })
        add("resource_id", "=", resourceID.map { .text($0) })
        add("actor", "=", actor.map { .text($0) })
        add("at_us", ">=", since.map { .time($0) })
        add("at_us", "<=", until.map { .time($0) })
        add("number", "<", before.map { .integer($0) })
        if onlyPerfgate {
            parts.append("action IN (\(Self.list(AuditStore.perfgateActions)))")
            parts.append("resource_type IN (\(Self.list(AuditStore.perfgateTypes)))")
        }
        return (parts.joined(separator: " AND "), binds)
    }

    /// Of our own words alone.
    private static func list(_ words: [String]) -> String {
        words.map { "'\($0)'" }.joined(separator: ", ")
    }
}
