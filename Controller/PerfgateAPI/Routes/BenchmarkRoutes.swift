import Analysis
import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// The baselines of one benchmark: read, delete, promote, trend (perfgate contract, §4 and §8).
///
/// A benchmark's name may have slashes, and perfgate's client sends them as they are, so that what
/// stands behind `baselines/` is read from its end.
struct BenchmarkRoutes<Context: FleetContext>: DescribedRoutes {
    let baselines: BaselineStore
    let meter: PerfgateMeter

    var subject: String { "Perfgate" }

    var routes: [Route<Context>] {
        Route.get(Self.path("latest"), "The newest version", by: .scope(.read), use: latest)
            .gives(.baseline)
        Route.get(Self.path("versions/:version"), "A version", by: .scope(.read), use: read)
            .gives(.baseline)
        Route.delete(
            Self.path("versions/:version"), "Removes a version", by: .scope(.delete), use: delete
        ).gives(.removed)
        Route.post(
            Self.path("promote"), "Makes a version of another one", by: .scope(.promote),
            use: promote
        ).reads(.promotion).gives(.created, .promoted).refuses(.alreadyExists)
        Route.get(Self.path("trend"), "Where it is going", by: .scope(.read), use: trend)
            .takes(TrendWish.parameters).gives(.baselineTrend)
    }

    private static func path(_ end: String) -> String {
        "projects/:project/baselines/:benchmark/" + end
    }

    func add(to router: RouterGroup<Context>) {
        let routes = routes
        for method in RoutedMethod.answered {
            router.on("projects/:project/baselines/**", method: method) { request, context in
                try await Self.answer(request, context, by: routes)
            }
        }
    }

    /// A path that asks for nothing is unknown: 404 without a body.
    private static func answer(
        _ request: Request, _ context: Context, by routes: [Route<Context>]
    ) async throws -> Response {
        guard let address = try BaselineAddress(context.parameters.getCatchAll()) else {
            throw HTTPError(.notFound)
        }
        context.coreContext.endpointPath.value = "/api/v1" + address.end.template
        let here = routes.filter { $0.operation.template == address.end.template }
        let method = request.method == .head ? HTTPRequest.Method.get : request.method
        if let route = here.first(where: { $0.operation.method == method }) {
            return try await route.answer(request, context)
        }
        try context.requireKey()
        throw MethodRefusal(of: here.map(\.operation.method))
    }

    private static func address(_ context: Context) throws -> BaselineAddress {
        guard let address = try BaselineAddress(context.parameters.getCatchAll()) else {
            throw HTTPError(.notFound)
        }
        return address
    }

    private static func place(_ context: Context) throws -> BaselineStore.Place {
        let address = try address(context)
        guard case .version(let version) = address.end else { throw HTTPError(.notFound) }
        return BaselineStore.Place(
            project: try context.pathText("project"), benchmark: address.benchmark,
            version: version)
    }

    /// 200 with `ETag`; 404.
    @Sendable private func latest(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let benchmark = try Self.address(context).benchmark
        let project = try context.pathText("project")
        try context.authorize(.read, on: project, benchmark: benchmark)
        let found = try await baselines.latest(of: benchmark, in: project)
        return try downloaded(found, of: benchmark, in: project)
    }

    /// 200 with `ETag`; 404.
    @Sendable private func read(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let place = try Self.place(context)
        try context.authorize(.read, on: place.project, benchmark: place.benchmark)
        let found = try await baselines.version(place)
        return try downloaded(found, of: place.benchmark, in: place.project)
    }

    private func downloaded(
        _ record: BaselineRecord?, of benchmark: String, in project: String
    ) throws -> Response {
        guard let record else { throw BaselineReply.missing(benchmark) }
        meter.count(.downloads, project)
        meter.count(.storageOperations, "download")
        return BaselineReply.record(record, in: project)
            .response(tag: .digest(sha256: record.contentHash))
    }

    /// 200; 404 also for one that is deleted already.
    @Sendable private func delete(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let place = try Self.place(context)
        let key = try context.authorize(.delete, on: place.project, benchmark: place.benchmark)
        let event = BaselineReply.event("delete", place.path, place, by: key)
        guard let moment = try await baselines.delete(place, audited: event) else {
            throw BaselineReply.missing(place.benchmark)
        }
        meter.count(.storageOperations, "delete")
        var reply = ReplyObject()
        reply.add("deleted", .bool(true))
        reply.add("id", place.path)
        reply.add("benchmark", place.benchmark)
        reply.add("version", place.version)
        reply.add("deleted_at", moment)
        return reply.response()
    }

    private struct PromoteRequest: Decodable {
        let from_version: String
        let to_version: String
        let git_ref: String?
        let git_sha: String?
        let tags: [String]
        /// Changes nothing.
        let normalize: Bool?
    }

    /// 201; 404 for the source, 409 for the target.
    @Sendable private func promote(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let benchmark = try Self.address(context).benchmark
        let project = try context.pathText("project")
        let body = try await request.decodeBody(PromoteRequest.self, context: context)
        let key = try context.authorize(.promote, on: project, benchmark: benchmark)
        try GivenNames.check([
            ("to_version", body.to_version), ("git_ref", body.git_ref), ("git_sha", body.git_sha),
        ])
        try GivenNames.check(tags: body.tags)
        let source = BaselineStore.Place(
            project: project, benchmark: benchmark, version: body.from_version)
        let promotion = BaselineStore.Promotion(
            source: source, target: body.to_version,
            git: GitPlace(ref: body.git_ref, sha: body.git_sha), tags: body.tags)
        let record = try await BaselineRoutes<Context>.stored(body.to_version) {
            try await baselines.promote(promotion) {
                BaselineReply.promotion($0, of: source, by: key)
            }
        }
        meter.count(.storageOperations, "promote")
        return BaselineReply.promoted(record, from: body.from_version)
    }

    /// 200, also for an unknown benchmark; 400 for an unknown metric.
    @Sendable private func trend(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let benchmark = try Self.address(context).benchmark
        let project = try context.pathText("project")
        let wish = try TrendWish(try QueryParameters(request))
        try context.authorize(.read, on: project, benchmark: benchmark)
        let metric = try wish.knownMetric()
        let medians = try await baselines.medians(
            of: benchmark, in: project, newest: wish.versions)
        return wish.reply(
            TrendWish.values(of: metric, in: medians), metric, of: benchmark, in: project)
    }
}
