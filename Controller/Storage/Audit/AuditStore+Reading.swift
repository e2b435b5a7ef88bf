import Database
import FleetModel

extension AuditStore {
    /// Which events are asked for; all of what is given must hold.
    package struct Filter: Hashable, Sendable {
        package var project: String?
        package var action: String?
        package var resourceType: String?
        package var resourceID: String?
        package var actor: String?
        package var period = RecordPeriod()
        /// Only the actions and types that perfgate's clients can read.
        package var isForPerfgate = false

        package init() {}

        var narrowing: Narrowing {
            var narrowing = Narrowing("number > $1", .integer(0))
            narrowing.equal("project", project)
            narrowing.equal("action", action)
            narrowing.equal("resource_type", resourceType)
            narrowing.equal("resource_id", resourceID)
            narrowing.equal("actor", actor)
            if let since = period.since { narrowing.match(.time(since)) { "at_us >= \($0)" } }
            if let until = period.until { narrowing.match(.time(until)) { "at_us <= \($0)" } }
            if isForPerfgate {
                narrowing.among("action", AuditStore.perfgateActions.map { .text($0) })
                narrowing.among("resource_type", AuditStore.perfgateTypes.map { .text($0) })
            }
            return narrowing
        }
    }

    /// Perfgate's clients refuse a whole list for one word that they do not know.
    static let perfgateActions = ["create", "update", "delete", "promote"]
    static let perfgateTypes = ["baseline", "key", "verdict", "decision"]

    /// Newest first, in one transaction.
    package func page(
        _ filter: Filter, _ slice: RecordSlice
    ) async throws -> RecordPage<AuditRecord> {
        let narrowing = filter.narrowing
        return try await database.transaction(.read) { connection in
            let rows = try connection.query(
                """
                SELECT * FROM audit WHERE \(narrowing.condition) ORDER BY number DESC
                LIMIT $\(narrowing.binds.count + 1) OFFSET $\(narrowing.binds.count + 2)
                """, narrowing.binds(and: slice))
            return RecordPage(
                records: try rows.map { try AuditRecord($0) },
                total: try narrowing.count(of: "audit", connection), limit: slice.limit)
        }
    }

    /// Newest first and older than the numbered one, at most `limit`, in one transaction.
    package func events(
        _ filter: Filter, before number: Int64?, limit: Int
    ) async throws -> [AuditRecord] {
        var narrowing = filter.narrowing
        if let number { narrowing.match(.integer(number)) { "number < \($0)" } }
        let (condition, binds) = (narrowing.condition, narrowing.binds)
        return try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT * FROM audit WHERE \(condition) ORDER BY number DESC
                LIMIT $\(binds.count + 1)
                """, binds + [.integer(Int64(limit))]
            ).map { try AuditRecord($0) }
        }
    }
}
