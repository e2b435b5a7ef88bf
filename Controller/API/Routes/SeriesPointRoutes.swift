import Analysis
package import FleetModel
import Hummingbird
import Identity
package import Storage
package import WebSupport

/// The points of one series, or of several at once (API contract, §3.4).
package struct SeriesPointRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let series: SeriesStore
    let dependencies: DependencyStore
    /// Of a project's repositories, as far as they are known here.
    let tags: @Sendable (ProjectStore.Project) async throws -> [CommitHash: [String]]

    package init(
        projects: ProjectStore, series: SeriesStore, dependencies: DependencyStore,
        tags: @escaping @Sendable (ProjectStore.Project) async throws -> [CommitHash: [String]]
    ) {
        self.projects = projects
        self.series = series
        self.dependencies = dependencies
        self.tags = tags
    }

    package var subject: String { "Series" }

    package var routes: [Route<Context>] {
        Route.get("series/:series/points", "Its points", by: .visible, use: one)
            .takes(
                .one("from", "A commit or a time."), .one("to", "A commit or a time."),
                .one("branch", "The default branch unless given; `*` for all."),
                .one(
                    "max_points", Self.limits.usually(2000),
                    "More are thinned out; extremes and changes stay."),
                .one("epoch", "Of one platform epoch."),
                .one("layout", .words(["columns"]), "A list for each member of a point.")
            )
            .gives(.seriesPoints, "In the order of commits.")
            .refuses(.badRange, .benchmarkRestricted)
        Route.post("series/points", "The points of several series", by: .visible, use: several)
            .reads(
                .body([
                    "series": .list(.text, most: Int64(Self.mostSeries)), "from?": .text,
                    "to?": .text, "branch?": .text, "max_points?": Self.limits, "epoch?": .text,
                    "layout?": .words(["columns"]),
                ])
            )
            .gives(.severalPoints, "In the order asked.")
            .refuses(.tooMany, .outOfRange)
    }

    private static var limits: JSONSchema { .integer(10...Int64(SeriesStore.readLimit)) }

    /// 200: in the order of commits, those of the default branch unless `branch` names another
    /// one (`*`: all). More than `max_points` are thinned out, extremes and changes stay.
    @Sendable private func one(_ request: Request, _ context: Context) async throws -> JSONValue {
        let id: SeriesID = try context.pathIdentifier("series")
        let query = try QueryParameters(request)
        guard let found = try await visible(id, context) else {
            throw ProjectAccess.unknownObject
        }
        try context.require(benchmark: found.series.record.key.benchmark)
        let wish = try PointsWish(
            from: try query.single("from"), to: try query.single("to"),
            branch: try query.single("branch"),
            limit: try query.integer("max_points", in: PointsWish.limits),
            epoch: try query.single("epoch"), layout: try query.single("layout"))
        guard let answer = try await reply(found, wish) else {
            throw APIError(.badRange, "An end of the range is no commit of the series.")
        }
        var members = answer.members
        let marks = SeriesMarks(
            tags: try await tags(found.project),
            steps: try await dependencies.steps(
                of: found.series.record, over: answer.wanted.map(\.point.run)))
        members["marks"] = marks.value(on: answer.wanted)
        return .object(members)
    }

    private struct SeveralRequest: Decodable {
        let series: [String]
        let from: String?
        let to: String?
        let branch: String?
        let maxPoints: Int?
        let epoch: String?
        let layout: String?

        private enum CodingKeys: String, CodingKey {
            case series, from, to, branch, epoch, layout
            case maxPoints = "max_points"
        }

        func wish() throws -> PointsWish {
            if let maxPoints, !PointsWish.limits.contains(maxPoints) {
                throw APIError(
                    .outOfRange,
                    "max_points is \(PointsWish.limits.lowerBound) to "
                        + "\(PointsWish.limits.upperBound).", details: ["pointer": "/max_points"])
            }
            return try PointsWish(
                from: from, to: to, branch: branch, limit: maxPoints, epoch: epoch, layout: layout)
        }
    }

    private static var mostSeries: Int { 50 }
    private static var mostPoints: Int { 100_000 }

    /// 200: each as by itself, in the order asked. `missing` are those that there are not for the
    /// caller, or that have no commit of the range.
    @Sendable private func several(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let body = try await request.decodeBody(SeveralRequest.self, context: context)
        let wish = try body.wish()
        guard body.series.count <= Self.mostSeries else {
            throw APIError(
                .tooMany, "At most \(Self.mostSeries) series are read at once.",
                details: ["pointer": "/series"])
        }
        guard body.series.count * wish.limit <= Self.mostPoints else {
            throw APIError(
                .tooMany,
                "\(body.series.count) series of up to \(wish.limit) points are more than "
                    + "\(Self.mostPoints) points: ask for a smaller max_points.",
                details: ["pointer": "/max_points"])
        }
        var found: [JSONValue] = []
        var missing: [JSONValue] = []
        for text in body.series {
            guard let id = SeriesID(text), let known = try await visible(id, context),
                try context.reaches(benchmark: known.series.record.key.benchmark),
                var members = try await reply(known, wish)?.members
            else {
                missing.append(.string(text))
                continue
            }
            members["id"] = .string(id.text)
            found.append(.object(members))
        }
        return .object(["series": .array(found), "missing": .array(missing)])
    }

    private typealias Visible = (series: SeriesStore.Overview, project: ProjectStore.Project)

    /// Nil for one that there is not for the caller.
    private func visible(_ id: SeriesID, _ context: Context) async throws -> Visible? {
        guard let found = try await series.series(id),
            let project = try await projects.project(found.record.key.project.text),
            ProjectAccess.isVisible(project, in: context)
        else { return nil }
        return (found, project)
    }

    /// Nil where an end of the range is no commit of the series.
    private func reply(
        _ found: Visible, _ wish: PointsWish
    ) async throws -> SeriesReply? {
        let record = found.series.record
        let all = try await series.points(
            of: record,
            on: SeriesStore.Branch(wish.branch, main: found.project.defaultBranch),
            newest: SeriesStore.readLimit)
        guard let selected = wish.range.select(all.points) else { return nil }
        return SeriesReply(
            series: found.series, analysis: try await series.analyses.analysis(of: record.id),
            changePoints: try await series.changePoints.active(of: record.id, limit: 5000),
            all: all, excluded: try await series.excluded(from: record),
            wanted: selected.filter { wish.epoch == nil || $0.point.epoch == wish.epoch },
            limit: wish.limit, isInColumns: wish.isInColumns)
    }
}

/// Which points of a series are asked for, and in which form.
private struct PointsWish {
    static let limits = 10...SeriesStore.readLimit

    let range: PointRange
    let branch: String?
    let limit: Int
    let epoch: String?
    let isInColumns: Bool

    /// - Throws: 400 for a layout that there is not.
    init(
        from: String?, to: String?, branch: String?, limit: Int?, epoch: String?, layout: String?
    ) throws(APIError) {
        guard layout == nil || layout == "columns" else {
            throw APIError(.invalidValue, "The layout is columns, or absent.")
        }
        range = PointRange(from: from, to: to)
        self.branch = branch
        self.limit = limit ?? 2000
        self.epoch = epoch
        isInColumns = layout != nil
    }
}
