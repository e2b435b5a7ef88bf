import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// Verdicts: submit and list (perfgate contract, §6).
struct VerdictRoutes<Context: FleetContext>: DescribedRoutes {
    let verdicts: VerdictStore
    let meter: PerfgateMeter

    var subject: String { "Perfgate" }

    var routes: [Route<Context>] {
        Route.post(
            "projects/:project/verdicts", "Stores a verdict", by: .scope(.write), use: submit
        ).reads(.verdictCall).gives(.created, .verdict)
        Route.get("projects/:project/verdicts", "Verdicts", by: .scope(.read), use: list)
            .takes(
                .one("benchmark", "Of a benchmark."),
                .one("status", .words(Outcome.self), "How it ended.")
            )
            .takes(ListCall.parameters).takes(ListCall.times)
            .gives(.rows("verdicts", .verdict), "Newest first.")
    }

    private struct SubmitRequest: Decodable {
        let benchmark: String
        let run_id: String
        let status: Outcome
        let counts: Counts
        let reasons: [String]
        let git_ref: String?
        let git_sha: String?
        let wall_ms_cv: Double?

        struct Counts: Decodable {
            let pass: UInt32
            let warn: UInt32
            let fail: UInt32
            let skip: UInt32
        }
    }

    /// 201 with the record; 400 for a name.
    @Sendable private func submit(_ request: Request, _ context: Context) async throws -> Response {
        try context.requireKey()
        let project = try context.pathText("project")
        let body = try await request.decodeBody(SubmitRequest.self, context: context)
        let key = try context.authorize(.write, on: project, benchmark: body.benchmark)
        try GivenNames.check(benchmark: body.benchmark)
        try GivenNames.check([
            ("project", project), ("run_id", body.run_id), ("git_ref", body.git_ref),
            ("git_sha", body.git_sha),
        ])
        try GivenNames.check(reasons: body.reasons)
        let verdict = try await verdicts.submit(
            Self.verdict(body, in: project), score: Flakiness.score,
            audited: { Self.event($0, in: project, by: key) })
        meter.count(.verdicts, project, verdict.status)
        return Self.reply(verdict, in: project).response(.created)
    }

    private static func verdict(
        _ body: SubmitRequest, in project: String
    ) -> VerdictStore.NewVerdict {
        VerdictStore.NewVerdict(
            project: project, benchmark: body.benchmark, run: body.run_id,
            status: body.status.rawValue,
            counts: VerdictStore.Counts(
                passed: Int64(body.counts.pass), warned: Int64(body.counts.warn),
                failed: Int64(body.counts.fail), skipped: Int64(body.counts.skip)),
            reasons: body.reasons, git: GitPlace(ref: body.git_ref, sha: body.git_sha),
            wallVariation: body.wall_ms_cv)
    }

    private static func event(
        _ verdict: VerdictStore.Verdict, in project: String, by key: KeyIdentity
    ) -> AuditEvent {
        let metadata: JSONValue = .object([
            "benchmark": .string(verdict.benchmark), "status": .string(verdict.status),
        ])
        return AuditEvent(by: key.id, "create", "verdict", verdict.id, in: project)
            .with(metadata: metadata.text)
    }

    private static func reply(
        _ verdict: VerdictStore.Verdict, in project: String
    ) -> ReplyObject {
        var reply = ReplyObject()
        reply.add("schema", "perfgate.verdict.v1")
        reply.add("id", verdict.id)
        reply.add("project", project)
        reply.add("benchmark", verdict.benchmark)
        reply.add("run_id", verdict.run)
        reply.add("status", verdict.status)
        reply.add(
            "counts",
            .object([
                "pass": .integer(verdict.counts.passed), "warn": .integer(verdict.counts.warned),
                "fail": .integer(verdict.counts.failed), "skip": .integer(verdict.counts.skipped),
            ]))
        reply.add("reasons", json: verdict.reasons)
        reply.add("git_ref", verdict.git.ref)
        reply.add("git_sha", verdict.git.sha)
        reply.add("wall_ms_cv", verdict.wallVariation.map { .real($0) })
        reply.add("flakiness_score", verdict.flakiness.map { .real($0) })
        reply.add("created_at", verdict.createdAt)
        return reply
    }

    /// 200: newest first.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> Response {
        try context.requireKey()
        let project = try context.pathText("project")
        let call = try ListCall(request)
        var filter = VerdictStore.Filter(project: project)
        filter.benchmark = try call.query.single("benchmark")
        filter.status = try call.query.word("status", among: Outcome.words)
        filter.period = try call.period()
        try context.authorize(.read, on: project)
        let page = try await verdicts.list(filter, call.slice)
        var reply = ReplyObject()
        reply.add("verdicts", listOf: page.records.map { Self.reply($0, in: project) })
        reply.add("pagination", call.pagination(page))
        return reply.response()
    }
}

/// What a verdict or a decision came to; the words never grow.
enum Outcome: String, CaseIterable, Sendable, Decodable {
    case pass, warn, fail, skip

    static let words = allCases.map(\.rawValue)
}
