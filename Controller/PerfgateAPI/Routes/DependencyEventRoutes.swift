import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// Dependency events of all projects: record, alerts, impact (perfgate contract, §9).
///
/// They ask for a key unless the fleet is open: `write` on the project that an event is of, and
/// for reading any key that may read. What clients told is for all readers; what runs showed, for
/// those who may read their projects.
struct DependencyEventRoutes<Context: FleetContext>: DescribedRoutes {
    let events: DependencyEventStore
    let isOpen: Bool

    /// What a reply without a limit of its own has at most.
    private static var mostRows: Int64 { 10_000 }

    var subject: String { "Perfgate" }

    var routes: [Route<Context>] {
        Route.post(
            "fleet/dependency-event", "Tells of a dependency's change",
            by: isOpen ? .open : .scope(.write), use: record
        )
        .reads(.dependencyCall).gives(.created, .object(["recorded": .integer]))
        .refuses(.credentialsMissing, .scopeMissing)
        Route.get(
            "fleet/alerts", "Dependencies that moved projects",
            by: isOpen ? .open : .scope(.read), use: alerts
        )
        .takes(
            .one("min_affected", .integer(0...Int64(UInt32.max)), "Projects, at least; usually 2.")
        )
        .takes(Self.parameters)
        .gives(.object(["alerts": .list(.dependencyAlert)]), "Surest first.")
        .refuses(.credentialsMissing, .scopeMissing)
        Route.get(
            "fleet/dependency/:dependency/impact", "What a dependency moved",
            by: isOpen ? .open : .scope(.read), use: impact
        )
        .takes(Self.parameters).gives(.dependencyImpact)
        .refuses(.credentialsMissing, .scopeMissing)
    }

    private static var parameters: [QueryParameter] {
        [
            .one("since", .dateTime, "Not before this time."),
            .one("limit", .integer(0...Int64(UInt32.max)).usually(50), "Rows; 0 is no limit."),
        ]
    }

    private struct RecordRequest: Decodable {
        let project: String
        let benchmark: String
        let dependency_changes: [Change]
        let metric: String
        let delta_pct: Double

        struct Change: Decodable {
            let name: String
            let old_version: String?
            let new_version: String?
        }
    }

    /// 201; 400 for an empty list.
    @Sendable private func record(_ request: Request, _ context: Context) async throws -> Response {
        if !isOpen { try context.requireKey() }
        let body = try await request.decodeBody(RecordRequest.self, context: context)
        if !isOpen { try context.authorize(.write, on: body.project) }
        guard !body.dependency_changes.isEmpty else {
            throw APIError(
                .invalidValue, "The list of changes is empty.",
                details: ["pointer": "/dependency_changes"])
        }
        try GivenNames.check([
            ("project", body.project), ("benchmark", body.benchmark), ("metric", body.metric),
        ])
        for change in body.dependency_changes {
            try GivenNames.check(
                [change.name, change.old_version, change.new_version].map {
                    ("dependency_changes", $0)
                })
        }
        try await events.record(
            body.dependency_changes.map {
                .init(
                    dependency: $0.name, oldVersion: $0.old_version, newVersion: $0.new_version)
            },
            .init(
                project: body.project, benchmark: body.benchmark, metric: body.metric,
                delta: body.delta_pct))
        var reply = ReplyObject()
        reply.add("recorded", .integer(body.dependency_changes.count))
        return reply.response(.created)
    }

    /// 200: surest first.
    @Sendable private func alerts(_ request: Request, _ context: Context) async throws -> Response {
        if !isOpen { try context.requireKey() }
        let query = try QueryParameters(request)
        let question = try Self.question(query, context)
        let asked = try query.number("min_affected", UInt32.self) ?? 0
        if !isOpen { try context.require(anywhere: .read) }
        let found = try await events.alerts(question, projects: asked == 0 ? 2 : Int64(asked))
        var reply = ReplyObject()
        reply.add("alerts", listOf: found.map(DependencyEventReply.alert))
        return reply.response()
    }

    /// 200, also for a name that nobody told of.
    @Sendable private func impact(_ request: Request, _ context: Context) async throws -> Response {
        if !isOpen { try context.requireKey() }
        let dependency = try context.pathText("dependency")
        let question = try Self.question(try QueryParameters(request), context)
        if !isOpen { try context.require(anywhere: .read) }
        let found = try await events.impact(of: dependency, question)
        var reply = ReplyObject()
        reply.add("dependency", dependency)
        reply.add("events", listOf: found.events.map(DependencyEventReply.event))
        reply.add("project_count", .integer(found.projects))
        reply.add("avg_delta_pct", .real(found.meanDelta))
        return reply.response()
    }

    /// A limit of 0 is none.
    private static func question(
        _ query: QueryParameters, _ context: Context
    ) throws(APIError) -> DependencyEventStore.Question {
        let limit = Int64(try query.number("limit", UInt32.self) ?? 50)
        return DependencyEventStore.Question(
            since: try query.time("since"), limit: limit == 0 ? mostRows : min(limit, mostRows),
            projects: readable(by: context))
    }

    private static func readable(by context: Context) -> ReadableProjects {
        guard case .key(let key) = context.caller else { return .anonymous }
        return key.readableProjects
    }
}

/// Events and alerts as they travel (perfgate contract, §9).
enum DependencyEventReply {
    static func event(_ event: DependencyEventStore.Event) -> ReplyObject {
        var reply = ReplyObject()
        reply.add("schema", "perfgate.dependency_event.v1")
        reply.add("id", event.id)
        reply.add("project", event.effect.project)
        reply.add("benchmark", event.effect.benchmark)
        reply.add("dep_name", event.change.dependency)
        reply.add("old_version", event.change.oldVersion)
        reply.add("new_version", event.change.newVersion)
        reply.add("metric", event.effect.metric)
        reply.add("delta_pct", .real(event.effect.delta))
        reply.add("created_at", event.createdAt)
        add(event.effect.source, to: &reply)
        return reply
    }

    /// With an id of this reply alone.
    static func alert(_ alert: DependencyEventStore.Alert) -> ReplyObject {
        var reply = ReplyObject()
        reply.add("schema", "perfgate.fleet_alert.v1")
        reply.add("id", RecordID.make())
        reply.add("dependency", alert.change.dependency)
        reply.add("old_version", alert.change.oldVersion)
        reply.add("new_version", alert.change.newVersion)
        reply.add("affected_projects", listOf: alert.affected.map(affected))
        let sure = Double(DependencyEventStore.surelyAffected)
        reply.add("confidence", .real(min(1, Double(alert.projects) / sure)))
        reply.add("avg_delta_pct", .real(alert.meanDelta))
        reply.add("first_seen", alert.firstSeen)
        return reply
    }

    private static func affected(_ effect: DependencyEventStore.Effect) -> ReplyObject {
        var reply = ReplyObject()
        reply.add("project", effect.project)
        reply.add("benchmark", effect.benchmark)
        reply.add("metric", effect.metric)
        reply.add("delta_pct", .real(effect.delta))
        add(effect.source, to: &reply)
        return reply
    }

    /// What perfgate's clients do not look at.
    private static func add(_ source: DependencyEventStore.Source?, to reply: inout ReplyObject) {
        reply.add("run_id", source?.run.text)
        reply.add("params", json: source?.parameters.canonicalText)
    }
}
