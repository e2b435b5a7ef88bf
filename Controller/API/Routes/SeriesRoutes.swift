import Analysis
import FleetModel
import Hummingbird
import Identity
import Pipeline
package import Storage
package import WebSupport

/// The series of a project, with what their analysis found (API contract, §3.4).
package struct SeriesRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let series: SeriesStore
    let cursors: CursorCodec

    package init(projects: ProjectStore, series: SeriesStore, cursors: CursorCodec) {
        self.projects = projects
        self.series = series
        self.cursors = cursors
    }

    package var subject: String { "Series" }

    package var routes: [Route<Context>] {
        Route.get("projects/:project/series", "Series", by: .visible, use: list)
            .takes(Self.filters)
            .takes(.paging)
            .gives(.page(.series), "By benchmark.")
            .refuses(.badCursor, .cursorMismatch, .tooMany)
        Route.get("series/:series", "A series", by: .visible, use: read).gives(.series)
            .refuses(.benchmarkRestricted)
        Route.post(
            "series/:series/analyse", "What other options would find", by: .scope(.write),
            use: analyse
        )
        .reads(
            .body([
                "algorithm?": .words(LevelSearch.Algorithm.allCases.map(\.rawValue)),
                "since?": .text,
                "options?": .body([
                    "window?": .integer, "weak_p?": .number, "alpha?": .number,
                    "min_segment?": .integer, "min_magnitude?": .number,
                    "hampel_half_window?": .integer, "hampel_k?": .number, "max_p?": .number,
                ]),
            ])
        )
        .gives(.seriesAnalysis)
    }

    private static var filters: [QueryParameter] {
        [
            .any("benchmark", "Of a benchmark."), .any("metric", "Of a metric."),
            .any("provider", "Counted by whom."), .any("host_class", "On which hosts."),
            .any("host_id", .identifier, "On a host."), .any("arch", "An architecture."),
            .any("flag", .words(SeriesFlag.self), "What is odd about its noise."),
            .one("changed_since", "A date, a time or days (7d)."),
            .one("q", "Words of its name."),
            .each("params", "KEY is a parameter of the benchmark."),
        ]
    }

    private var access: ProjectAccess { ProjectAccess(projects: projects) }

    /// 200: by benchmark.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        let project = try await access.project(in: context, for: .read)
        let query = try QueryParameters(request)
        var filter = try Self.filter(query)
        let binding =
            "series \(project.id) \(filter.hashText) \(context.benchmarkPattern ?? "")"
        let page = try PageRequest(query, codec: cursors, binding: binding)
        let reached = ReachedBenchmarks { try await series.benchmarks(of: project.id) }
        guard let benchmarks = try await reached.narrowed(filter.benchmarks, in: context) else {
            return ReachedBenchmarks.nothing
        }
        filter.benchmarks = benchmarks
        let found = try await series.series(
            of: project.id, filter, after: try page.after.map(Self.position), limit: page.limit + 1)
        let shown = found.prefix(page.limit)
        let next = found.count > page.limit ? shown.last : nil
        let cursor = next.flatMap { last in
            cursors.cursor(
                at: ListPosition([last.record.key.benchmark, last.record.id.text]),
                binding: binding)
        }
        let known = try await series.analyses.analyses(of: shown.map(\.record.id))
        return .object([
            "items": .array(shown.map { JSONValue($0, known[$0.record.id]) }),
            "next_cursor": cursor.map { .string($0) } ?? .null,
        ])
    }

    private static func filter(
        _ query: QueryParameters
    ) throws(APIError) -> SeriesStore.Filter {
        var filter = SeriesStore.Filter()
        filter.benchmarks = query.values("benchmark")
        filter.metrics = query.values("metric")
        filter.providers = query.values("provider")
        filter.hostClasses = query.values("host_class")
        for text in query.values("host_id") {
            guard let host = HostID(text) else {
                throw APIError(.invalidValue, "host_id should be an identifier.")
            }
            filter.hosts.append(host)
        }
        filter.text = try query.single("q")
        filter.architectures = query.values("arch")
        for text in query.values("flag") {
            guard let flag = SeriesFlag(rawValue: text) else {
                throw APIError(
                    .invalidValue, "flag is one of bimodal, drift, quantised and provisional.")
            }
            filter.flags.append(flag)
        }
        if let text = try query.single("changed_since") {
            guard let time = GivenTime.read(text) else {
                throw APIError(
                    .invalidValue, "changed_since is a date, a time of RFC 3339, or days (7d).")
            }
            filter.changedSince = time
        }
        for pair in query.pairs where pair.name.hasPrefix("params.") {
            filter.parameters.append((String(pair.name.dropFirst(7)), pair.value))
        }
        return filter
    }

    private static func position(
        _ position: ListPosition
    ) throws(APIError) -> SeriesStore.Position {
        guard position.values.count == 2, let id = SeriesID(position.values[1]) else {
            throw APIError(.badCursor, "The cursor is not one that this list gave.")
        }
        return SeriesStore.Position(benchmark: position.values[0], id: id)
    }

    private func visible(
        _ context: Context, for scope: Scope = .read
    ) async throws -> (SeriesStore.Overview, ProjectStore.Project) {
        let id: SeriesID = try context.pathIdentifier("series")
        guard let found = try await series.series(id) else { throw ProjectAccess.unknownObject }
        let key = found.record.key
        let project = try await access.require(scope, on: key.project, in: context)
        try context.require(benchmark: key.benchmark)
        return (found, project)
    }

    private struct AnalyseRequest: Decodable {
        let algorithm: String?
        let options: LevelSearch.Options?
        let since: String?
    }

    /// 200: what other options would find; nothing is stored. 422 for options that cannot be.
    @Sendable private func analyse(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        _ = try context.require(.write)
        let (found, _) = try await visible(context, for: .write)
        let body = try await request.decodeBody(AnalyseRequest.self, context: context)
        guard let algorithm = LevelSearch.Algorithm(rawValue: body.algorithm ?? "fleet") else {
            throw Self.outOfRange("/algorithm", "The algorithm is fleet or otava.")
        }
        let since = try body.since.map { text in
            guard let time = GivenTime.read(text) else {
                throw Self.outOfRange(
                    "/since", "since is a date, a time of RFC 3339, or days (7d).")
            }
            return time
        }
        let wishes = LevelSearch.Wishes(algorithm, body.options ?? LevelSearch.Options())
        let result = try await tried(found.record.id, since, wishes)
        return .object([
            "change_points": .array((result?.changePoints ?? []).map { JSONValue($0) }),
            "trend": result?.analysis.trend.map { JSONValue($0) } ?? .null,
            "noise": result?.analysis.noise.map { JSONValue($0) } ?? .null,
            "points": .integer(result?.analysis.points ?? 0),
        ])
    }

    private func tried(
        _ id: SeriesID, _ since: ServerTime?, _ wishes: LevelSearch.Wishes
    ) async throws -> SeriesResult? {
        do {
            return try await SeriesKeeper.tried(
                id, since: since, by: wishes, from: series.analyses)
        } catch let refusal as LevelSearch.Refusal {
            throw Self.outOfRange("/options/" + refusal.option, refusal.message + ".")
        }
    }

    private static func outOfRange(_ pointer: String, _ message: String) -> APIError {
        APIError(.outOfRange, message, details: ["pointer": .string(pointer)])
    }

    /// 200: with its noise, its trend and its newest level; 404.
    @Sendable private func read(_ request: Request, _ context: Context) async throws -> JSONValue {
        let (found, _) = try await visible(context)
        return JSONValue(found, try await series.analyses.analysis(of: found.record.id))
    }
}
