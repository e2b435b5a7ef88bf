import FleetModel
import Hummingbird
import Storage
import WebSupport

/// `/series/ID`: when a metric of a benchmark changed on a host, and by how much.
struct SeriesPage: DashboardPage {
    let stores: DashboardStores
    let licence: String

    let pattern: RouterPath = "/series/:series"

    private static let relativesShown = 50

    func content(for call: PageCall) async throws -> PageContent {
        let id: SeriesID = try call.context.pathIdentifier("series")
        guard let series = try await stores.series.series(id) else { throw Viewer.nothing }
        let key = series.record.key
        let project = try call.viewer.require(
            try await stores.projects.project(key.project.text))
        let query = try SeriesQuery(call.query, series: id, project: project.name)
        let all = try await stores.series.points(
            of: series.record, on: .init(query.branch, main: project.defaultBranch),
            newest: query.wanted)
        let steps = SeriesSteps(
            try await stores.series.changePoints.active(of: id, limit: SeriesStore.pointsLimit))
        let facts = SeriesModel.Facts(
            series: series, all: all, window: query.window(of: all.points), query: query,
            relatives: try await stores.series.relatives(
                of: series.record, limit: Self.relativesShown),
            analysis: try await stores.series.analyses.analysis(of: id), steps: steps,
            isMember: call.viewer.readsAsMember(of: project), licence: licence)
        return PageContent(
            .series, title: PageTitle("\(key.benchmark) \(key.metric.name)"),
            crumbs: [
                .projects, Crumb(project.name, .project(project.name)),
                Crumb("Series", .seriesList(project: project.name)), Crumb(key.benchmark),
            ],
            scripts: [.dygraphs, .series], model: SeriesModel(facts))
    }
}
