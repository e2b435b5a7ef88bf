import Hummingbird
import Storage

/// `/`: the projects that the caller may see.
struct ProjectsPage: DashboardPage {
    let stores: DashboardStores

    let pattern: RouterPath = "/"

    /// More are not listed; the API has them all.
    private static let limit = 200

    func content(for call: PageCall) async throws -> PageContent {
        let found = try await visible(to: call.viewer)
        let shown = Array(found.prefix(Self.limit))
        let newest = try await stores.runs.newestRuns(of: shown.map(\.id))
        let revisions = try await stores.revisions.revisions(of: Array(newest.values))
        let model = ProjectsModel(
            lines: shown.map { project in
                let run = newest[project.id]
                return ProjectsModel.Line(
                    project, run: run, revision: run.flatMap { revisions[CommitKey($0)] })
            }, isCut: found.count > shown.count, isAnonymous: call.viewer.name == nil)
        return PageContent(
            .projects, title: PageTitle("Projects"), crumbs: [Crumb("Projects")],
            section: .projects,
            model: model)
    }

    /// One more than the limit at most.
    private func visible(to viewer: Viewer) async throws -> [ProjectStore.Project] {
        var visible: [ProjectStore.Project] = []
        var after = ""
        while visible.count <= Self.limit {
            let found = try await stores.projects.projects(after: after, limit: Self.limit)
            visible += found.filter(viewer.sees)
            guard found.count == Self.limit, let last = found.last else { break }
            after = last.name
        }
        return Array(visible.prefix(Self.limit + 1))
    }
}
