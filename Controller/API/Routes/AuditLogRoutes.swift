import FleetModel
import Hummingbird
import Identity
package import Storage
package import WebSupport

/// Everything that the audit has, with its place in the chain (API contract, §3.9).
package struct AuditLogRoutes<Context: FleetContext>: DescribedRoutes {
    let audit: AuditStore
    let cursors: CursorCodec

    package init(audit: AuditStore, cursors: CursorCodec) {
        self.audit = audit
        self.cursors = cursors
    }

    package var subject: String { "People" }

    package var routes: [Route<Context>] {
        Route.get("audit-log", "Everything that the audit has", by: .scope(.admin), use: list)
            .takes(
                .one("project", "Of a project, by its name."), .one("action", "A word."),
                .one("resource_type", "A word."), .one("resource_id", "An identifier."),
                .one("actor", "Who did it."),
                .one("since", "Microseconds since 1970, a date or a time."),
                .one("until", "Microseconds since 1970, a date or a time.")
            )
            .takes(.paging)
            .gives(.page(.auditEvent), "Newest first.")
            .refuses(.badTime, .badCursor, .cursorMismatch)
    }

    /// 200: newest first; 400.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        try context.require(.admin)
        let query = try QueryParameters(request)
        var filter = AuditStore.Filter()
        filter.project = try query.single("project")
        filter.action = try query.single("action")
        filter.resourceType = try query.single("resource_type")
        filter.resourceID = try query.single("resource_id")
        filter.actor = try query.single("actor")
        filter.period = RecordPeriod(
            since: try Self.time("since", query), until: try Self.time("until", query))
        let binding = "audit \(filter)"
        let page = try PageRequest(query, codec: cursors, binding: binding)
        let after = page.after?.values.first.flatMap { Int64($0) }
        let found = try await audit.events(filter, before: after, limit: page.limit + 1)
        let shown = found.prefix(page.limit)
        let next = found.count > page.limit ? shown.last : nil
        let cursor = next.flatMap {
            cursors.cursor(at: ListPosition(["\($0.number)"]), binding: binding)
        }
        return .object([
            "items": .array(shown.map { JSONValue($0) }),
            "next_cursor": cursor.map { .string($0) } ?? .null,
        ])
    }

    /// Microseconds, or as people write them.
    private static func time(
        _ name: String, _ query: QueryParameters
    ) throws(APIError) -> ServerTime? {
        guard let text = try query.single(name) else { return nil }
        if let microseconds = Int64(text) { return ServerTime(microseconds: microseconds) }
        guard let time = GivenTime.read(text) else {
            throw APIError(
                .badTime, "\(name) should be a time such as 2026-11-21T23:45:00Z.",
                details: ["parameter": .string(name)])
        }
        return time
    }
}
