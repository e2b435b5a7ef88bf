import FleetModel
import Hummingbird
import Storage
import WebSupport

/// `/runs/ID`: what one run measured, whether it can be trusted, and why it failed.
struct RunPage: DashboardPage {
    let stores: DashboardStores

    let pattern: RouterPath = "/runs/:run"

    private static let signalsRead = 5000

    func content(for call: PageCall) async throws -> PageContent {
        let id: RunID = try call.context.pathIdentifier("run")
        guard let run = try await stores.runs.run(id) else { throw Viewer.nothing }
        let project = try call.viewer.require(
            try await stores.projects.project(run.project.text))
        let facts = try await facts(
            of: run, in: project, for: call.viewer, choice: try choice(call.query))
        return PageContent(
            .run, title: PageTitle("\(run.commitText), \(project.name)"),
            crumbs: [
                .projects, Crumb(project.name, .project(project.name)),
                Crumb("Run \(run.commitText)"),
            ],
            refresh: run.state.isTerminal ? nil : .seconds(10),
            scripts: run.state.isTerminal ? [] : [.live], model: RunModel(facts))
    }

    /// Nil where the address names no samples.
    private func choice(_ query: QueryParameters) throws(APIError) -> SampleDetail.Choice? {
        guard let benchmark = try query.single("benchmark"),
            let metric = try query.single("metric")
        else { return nil }
        var parameters: [String: String] = [:]
        if let text = try query.single("params"),
            case .object(let members)? = try? JSONParser.parse(Array(text.utf8))
        {
            for case (let name, .string(let value)) in members { parameters[name] = value }
        }
        return SampleDetail.Choice(
            benchmark: benchmark, parameters: Parameters(parameters), metric: metric)
    }

    func facts(
        of run: RunRecord, in project: ProjectStore.Project, for viewer: Viewer,
        choice: SampleDetail.Choice? = nil
    ) async throws -> RunModel.Facts {
        let commits = [run.commit] + (run.base.map { [$0.commit] } ?? [])
        let attempts = try await stores.runs.attempts(of: run.id)
        let isMember = viewer.readsAsMember(of: project)
        let counted = attempts.last { $0.isCounted } ?? attempts.last
        return RunModel.Facts(
            project: project, run: run,
            revisions: try await stores.revisions.revisions(commits, in: run.repository),
            request: try await stores.runs.request(run.request),
            jobs: try await stores.runs.jobs(of: run.id), attempts: attempts,
            timelines: try await timelines(of: attempts),
            hosts: isMember ? try await hosts(of: attempts) : [:],
            receipts: try await counted.asyncMap {
                try await stores.measurements.receipts(of: $0.id)
            } ?? [],
            comparison: try await stores.comparisons.comparison(of: run.id),
            exclusions: try await stores.runs.exclusions.exclusions(of: run.id),
            measurements: try await stores.measurements.measurements(
                of: run.id, withSamples: true),
            cases: try await stores.measurements.cases(of: run.id),
            signals: try await counted.asyncMap {
                try await stores.measurements.signals(of: $0.id, limit: Self.signalsRead)
            } ?? [],
            log: try await log(of: attempts, isMember),
            artifacts: isMember ? try await stores.artifacts.artifacts(of: run.id) : [],
            baseEnvironment: isMember ? try await baseEnvironment(of: run) : nil,
            dependencies: try await dependencies(of: run), isMember: isMember, choice: choice)
    }

    private func dependencies(of run: RunRecord) async throws -> DependencyTable? {
        let base =
            run.base == nil ? nil : try await stores.dependencies.lockfiles(of: run, .base)
        return DependencyTable(
            try await stores.dependencies.lockfiles(of: run, .candidate), base: base, of: run.id)
    }

    private func timelines(
        of attempts: [AttemptRecord]
    ) async throws -> [AttemptID: [RunStore.TimelineEntry]] {
        var timelines: [AttemptID: [RunStore.TimelineEntry]] = [:]
        for attempt in attempts {
            timelines[attempt.id] = try await stores.runs.timeline(of: attempt.id)
        }
        return timelines
    }

    /// Of the newest run of the base's commit that measured something on this class of hosts.
    private func baseEnvironment(of run: RunRecord) async throws -> EnvironmentTable.Other? {
        guard let base = run.base else { return nil }
        var filter = RunStore.Filter()
        filter.project = run.project
        filter.commit = base.commit.text
        filter.hostClass = run.hostClass
        let found = try await stores.runs.runs(filter, limit: 20)
        guard let other = found.first(where: \.isWhole) ?? found.first(where: \.hasResults)
        else { return nil }
        let attempts = try await stores.runs.attempts(of: other.id)
        guard let counted = attempts.last(where: \.isCounted) else { return nil }
        return EnvironmentTable.Other(
            run: other, receipts: try await stores.measurements.receipts(of: counted.id))
    }

    private func hosts(of attempts: [AttemptRecord]) async throws -> [HostID: HostRecord] {
        var hosts: [HostID: HostRecord] = [:]
        for id in Set(attempts.map(\.host)) { hosts[id] = try await stores.hosts.host(id) }
        return hosts
    }

    /// The end of the newest attempt's log that has one, or may still get one.
    private func log(
        of attempts: [AttemptRecord], _ isMember: Bool
    ) async throws -> RunModel.Log {
        let withLog = attempts.last { $0.logBytes > 0 || !$0.state.isTerminal }
        guard let attempt = withLog else { return .none }
        guard isMember else {
            return attempt.logBytes > 0 ? .withheld(bytes: attempt.logBytes) : .none
        }
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
