import Analysis
package import FleetModel
import Hummingbird
import Identity
package import Pipeline
package import Storage
package import WebSupport

/// A project at a glance: how it stands, and which cells look bad or stale (API contract, §3.2 and
/// §3.4).
package struct OverviewRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let series: SeriesStore
    let comparisons: ComparisonStore
    let submitter: RunSubmitter
    let now: @Sendable () -> ServerTime

    package init(
        projects: ProjectStore, series: SeriesStore, comparisons: ComparisonStore,
        submitter: RunSubmitter, now: @escaping @Sendable () -> ServerTime
    ) {
        self.projects = projects
        self.series = series
        self.comparisons = comparisons
        self.submitter = submitter
        self.now = now
    }

    package var subject: String { "Series" }

    package var routes: [Route<Context>] {
        Route.get("projects/:project/overview", "How a project stands", by: .visible, use: overview)
            .takes(
                .one("metric", .text.usually("time"), "Of which metric the index is."),
                .one("days", .integer(1...3650).usually(30), "Over how many days.")
            ).gives(.overview)
        Route.get(
            "projects/:project/matrix", "Benchmarks by classes of hosts", by: .visible,
            use: matrix
        )
        .takes(
            .one("metric", .text.usually("time"), "Of which metric."),
            .one(
                "value", .words(MatrixTable.Value.self),
                "Rows stand by this, the worst first; else by name.")
        ).gives(.matrix)
    }

    private var access: ProjectAccess { ProjectAccess(projects: projects) }

    private static var comparisonsRead: Int { 100 }
    private static var moversShown: Int { 20 }
    private static var seriesRead: Int { 2_000 }
    private static var runsRead: Int { 200 }

    /// 200; nothing is fetched for it.
    @Sendable private func overview(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let project = try await access.project(in: context, for: .read)
        let query = try QueryParameters(request)
        let days = try query.integer("days", in: 1...3650) ?? 30
        let end = now()
        let since = end + .seconds(-86_400 * Int64(days))
        let tracks = try await series.analyses.tracks(
            of: project.id, metric: try query.single("metric") ?? "time")
        let movers = try await comparisons.movers(
            of: project.id, inNewest: Self.comparisonsRead, limit: Self.moversShown)
        return .members([
            "index": .array(
                try Self.index(try context.reached(tracks) { $0.key.benchmark }, since, end)),
            "freshness": try await freshness(project),
            "coverage": try await coverage(project, since),
            "movers": .array(
                try context.reached(movers) { $0.row.benchmark }.map(OverviewReply.mover)),
        ])
    }

    private static func index(
        _ tracks: [SeriesTrack], _ since: ServerTime, _ end: ServerTime
    ) throws -> [JSONValue] {
        let (start, end) = (
            HistoryMoment(position: nil, time: since), HistoryMoment(position: nil, time: end)
        )
        return try HeadlineCourse.groups(tracks).compactMap { group in
            try group.course.index(from: start, to: end).map {
                OverviewReply.index($0, of: group, since: since)
            }
        }
    }

    private func freshness(_ project: ProjectStore.Project) async throws -> JSONValue {
        guard let newest = try await series.newestCommit(of: project.id) else { return .null }
        let all = try await projects.repositories(of: project.id)
        var gap: Int?
        if let repository = all.first(where: { $0.id == newest.repository }) {
            gap = await submitter.commitsKnown(
                after: newest.commit, of: repository.defaultBranch ?? project.defaultBranch,
                in: repository)
        }
        return .members([
            "last_commit": .string(newest.commit.text),
            "last_us": .integer(newest.measuredAt.microseconds),
            "gap": gap.map { .integer($0) } ?? .null,
        ])
    }

    private func coverage(
        _ project: ProjectStore.Project, _ since: ServerTime
    ) async throws -> JSONValue {
        guard let newest = try await series.newestCommit(of: project.id) else { return .null }
        let found = try await series.coverage(of: newest.commit, since: since, in: project.id)
        return .object([
            "measured": .integer(found.measured), "expected": .integer(found.expected),
        ])
    }

    /// 200: a row for each benchmark, a cell for each class of hosts or null.
    @Sendable private func matrix(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let project = try await access.project(in: context, for: .read)
        let query = try QueryParameters(request)
        let value: MatrixTable.Value? = try query.word("value")
        let metric = try query.single("metric") ?? "time"
        var filter = SeriesStore.Filter()
        filter.metrics = [metric]
        let found = try context.reached(
            try await series.series(
                of: project.id, filter, after: nil, limit: Self.seriesRead)
        ) { $0.record.key.benchmark }
        let points = try await series.points(of: found.map(\.record), newest: 1)
        let table = MatrixTable(
            found, newest: points.map(\.points.last),
            analyses: try await series.analyses.analyses(of: found.map(\.record.id)),
            ends: try await ends(of: project, context), at: now())
        return OverviewReply.value(table, metric: metric, by: value)
    }
    private func ends(
        of project: ProjectStore.Project, _ context: Context
    ) async throws -> [SeriesStore.Cell: CaseState] {
        let all = try await series.lastEnds(of: project.id, inNewest: Self.runsRead)
        let cells = Set(try context.reached(Array(all.keys)) { $0.benchmark })
        return all.filter { cells.contains($0.key) }
    }
}
