import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// Baselines: upload, list, read and delete (perfgate contract, §4).
struct BaselineRoutes<Context: FleetContext>: DescribedRoutes {
    let baselines: BaselineStore
    let meter: PerfgateMeter

    var subject: String { "Perfgate" }

    var routes: [Route<Context>] {
        Route.post(
            "projects/:project/baselines", "Stores a version", by: .scope(.write), use: upload
        ).reads(.upload).gives(.created, .uploaded).refuses(.alreadyExists)
        Route.get("projects/:project/baselines", "Versions", by: .scope(.read), use: list)
            .takes(
                .one("benchmark", "Of a benchmark."),
                .one("benchmark_prefix", "Of benchmarks whose names begin so."),
                .one("git_ref", "Of a branch or tag."), .one("git_sha", "Of a commit."),
                .one("tags", "With all of these, between commas."),
                .one("include_receipt", .boolean, "With their receipts.")
            )
            .takes(ListCall.parameters).takes(ListCall.times)
            .gives(.rows("baselines", .baselineSummary), "Newest first.")
    }

    private struct UploadRequest: Decodable {
        let benchmark: String
        let version: String?
        let git_ref: String?
        let git_sha: String?
        let receipt: JSONValue
        let metadata: [String: String]
        let tags: [String]
        /// Must be there; changes nothing.
        let normalize: Bool
    }

    /// 201 with `ETag`; 400 for a name, 409 where the version exists.
    @Sendable private func upload(_ request: Request, _ context: Context) async throws -> Response {
        try context.requireKey()
        let project = try context.pathText("project")
        do {
            return try await upload(to: project, request, context)
        } catch let refusal as APIError {
            switch refusal.reason.kind {
            case .conflict: meter.count(.uploadFailures, project, "conflict")
            case .invalidInput, .unprocessable:
                meter.count(.uploadFailures, project, "validation")
            default: break
            }
            throw refusal
        } catch {
            meter.count(.uploadFailures, project, "storage")
            throw error
        }
    }

    private func upload(
        to project: String, _ request: Request, _ context: Context
    ) async throws -> Response {
        let body = try await request.decodeBody(UploadRequest.self, context: context)
        let receipt = try RunReceipt.read(body.receipt)
        let key = try context.authorize(.write, on: project, benchmark: body.benchmark)
        try GivenNames.check(benchmark: body.benchmark)
        try GivenNames.check([
            ("project", project), ("version", body.version), ("git_ref", body.git_ref),
            ("git_sha", body.git_sha),
        ])
        try GivenNames.check(tags: body.tags)
        let new = NewBaseline(
            project: project, benchmark: body.benchmark, version: body.version,
            git: GitPlace(ref: body.git_ref, sha: body.git_sha), tags: body.tags,
            metadata: JSONValue.object(body.metadata.mapValues { .string($0) }).text,
            receipt: receipt)
        let record = try await Self.stored(body.version) {
            try await baselines.upload(new) {
                BaselineReply.event(
                    "create", $0.id,
                    .init(project: project, benchmark: $0.benchmark, version: $0.version), by: key)
            }
        }
        meter.count(.uploads, project)
        meter.count(.storageOperations, "upload")
        return BaselineReply.uploaded(record)
    }

    /// Says which version is taken.
    static func stored(
        _ version: String?, _ body: () async throws -> BaselineRecord
    ) async throws -> BaselineRecord {
        do {
            return try await body()
        } catch StoreFailure.taken(let name) {
            throw APIError(
                .alreadyExists,
                "The version \(version ?? name) exists already; deleted ones keep their name.",
                details: ["version": .string(version ?? name)])
        }
    }

    /// 200: newest first.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> Response {
        try context.requireKey()
        let project = try context.pathText("project")
        let call = try ListCall(request)
        let filter = try Self.filter(call, of: project)
        let withReceipts = try call.query.boolean("include_receipt") ?? false
        try context.authorize(.read, on: project)
        let page = try await baselines.list(filter, call.slice, withReceipts: withReceipts)
        meter.count(.storageOperations, "list")
        meter.set(.baselines, project, to: Double(page.total))
        var reply = ReplyObject()
        reply.add("baselines", listOf: page.records.map(BaselineReply.summary))
        reply.add("pagination", call.pagination(page))
        return reply.response()
    }

    private static func filter(
        _ call: ListCall, of project: String
    ) throws(APIError) -> BaselineStore.Filter {
        var filter = BaselineStore.Filter(project: project)
        filter.benchmark = try call.query.single("benchmark")
        filter.prefix = try call.query.single("benchmark_prefix")
        filter.git = GitPlace(
            ref: try call.query.single("git_ref"), sha: try call.query.single("git_sha"))
        filter.tags = (try call.query.single("tags") ?? "").split(separator: ",")
            .map(Self.trimmed).filter { !$0.isEmpty }
        guard filter.tags.count <= GivenNames.maximumTags else {
            throw APIError(
                .invalidValue, "There are more than \(GivenNames.maximumTags) tags.",
                details: ["parameter": "tags"])
        }
        filter.period = try call.period()
        return filter
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
