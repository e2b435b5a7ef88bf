import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// Who did what, in the words that perfgate's clients know (perfgate contract, §10).
struct AuditRoutes<Context: FleetContext>: DescribedRoutes {
    let audit: AuditStore

    var subject: String { "Perfgate" }

    var routes: [Route<Context>] {
        Route.get("audit", "Who did what, in perfgate's words", by: .scope(.admin), use: list)
            .takes(
                .one("project", "Of a project."), .one("action", "A word."),
                .one("resource_type", "A word."), .one("actor", "Who did it.")
            )
            .takes(ListCall.parameters).takes(ListCall.times)
            .gives(.rows("events", .shownEvent), "Newest first.")
    }

    /// 200; 400 for a time or number that is none. Unknown words match nothing.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> Response {
        let key = try context.requireKey()
        let call = try ListCall(request)
        var filter = AuditStore.Filter()
        filter.project = try call.query.single("project")
        filter.action = try call.query.single("action")
        filter.resourceType = try call.query.single("resource_type")
        filter.actor = try call.query.single("actor")
        filter.period = try call.period()
        filter.isForPerfgate = true
        try key.requireInstallation(.admin)
        let page = try await audit.page(filter, call.slice)
        var reply = ReplyObject()
        reply.add("events", listOf: page.records.map(Self.event))
        reply.add("pagination", call.pagination(page))
        return reply.response()
    }

    private static func event(_ record: AuditRecord) -> ReplyObject {
        var object = ReplyObject()
        object.add("id", record.id)
        object.add("timestamp", record.at)
        object.add("actor", record.event.actor)
        object.add("action", record.event.action)
        object.add("resource_type", record.event.resourceType)
        object.add("resource_id", record.event.resourceID)
        object.add("project", record.event.project)
        object.add("metadata", json: record.event.metadata)
        return object
    }
}

extension KeyIdentity {
    /// After decoding, as perfgate checks: 403.
    func requireInstallation(_ scope: Scope) throws(APIError) {
        do {
            try authorize(installation: scope)
        } catch {
            throw APIError(error)
        }
    }
}
