import FleetModel
import Hummingbird
import Storage
import WebSupport

/// `/requests/ID`: what a trigger asked for, commit by commit, and which commit is to blame.
struct RequestPage: DashboardPage {
    let stores: DashboardStores

    let pattern: RouterPath = "/requests/:request"

    /// Changed rows that are read for a request.
    private static let changesRead = 5000

    func content(for call: PageCall) async throws -> PageContent {
        let id: FleetModel.RequestID = try call.context.pathIdentifier("request")
        guard let request = try await stores.runs.request(id) else { throw Viewer.nothing }
        let project = try call.viewer.require(
            try await stores.projects.project(request.project.text))
        let model = RequestModel(
            RequestModel.Facts(
                project: project, request: request,
                revisions: try await stores.revisions.revisions(of: request.runs),
                changes: try await stores.comparisons.changes(in: id, limit: Self.changesRead)))
        return PageContent(
            .request, title: PageTitle("\(model.span), \(project.name)"),
            crumbs: [
                .projects, Crumb(project.name, .project(project.name)),
                Crumb("Request \(model.span)"),
            ],
            refresh: request.state.isTerminal ? nil : .seconds(10), model: model)
    }
}
