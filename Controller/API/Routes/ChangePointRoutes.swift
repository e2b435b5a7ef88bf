import FleetModel
import Hummingbird
import Identity
package import Storage
package import WebSupport

/// Changes of level that the analysis of series found (API contract, §3.4).
package struct ChangePointRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let changePoints: ChangePointStore
    let cursors: CursorCodec

    package init(projects: ProjectStore, changePoints: ChangePointStore, cursors: CursorCodec) {
        self.projects = projects
        self.changePoints = changePoints
        self.cursors = cursors
    }

    package var subject: String { "Series" }

    package var routes: [Route<Context>] {
        Route.get(
            "projects/:project/change-points", "Changes of level", by: .visible, use: list
        )
        .takes(
            .any("series_id", .identifier, "Of a series."),
            .any("benchmark", "Of a benchmark."),
            .any("direction", .words(Direction.self), "Worse, better, …"),
            .any("kind", .words(["change", "epoch_break"]), "What changed."),
            .any("commit", .commit, "The first commit after the change."),
            .one("state", .words(["active", "all"]), "Withdrawn ones, too, with `all`.")
        )
        .takes(.paging)
        .gives(.page(.changePoint), "Found last first.")
        .refuses(.badCursor, .cursorMismatch, .tooMany)
        Route.get("change-points/:changePoint", "A change of level", by: .visible, use: read)
            .gives(.changePoint).refuses(.benchmarkRestricted)
    }

    private var access: ProjectAccess { ProjectAccess(projects: projects) }

    /// 200: found last first; 404.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        let project = try await access.project(in: context, for: .read)
        let query = try QueryParameters(request)
        var filter = try Self.filter(query)
        let binding =
            "change points \(project.id) \(filter.hashText) \(context.benchmarkPattern ?? "")"
        let page = try PageRequest(query, codec: cursors, binding: binding)
        let reached = ReachedBenchmarks { try await changePoints.benchmarks(of: project.id) }
        guard let benchmarks = try await reached.narrowed(filter.benchmarks, in: context) else {
            return ReachedBenchmarks.nothing
        }
        filter.benchmarks = benchmarks
        let found = try await changePoints.changePoints(
            of: project.id, filter, after: try page.after.map(Self.position),
            limit: page.limit + 1)
        let shown = found.prefix(page.limit)
        let next = found.count > page.limit ? shown.last : nil
        let cursor = next.flatMap { last in
            cursors.cursor(
                at: ListPosition(["\(last.record.foundAt.microseconds)", last.record.id.text]),
                binding: binding)
        }
        return .object([
            "items": .array(shown.map { JSONValue($0.record, of: $0.series) }),
            "next_cursor": cursor.map { .string($0) } ?? .null,
        ])
    }

    private static func filter(_ query: QueryParameters) throws(APIError) -> ChangePointStore.Filter
    {
        var filter = ChangePointStore.Filter()
        filter.benchmarks = query.values("benchmark")
        filter.series = try query.words("series_id") { SeriesID($0) }
        filter.directions = try query.words("direction") { Direction(rawValue: $0) }
        filter.kinds = try query.words("kind") { SeriesBoundary.Kind(rawValue: $0) }
        filter.commit = try query.words("commit") { CommitHash($0) }.first
        switch try query.single("state") {
        case nil, "active"?: break
        case "all"?: filter.withWithdrawn = true
        default: throw APIError(.invalidValue, "state is active or all.")
        }
        return filter
    }

    private static func position(
        _ position: ListPosition
    ) throws(APIError) -> ChangePointStore.Position {
        guard position.values.count == 2, let time = Int64(position.values[0]),
            let id = ChangePointID(position.values[1])
        else { throw APIError(.badCursor, "The cursor is not one that this list gave.") }
        return ChangePointStore.Position(foundAt: ServerTime(microseconds: time), id: id)
    }

    /// 200; 404.
    @Sendable private func read(_ request: Request, _ context: Context) async throws -> JSONValue {
        let id: ChangePointID = try context.pathIdentifier("changePoint")
        guard let found = try await changePoints.changePoint(id) else {
            throw ProjectAccess.unknownObject
        }
        _ = try await access.require(.read, on: found.record.project, in: context)
        try context.require(benchmark: found.series.key.benchmark)
        return JSONValue(found.record, of: found.series)
    }
}
