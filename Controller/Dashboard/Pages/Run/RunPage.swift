import FleetModel
import Hummingbird
import Storage
import WebSupport

/// `/runs/ID`: what one run measured, whether it can be trusted, and why it failed.
struct RunPage: DashboardPage {
    let stores: DashboardStores

    let pattern: RouterPath = "/runs/:run"

    func content(for call: PageCall) async throws -> PageContent {
        let id: RunID = try call.context.pathIdentifier("run")
        guard let run = try await stores.runs.run(id) else { throw Viewer.nothing }
        let project = try call.viewer.require(
            try await stores.projects.project(run.project.text))
        let facts = try await facts(of: run, in: project, for: call.viewer)
        return PageContent(
            .run, title: PageTitle("\(run.commit.short), \(project.name)"),
            crumbs: [
                .projects, Crumb(project.name, .project(project.name)),
                Crumb("Run \(run.commit.short)"),
            ],
            refresh: run.state.isTerminal ? nil : .seconds(10), model: RunModel(facts))
    }

    func facts(
        of run: RunRecord, in project: ProjectStore.Project, for viewer: Viewer
    ) async throws -> RunModel.Facts {
        let commits = [run.commit] + (run.base.map { [$0.commit] } ?? [])
        let attempts = try await stores.runs.attempts(of: run.id)
        let isMember = viewer.readsAsMember(of: project)
        let counted = attempts.last { $0.isCounted } ?? attempts.last
        return RunModel.Facts(
            project: project, run: run,
            revisions: try await stores.revisions.revisions(commits, in: run.repository),
            request: try await stores.runs.request(run.request), attempts: attempts,
            hosts: isMember ? try await hosts(of: attempts) : [:],
            receipts: try await counted.asyncMap {
                try await stores.measurements.receipts(of: $0.id)
            } ?? [],
            comparison: try await stores.comparisons.comparison(of: run.id),
            measurements: try await stores.measurements.measurements(
                of: run.id, withSamples: true),
            cases: try await stores.measurements.cases(of: run.id),
            log: try await log(of: attempts, isMember))
    }

    private func hosts(of attempts: [AttemptRecord]) async throws -> [HostID: HostRecord] {
        var hosts: [HostID: HostRecord] = [:]
        for id in Set(attempts.map(\.host)) { hosts[id] = try await stores.hosts.host(id) }
        return hosts
    }

    /// The end of the newest attempt's log that has one.
    private func log(
        of attempts: [AttemptRecord], _ isMember: Bool
    ) async throws -> RunModel.Log {
        guard let attempt = attempts.last(where: { $0.logBytes > 0 }) else { return .none }
        guard isMember else { return .withheld(bytes: attempt.logBytes) }
        let start = max(0, attempt.logBytes - Int64(LogTail.limit))
        let slice = try await stores.logs.slice(
            of: attempt.id, from: start, limit: LogTail.limit)
        return slice.map { .tail(LogTail($0), of: attempt) } ?? .none
    }
}

extension Optional where Wrapped: Sendable {
    fileprivate func asyncMap<Result: Sendable>(
        _ transform: (Wrapped) async throws -> Result
    ) async throws -> Result? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
