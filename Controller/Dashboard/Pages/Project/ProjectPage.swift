import FleetModel
import Hummingbird
import Storage
import WebSupport

/// `/p/NAME`: how a project stands: its newest runs, what got worse, what is being measured.
struct ProjectPage: DashboardPage {
    let stores: DashboardStores

    let pattern: RouterPath = "/p/:project"

    private static let runsShown = 30
    private static let changesShown = 8
    /// The newest comparisons among which regressions are looked for.
    static let comparisonsRead = 50
    private static let openShown = 50

    func content(for call: PageCall) async throws -> PageContent {
        let name = try call.context.pathText("project")
        let project = try call.viewer.require(try await stores.projects.project(name))
        let facts = try await facts(of: project, before: try before(call.query))
        let title = project.title ?? project.name
        return PageContent(
            .project, title: PageTitle(title),
            crumbs: [.projects, Crumb(project.name)],
            refresh: facts.open.isEmpty ? nil : .seconds(30), model: ProjectModel(facts))
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
        let changes = try await stores.comparisons.regressions(
            of: project.id, inNewest: Self.comparisonsRead, limit: Self.changesShown)
        return ProjectModel.Facts(
            project: project,
            repositories: try await stores.projects.repositories(of: project.id),
            runs: Array(runs.prefix(Self.runsShown)), hasOlder: runs.count > Self.runsShown,
            isFirstPage: before == nil, open: open, changes: changes,
            revisions: try await stores.revisions.revisions(of: runs + open))
    }
}
