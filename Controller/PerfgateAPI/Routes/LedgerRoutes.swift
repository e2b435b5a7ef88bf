import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// The ledger of decisions: upload, list, latest, prune (perfgate contract, §7).
struct LedgerRoutes<Context: FleetContext>: DescribedRoutes {
    let ledger: LedgerStore

    var subject: String { "Perfgate" }

    var routes: [Route<Context>] {
        Route.post(
            "projects/:project/decisions", "Stores a decision", by: .scope(.write), use: upload
        ).reads(.decisionCall).gives(.created, .decision)
        Route.get("projects/:project/decisions", "Decisions", by: .scope(.read), use: list)
            .takes(
                .one("scenario", "Of a scenario."),
                .one("status", .words(Outcome.self), "How it ended."),
                .one("verdict", .words(Outcome.self), "What was found."),
                .one("review_required", .boolean, "Whether somebody should look."),
                .one("accepted", .boolean, "Whether a rule accepted it."),
                .one("rule", "Accepted by this rule.")
            )
            .takes(ListCall.parameters)
            .gives(.rows("decisions", .decision), "Newest first.")
        Route.get(
            "projects/:project/decisions/latest", "The newest", by: .scope(.read), use: latest
        ).gives(.decision)
        Route.post(
            "projects/:project/decisions/prune", "Removes old ones", by: .scope(.delete),
            use: prune
        ).reads(.pruning).gives(.pruned)
    }

    private struct UploadRequest: Decodable {
        let tradeoff: JSONValue
        let scenario: JSONValue?
        let artifact_index: JSONValue?
        let git_ref: String?
        let git_sha: String?
    }

    /// 201 with the record; 400 for a receipt of another schema.
    @Sendable private func upload(_ request: Request, _ context: Context) async throws -> Response {
        try context.requireKey()
        let project = try context.pathText("project")
        let body = try await request.decodeBody(UploadRequest.self, context: context)
        let (scenario, index) = (body.scenario, body.artifact_index)
        let receipts = LedgerStore.Receipts(
            tradeoff: try DecisionReceipts.tradeoff.canonical(body.tradeoff, at: "/tradeoff"),
            scenario: try scenario.map {
                try DecisionReceipts.scenario.canonical($0, at: "/scenario")
            },
            index: try index.map {
                try DecisionReceipts.index.canonical($0, at: "/artifact_index")
            })
        let key = try context.authorize(.write, on: project)
        try Self.check(body.tradeoff, is: "perfgate.tradeoff.v1", at: "tradeoff")
        try Self.check(scenario, is: "perfgate.scenario.v1", at: "scenario")
        try Self.check(index, is: "perfgate.decision_index.v1", at: "artifact_index")
        let facts = DecisionReceipts.facts(tradeoff: body.tradeoff, scenario: scenario)
        try GivenNames.check([
            ("project", project), ("scenario", facts.scenario), ("git_ref", body.git_ref),
            ("git_sha", body.git_sha),
        ])
        let decision = try await ledger.add(
            LedgerStore.NewDecision(
                project: project, facts: facts, receipts: receipts,
                git: GitPlace(ref: body.git_ref, sha: body.git_sha)),
            audited: { LedgerReply.event($0, in: project, by: key) })
        return LedgerReply.record(decision, in: project).response(.created)
    }

    private static func check(
        _ receipt: JSONValue?, is schema: String, at field: String
    ) throws(APIError) {
        guard let receipt, receipt["schema"] != .string(schema) else { return }
        throw APIError(
            .invalidValue, "The schema of \(field) should be \(schema).",
            details: ["pointer": .string("/\(field)/schema")])
    }

    /// 200: newest first, with their receipts.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> Response {
        try context.requireKey()
        let project = try context.pathText("project")
        let call = try ListCall(request)
        var filter = LedgerStore.Filter(project: project)
        filter.scenario = try call.query.single("scenario")
        filter.status = try call.query.word("status", among: Outcome.words)
        filter.verdict = try call.query.word("verdict", among: Outcome.words)
        filter.reviewRequired = try call.query.boolean("review_required")
        filter.isAccepted = try call.query.boolean("accepted")
        filter.rule = try call.query.single("rule")
        try context.authorize(.read, on: project)
        let page = try await ledger.list(filter, call.slice)
        var reply = ReplyObject()
        reply.add("decisions", listOf: page.records.map { LedgerReply.record($0, in: project) })
        reply.add("pagination", call.pagination(page))
        return reply.response()
    }

    /// 200; 404 without any.
    @Sendable private func latest(_ request: Request, _ context: Context) async throws -> Response {
        try context.requireKey()
        let project = try context.pathText("project")
        try context.authorize(.read, on: project)
        guard let decision = try await ledger.latest(in: project) else {
            throw APIError(.notFound, "The project has no decisions.")
        }
        return LedgerReply.record(decision, in: project).response()
    }

    private struct PruneRequest: Decodable {
        let older_than: GivenTimestamp
        let dry_run: Bool?
    }

    /// 200, also where nothing is that old.
    @Sendable private func prune(_ request: Request, _ context: Context) async throws -> Response {
        try context.requireKey()
        let project = try context.pathText("project")
        let body = try await request.decodeBody(PruneRequest.self, context: context)
        let key = try context.authorize(.delete, on: project)
        let moment = body.older_than.time
        let isTrial = body.dry_run ?? false
        let found =
            isTrial
            ? try await ledger.decisions(in: project, before: moment)
            : try await ledger.prune(project, before: moment) { removed in
                LedgerReply.event(removing: removed, before: moment, in: project, by: key)
            }
        var reply = ReplyObject()
        reply.add("project", project)
        reply.add("older_than", moment)
        reply.add("dry_run", .bool(isTrial))
        reply.add("matched", .integer(found.count))
        reply.add("deleted", .integer(isTrial ? 0 : found.count))
        reply.add("decision_ids", .array(found.map { .string($0) }))
        return reply.response()
    }
}

/// Decisions as they travel, and as the audit tells of them (perfgate contract, §7 and §10).
enum LedgerReply {
    static func record(_ decision: LedgerStore.Decision, in project: String) -> ReplyObject {
        var reply = ReplyObject()
        reply.add("schema", "perfgate.decision_record.v1")
        reply.add("id", decision.id)
        reply.add("project", project)
        reply.add("scenario", decision.scenario)
        reply.add("status", decision.status)
        reply.add("verdict", decision.verdict)
        reply.add("accepted_rules", json: decision.acceptedRules)
        reply.add("review_required", .bool(decision.reviewRequired))
        reply.add("review_reasons", json: decision.reviewReasons)
        reply.add("git_ref", decision.git.ref)
        reply.add("git_sha", decision.git.sha)
        reply.add("scenario_receipt", json: decision.receipts.scenario)
        reply.add("tradeoff_receipt", json: decision.receipts.tradeoff)
        reply.add("artifact_index", json: decision.receipts.index)
        reply.add("created_at", decision.createdAt)
        return reply
    }

    static func event(
        _ decision: LedgerStore.Decision, in project: String, by key: KeyIdentity
    ) -> AuditEvent {
        var metadata = ReplyObject()
        metadata.add("scenario", decision.scenario.map { .string($0) } ?? .null)
        metadata.add("status", decision.status)
        metadata.add("verdict", decision.verdict)
        metadata.add("review_required", .bool(decision.reviewRequired))
        metadata.add("accepted_rules", json: decision.acceptedRules)
        return AuditEvent(by: key.id, "create", "decision", decision.id, in: project)
            .with(metadata: metadata.text)
    }

    static func event(
        removing ids: [String], before moment: ServerTime, in project: String,
        by key: KeyIdentity
    ) -> AuditEvent {
        var metadata = ReplyObject()
        metadata.add("older_than", moment)
        metadata.add("matched", .integer(ids.count))
        metadata.add("deleted", .integer(ids.count))
        metadata.add("decision_ids", .array(ids.map { .string($0) }))
        return AuditEvent(by: key.id, "delete", "decision", project, in: project)
            .with(metadata: metadata.text)
    }
}
