import FleetModel
import Hummingbird
import Storage
import WebSupport

/// `/p/NAME`: how a project stands: its newest runs, what got worse, what is being measured.
struct ProjectPage: DashboardPage {
    let stores: DashboardStores
    let desk: DashboardDesk

    let pattern: RouterPath = "/p/:project"

    private static let runsShown = 30
    private static let changesShown = 8
    /// The newest comparisons among which regressions are looked for.
    static let comparisonsRead = 50
    private static let openShown = 50
    private static let seriesShown = 12
    /// Of each series, for its small line.
    private static let pointsShown = 40

    func content(for call: PageCall) async throws -> PageContent {
        let name = try call.context.pathText("project")
        let project = try call.viewer.require(try await stores.projects.project(name))
        let facts = try await facts(of: project, before: try before(call.query))
        let title = project.title ?? project.name
        return PageContent(
            .project, title: PageTitle(title),
            crumbs: [.projects, Crumb(project.name)],
            refresh: facts.open.isEmpty ? nil : .seconds(30), section: .overview,
            project: project.name, model: ProjectModel(facts))
    }

    private func before(_ query: QueryParameters) throws(APIError) -> RunID? {
        guard let text = try query.single("before") else { return nil }
        guard let run = RunID(text) else { throw Viewer.nothing }
        return run
    }

    private func facts(
        of project: ProjectStore.Project, before: RunID?
    ) async throws -> ProjectModel.Facts {
        var filter = RunStore.Filter()
        filter.project = project.id
        if let before {
            let anchor = try await stores.runs.run(before)
            guard let anchor, anchor.project == project.id else { throw Viewer.nothing }
            filter.after = RunStore.Position(createdAt: anchor.createdAt, run: anchor.id)
        }
        let runs = try await stores.runs.runs(filter, limit: Self.runsShown + 1)
        let open = try await stores.runs.openRuns(of: project.id, limit: Self.openShown)
        let changes = try await stores.comparisons.movers(
            of: project.id, inNewest: Self.comparisonsRead, limit: Self.changesShown)
        let series = before == nil ? try await series(of: project) : []
        let headline = before == nil ? try await headline(of: project) : nil
        return ProjectModel.Facts(
            project: project,
            repositories: try await stores.projects.repositories(of: project.id),
            runs: Array(runs.prefix(Self.runsShown)), hasOlder: runs.count > Self.runsShown,
            isFirstPage: before == nil, open: open, changes: changes,
            sparks: try await sparks(of: changes), series: series, headline: headline,
            now: desk.now(),
            revisions: try await stores.revisions.revisions(of: runs + open))
    }

    /// The first series of the metrics that most projects judge.
    private func series(of project: ProjectStore.Project) async throws -> [SeriesLine] {
        var filter = SeriesStore.Filter()
        filter.metrics = ["time", "throughput", "latency"]
        let found = try await stores.series.series(
            of: project.id, filter, after: nil, limit: Self.seriesShown)
        let recent = try await stores.series.points(
            of: found.map(\.record), newest: Self.pointsShown)
        return zip(found, recent).map {
            SeriesLine($0, recent: $1.points, isMember: false)
        }
    }

    /// Of the first metric of the usual ones that is measured.
    private func headline(of project: ProjectStore.Project) async throws -> HeadlinePanel? {
        for metric in HeadlinePanel.metrics {
            let tracks = try await stores.series.analyses.tracks(of: project.id, metric: metric)
            let panel = try HeadlinePanel(
                tracks, project: project.name, metric: metric, at: desk.now())
            if let panel { return panel }
        }
        return nil
    }

    private func sparks(
        of changes: [ComparisonStore.Change]
    ) async throws -> [SeriesID: Sparkline] {
        var records: [SeriesRecord] = []
        for id in Set(changes.compactMap(\.row.series)) {
            guard let found = try await stores.series.series(id) else { continue }
            records.append(found.record)
        }
        let recent = try await stores.series.points(of: records, newest: Self.pointsShown)
        var sparks: [SeriesID: Sparkline] = [:]
        for (record, points) in zip(records, recent) {
            sparks[record.id] = Sparkline(points.points)
        }
        return sparks
    }
}
