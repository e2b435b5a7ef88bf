import FleetModel
import Hummingbird
import Storage
import WebSupport

/// `/p/NAME/series`: everything that a project measures over its commits.
struct SeriesListPage: DashboardPage {
    let stores: DashboardStores

    let pattern: RouterPath = "/p/:project/series"

    private static let linesShown = 60
    private static let pointsShown = 40

    func content(for call: PageCall) async throws -> PageContent {
        let name = try call.context.pathText("project")
        let project = try call.viewer.require(try await stores.projects.project(name))
        var filter = SeriesStore.Filter()
        filter.text = try call.query.single("q").flatMap { $0.isEmpty ? nil : $0 }
        filter.metrics = call.query.values("metric").filter { !$0.isEmpty }
        let after = try await after(call.query, in: project)
        let found = try await stores.series.series(
            of: project.id, filter, after: after, limit: Self.linesShown + 1)
        let shown = Array(found.prefix(Self.linesShown))
        let recent = try await stores.series.points(
            of: shown.map(\.record), newest: Self.pointsShown)
        let isMember = call.viewer.readsAsMember(of: project)
        let known = try await stores.series.analyses.analyses(of: shown.map(\.record.id))
        let lines = zip(shown, recent).map {
            SeriesLine(
                $0, recent: $1.points, analysis: known[$0.record.id], isMember: isMember)
        }
        return PageContent(
            .serieslist, title: PageTitle("Series, \(project.name)"),
            crumbs: [
                .projects, Crumb(project.name, .project(project.name)), Crumb("Series"),
            ],
            model: SeriesListModel(
                project: project.name, filter: filter, lines: lines,
                next: found.count > Self.linesShown ? shown.last?.record.id : nil,
                isFirstPage: after == nil))
    }

    private func after(
        _ query: QueryParameters, in project: ProjectStore.Project
    ) async throws -> SeriesStore.Position? {
        guard let text = try query.single("after") else { return nil }
        guard let id = SeriesID(text), let last = try await stores.series.series(id),
            last.record.key.project == project.id
        else { throw Viewer.nothing }
        return SeriesStore.Position(benchmark: last.record.key.benchmark, id: id)
    }
}

/// What the list of a project's series shows.
struct SeriesListModel: Sendable {
    let project: ForeignText
    let action: String
    let text: ForeignText?
    let metric: ForeignText?
    let lines: [SeriesLine]
    let isEmpty: Bool
    let isFiltered: Bool
    let older: String?
    let isLaterPage: Bool
    let document: String

    init(
        project: String, filter: SeriesStore.Filter, lines: [SeriesLine], next: SeriesID?,
        isFirstPage: Bool
    ) {
        self.project = ForeignText(project)
        let address = PagePath.seriesList(project: project).text
        action = address
        text = filter.text.map { ForeignText($0) }
        metric = filter.metrics.first.map { ForeignText($0) }
        self.lines = lines
        isEmpty = lines.isEmpty
        isFiltered = filter.text != nil || !filter.metrics.isEmpty
        var query: [(String, String)] = []
        if let text = filter.text { query.append(("q", text)) }
        query += filter.metrics.map { ("metric", $0) }
        older = next.map { PagePath.query(address, query + [("after", $0.text)]) }
        isLaterPage = !isFirstPage
        document = DocumentPath.seriesList(project: project).text
    }
}
