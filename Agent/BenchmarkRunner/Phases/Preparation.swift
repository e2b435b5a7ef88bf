import CrashPoints
import FleetModel
import GitRemote
import Isolation
import Workspaces

/// Brings all revisions onto the host and builds them, before anything is measured.
struct Preparation: Sendable {
    let plan: AttemptPlan
    let host: RunnerHost
    let cancellation: AttemptCancellation
    let recorder: EventRecorder

    /// Returns: one side for each revision, in the plan's order. A base that does not build is a
    /// failed side: the candidate is measured all the same, and has nothing to compare with.
    func run() async throws(RunnerStop) -> [Side] {
        let address: RemoteURL
        do throws(RemoteURLFailure) {
            address = try RemoteURL(
                plan.repository.address, allowing: host.workspaces.settings.transports)
        } catch {
            throw .failed(WorkspaceFailure.addressRefused(error).failure)
        }
        try? host.workspaces.builds?.giveWay()
        var workspaces: [Workspace] = []
        for revision in plan.revisions {
            workspaces.append(try await fetch(revision, from: address))
        }
        var sides: [Side] = []
        for workspace in workspaces {
            var side = Side(role: workspace.role, workspace: workspace)
            side.failure = try await build(workspace)
            try recordDependencies(workspace)
            sides.append(side)
        }
        return sides
    }

    private func fetch(
        _ revision: RevisionPlan, from address: RemoteURL
    ) async throws(RunnerStop) -> Workspace {
        try await checkpoint(.fetch)
        let start = try begin(.fetch, revision.role)
        recorder.say("fetch \(revision.role.rawValue) \(revision.commit.short)")
        CrashPoint.fetchBegun.reach()
        let source = plan.repository
        let request = CheckoutRequest(
            repository: source.id, url: address,
            credential: source.token.flatMap { GitCredential(token: $0) },
            attempt: plan.attempt, role: revision.role, commit: revision.commit,
            depth: source.depth, submodules: Self.submodules(source.submodules),
            patch: revision.patch)
        let workspace: Workspace
        let launches = LaunchReceipts(revision.role)
        do throws(WorkspaceFailure) {
            let sink = recorder.sink
            workspace = try await host.workspaces.prepare(
                request, cancellation: cancellation.launches, output: { sink.log($0.bytes) },
                receipt: { launches.add($0) })
        } catch {
            try launches.record(plan, recorder)
            try fail(.fetch, revision.role, since: start, error.failure)
            throw cancellation.isCancelled ? .cancelled : .failed(error.failure)
        }
        try launches.record(plan, recorder)
        try end(.fetch, revision.role, since: start)
        CrashPoint.fetchEnded.reach()
        return workspace
    }

    private static func submodules(
        _ wanted: RepositorySource.Submodules
    ) -> CheckoutRequest.Submodules {
        switch wanted {
        case .none: .none
        case .top: .top
        case .recursive: .recursive
        }
    }

    private func build(_ workspace: Workspace) async throws(RunnerStop) -> CaseFailure? {
        let asked = plan.build(of: workspace.role)
        guard !asked.isEmpty else { return nil }
        try await checkpoint(.build)
        let start = try begin(.build, workspace.role)
        CrashPoint.buildBegun.reach()
        let left = plan.limits.job - .nanoseconds(recorder.now)
        guard left > .zero else { throw .deadline(.job, .build) }
        let cached = try await cached(asked, workspace)
        if let entry = try cached?.restore() {
            try note("\(workspace.role.rawValue) is \(entry.sentence)", "build_restored")
            try recordSizes(workspace, asked)
            try end(.build, workspace.role, since: start)
            return nil
        }
        let report = await run(asked, in: workspace, within: left)
        let launches = LaunchReceipts(workspace.role)
        for step in report.steps { launches.add(step.outcome.receipt) }
        try launches.record(plan, recorder)
        guard let failure = report.failure else {
            try end(.build, workspace.role, since: start)
            CrashPoint.buildEnded.reach()
            try keep(report, cached, workspace, asked)
            return nil
        }
        try fail(.build, workspace.role, since: start, failure)
        let isCancelled = report.wasCancelled || cancellation.isCancelled
        if workspace.role == .base, failure.failureClass == .jobError, !isCancelled {
            return CaseFailure(failure.detail, "The base does not build. \(failure.message)")
        }
        throw isCancelled ? .cancelled : .failed(failure)
    }

    private func run(
        _ wish: BuildWish, in workspace: Workspace, within left: Duration
    ) async -> BuildReport {
        let build = BuildPlan(
            prefetch: wish.prefetch.map(Self.step), commands: wish.steps.map(Self.step),
            timeout: min(left, plan.limits.build), hasNetwork: wish.hasNetwork)
        let sink = recorder.sink
        return await Builder(
            launcher: host.launcher,
            identity: host.workspaces.settings.identity(of: workspace.role),
            rooms: host.workspaces.settings.rooms,
            view: plan.buildIsolation.view(host.launcher.view)
        ).build(build, in: workspace, cancellation: cancellation.launches) { sink.log($0.bytes) }
    }

    private func cached(
        _ wish: BuildWish, _ workspace: Workspace
    ) async throws(RunnerStop) -> CachedBuild? {
        do throws(WorkspaceFailure) {
            return try await CachedBuild.find(
                wish, of: workspace, in: plan, on: host, cancellation)
        } catch {
            throw cancellation.isCancelled ? .cancelled : .failed(error.failure)
        }
    }

    /// What the build took and made, and the build itself.
    private func keep(
        _ report: BuildReport, _ cached: CachedBuild?, _ workspace: Workspace, _ wish: BuildWish
    ) throws(RunnerStop) {
        let took = report.wallNanoseconds
        let metrics = BuildMetrics(cell: plan.cell)
        try recorder.take(.measurement(metrics.time(took, of: workspace.role)))
        try recordSizes(workspace, wish)
        if let reason = cached?.keep(wallNanoseconds: took) {
            try note("the build is not kept: \(reason)", "build_not_kept")
        }
    }

    private func recordSizes(_ workspace: Workspace, _ wish: BuildWish) throws(RunnerStop) {
        let metrics = BuildMetrics(cell: plan.cell)
        for size in metrics.sizes(of: workspace, outputs: wish.outputs) {
            try recorder.take(.measurement(size))
        }
    }

    private func note(_ text: String, _ code: String) throws(RunnerStop) {
        recorder.say(text)
        try recorder.note(.info, text, code: code)
    }

    /// After the build, since a build may resolve versions itself.
    private func recordDependencies(_ workspace: Workspace) throws(RunnerStop) {
        let (found, problems) = workspace.dependencies(globs: plan.lockfiles)
        for pinned in found {
            // A record has its limit of size; a list that is longer goes on in the next.
            for start in stride(from: 0, to: pinned.versions.count, by: Self.versionsPerRecord) {
                let part = pinned.versions[start...].prefix(Self.versionsPerRecord)
                try recorder.take(
                    .dependencies(
                        DependencyFacts(
                            role: workspace.role, lockfile: pinned.lockfile,
                            versions: Array(part))))
            }
        }
        for problem in problems {
            try recorder.note(.warning, problem, code: "lockfile")
        }
    }

    private static let versionsPerRecord = 1000

    private static func step(_ step: BuildWish.Step) -> BuildStep {
        BuildStep(
            .shell(step.script), directory: step.directory, environment: step.environment,
            timeout: step.timeout)
    }

    private func checkpoint(_ phase: AttemptPhase) async throws(RunnerStop) {
        if cancellation.isCancelled { throw .cancelled }
        try await recorder.checkpoint(
            RunnerProgress(phase: phase, total: Int64(plan.benchmarks.count)))
    }

    private func begin(_ phase: AttemptPhase, _ role: RevisionRole) throws(RunnerStop) -> Int64 {
        try recorder.take(.phase(PhaseEvent(phase, .start, role: role)))
        return recorder.now
    }

    private func end(
        _ phase: AttemptPhase, _ role: RevisionRole, since start: Int64
    ) throws(RunnerStop) {
        var event = PhaseEvent(phase, .end, role: role)
        event.durationNanoseconds = recorder.now - start
        try recorder.take(.phase(event))
    }

    private func fail(
        _ phase: AttemptPhase, _ role: RevisionRole, since start: Int64, _ failure: Failure
    ) throws(RunnerStop) {
        var event = PhaseEvent(phase, .fail, role: role)
        event.durationNanoseconds = recorder.now - start
        event.exitStatus = failure.exitStatus
        event.signal = failure.signal
        event.message = failure.message
        try recorder.take(.phase(event))
    }
}
