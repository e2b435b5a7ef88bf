import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// `/queue`: what is being measured, what waits and why, what has ended.
struct QueuePage: DashboardPage {
    let stores: DashboardStores
    let desk: DashboardDesk

    let pattern: RouterPath = "/queue"

    /// More jobs are not read; the page says so.
    static let jobsRead = 200
    private static let endedRead = 60
    private static let endedShown = 12

    func content(for call: PageCall) async throws -> PageContent {
        let facts = try await facts(for: call.viewer)
        return PageContent(
            .queue, title: PageTitle("Queue"), crumbs: [Crumb("Queue")], refresh: .seconds(30),
            scripts: [.renew], section: .queue,
            model: QueueModel(facts, viewer: call.viewer))
    }

    private func facts(for viewer: Viewer) async throws -> QueueModel.Facts {
        let jobs = try await stores.runs.queue(limit: Self.jobsRead)
        let live = try await stores.hosts.liveAttempts()
        let ended = try await stores.runs.endedRuns(limit: Self.endedRead)
        let runs = try await stores.runs.runs(jobs.map(\.run) + live.map(\.run))
        let projects = try await projects(
            Set(jobs.map(\.project) + live.map(\.project) + ended.map(\.project)))
        let seen = Set(projects.values.filter(viewer.sees).map(\.id))
        let visible = Array(ended.filter { seen.contains($0.project) }.prefix(Self.endedShown))
        return QueueModel.Facts(
            jobs: jobs, live: live, ended: visible, runs: runs, projects: projects, seen: seen,
            revisions: try await stores.revisions.revisions(of: Array(runs.values) + visible),
            hosts: try await stores.hosts.hosts(),
            clock: HostClock(now: desk.now(), unreachable: desk.unreachable),
            fleet: try await stores.hosts.waitingFleet(unreachable: desk.unreachable))
    }

    private func projects(
        _ ids: Set<ProjectID>
    ) async throws -> [ProjectID: ProjectStore.Project] {
        var found: [ProjectID: ProjectStore.Project] = [:]
        for id in ids { found[id] = try await stores.projects.project(id.text) }
        return found
    }
}

/// `POST /runs/:run/cancel`: as the API's call of the same name.
struct CancelRunAction: PageAction {
    let stores: DashboardStores
    let desk: DashboardDesk

    let pattern: RouterPath = "/runs/:run/cancel"

    func perform(_ call: FormCall) async throws -> ActionOutcome {
        let id: RunID = try call.context.pathIdentifier("run")
        guard let run = try await stores.runs.run(id) else { throw Viewer.nothing }
        let project = try call.viewer.require(try await stores.projects.project(run.project.text))
        let key = try call.context.require(.write, onProject: project.name)
        try await desk.cancels.cancel(
            .run(id), mode: .graceful, by: key.name, auditedAs: key.id)
        return .seeOther(PagePath.queue.text, cookie: nil)
    }
}
