import Analysis
package import FleetModel
import Hummingbird
import Identity
package import Pipeline
package import Storage
package import WebSupport

/// How a project's benchmarks moved together, over time and from one release to another.
package struct HeadlineRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let analyses: SeriesAnalysisStore
    let submitter: RunSubmitter
    let now: @Sendable () -> ServerTime

    package init(
        projects: ProjectStore, analyses: SeriesAnalysisStore, submitter: RunSubmitter,
        now: @escaping @Sendable () -> ServerTime
    ) {
        self.projects = projects
        self.analyses = analyses
        self.submitter = submitter
        self.now = now
    }

    package var subject: String { "Series" }

    package var routes: [Route<Context>] {
        Route.get(
            "projects/:project/headline", "How a project's benchmarks moved together",
            by: .visible, use: read
        )
        .takes(
            .one("metric", .text.usually("time"), "Of which metric."),
            .any("host_class", "Of a class of hosts."),
            .one("since", .text.usually("90d"), "A date, a time or days; not with `from`."),
            .one("from", "A tag, branch or commit."), .one("to", "A tag, branch or commit."),
            .one("repository", "In which repository they are.")
        )
        .gives(.headline)
        .refuses(
            .unknownRef, .unknownRepository, .missingField, .remoteUnreachable,
            .remoteAuthFailed, .remoteTimeout)
    }

    private static var moversShown: Int { 20 }

    /// 200: one entry per host class; 404 also for a revision that nobody knows.
    ///
    /// `since` (90d) or `from` and `to`, which are tags, branches or commits.
    @Sendable private func read(_ request: Request, _ context: Context) async throws -> JSONValue {
        let project = try await access.project(in: context, for: .read)
        let query = try QueryParameters(request)
        let metric = try query.single("metric") ?? "time"
        let (start, end) = try await ends(query, of: project)
        let tracks = try await analyses.tracks(of: project.id, metric: metric)
        let groups = HeadlineCourse.groups(try context.reached(tracks) { $0.key.benchmark })
        let wanted = query.values("host_class")
        let classes = groups.filter { wanted.isEmpty || wanted.contains($0.hostClass) }
        return .object([
            "metric": .string(metric), "from": Self.place(start), "to": Self.place(end),
            "host_classes": .array(
                try classes.map { try Self.entry($0, from: start, to: end) }),
        ])
    }

    private var access: ProjectAccess { ProjectAccess(projects: projects) }

    private typealias Ends = (start: HistoryMoment, end: HistoryMoment)

    private func ends(
        _ query: QueryParameters, of project: ProjectStore.Project
    ) async throws -> Ends {
        let from = try query.single("from")
        let to = try query.single("to")
        let now = HistoryMoment(position: nil, time: now())
        guard let from else {
            guard to == nil else {
                throw APIError(.missingField, "A comparison of releases needs from and to.")
            }
            guard let since = GivenTime.read(try query.single("since") ?? "90d") else {
                throw APIError(
                    .invalidValue, "since is a date, a time of RFC 3339, or days (90d).")
            }
            return (HistoryMoment(position: nil, time: since), now)
        }
        let all = try await projects.repositories(of: project.id)
        let name = try query.single("repository")
        guard let repository = name == nil ? all.first : all.first(where: { $0.name == name })
        else { throw APIError(.unknownRepository, "The project has no such repository.") }
        let start = try await submitter.revision(from, of: repository)
        guard let to else { return (Self.place(of: start), now) }
        let end = try await submitter.revision(to, of: repository)
        return (Self.place(of: start), Self.place(of: end))
    }

    private static func place(of revision: RevisionStore.Revision) -> HistoryMoment {
        HistoryMoment(position: revision.place?.position, time: revision.commitTime)
    }

    private static func place(_ place: HistoryMoment) -> JSONValue {
        .object([
            "position": place.position.map { .integer($0) } ?? .null,
            "time_us": .integer(place.time.microseconds),
        ])
    }

    private static func entry(
        _ entry: HeadlineCourse.Group, from start: HistoryMoment, to end: HistoryMoment
    ) throws -> JSONValue {
        let ratios = entry.course.ratios(from: start, to: end)
        let moved = zip(entry.course.tracks, ratios).compactMap { series, ratio in
            ratio.map { (series: series, ratio: $0) }
        }
        let size = { (ratio: Double) in max(ratio, 1 / ratio) }
        let largest = moved.filter { $0.ratio != 1 }.sorted {
            (size($0.ratio), $1.series.series) > (size($1.ratio), $0.series.series)
        }.prefix(moversShown)
        return .object([
            "host_class": .string(entry.hostClass),
            "better": .string(entry.better.rawValue),
            "index": try entry.course.index(from: start, to: end).map(index) ?? .null,
            "missing": .integer(ratios.count - moved.count),
            "course": .array(
                try entry.course.course(from: start, to: end, limit: 500).map { point in
                    .object([
                        "position": point.moment.position.map { .integer($0) } ?? .null,
                        "time_us": .integer(point.moment.time.microseconds),
                        "index": index(point.index),
                    ])
                }),
            "movers": .array(
                largest.map { mover in
                    .object([
                        "series_id": .string(mover.series.series.text),
                        "benchmark": .string(mover.series.key.benchmark),
                        "params": .parameters(mover.series.key.parameters),
                        "ratio": .real(mover.ratio),
                    ])
                }),
        ])
    }

    private static func index(_ index: HeadlineCourse.Index) -> JSONValue {
        .object([
            "ratio": .real(index.ratio), "low": index.low.map { .real($0) } ?? .null,
            "high": index.high.map { .real($0) } ?? .null, "series": .integer(index.count),
        ])
    }
}
