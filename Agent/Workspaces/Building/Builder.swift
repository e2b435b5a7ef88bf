import FleetModel
package import Isolation
import LinuxSystem

/// Runs the commands that turn a checkout into something measurable.
package struct Builder: Sendable {
    private let launcher: any ProgramLauncher
    private let identity: ProcessIdentity?
    private let rooms: RoomSettings
    private let view: LaunchView

    /// The identity owns the workspace; it is required when the agent is root. `view`: which
    /// paths the steps see, the launcher's own unless the job wants no isolation.
    package init(
        launcher: any ProgramLauncher, identity: ProcessIdentity?,
        rooms: RoomSettings = RoomSettings(), view: LaunchView? = nil
    ) {
        self.launcher = launcher
        self.identity = identity
        self.rooms = rooms
        self.view = view ?? launcher.view
    }

    /// Runs prefetch, then the commands, and stops at the first failure.
    ///
    /// `output` gets every chunk of every step, on the launch's thread.
    package func build(
        _ plan: BuildPlan, in workspace: Workspace,
        cancellation: LaunchCancellation = LaunchCancellation(),
        output: @escaping @Sendable (OutputChunk) -> Void
    ) async -> BuildReport {
        var report = BuildReport()
        let start = MonotonicClock.rawNanoseconds()
        let work =
            plan.prefetch.enumerated().map { (LaunchPhase.prefetch, $0.offset, $0.element) }
            + plan.commands.enumerated().map { (LaunchPhase.build, $0.offset, $0.element) }
        for (phase, index, step) in work {
            let spent = MonotonicClock.rawNanoseconds() - start
            let left = plan.timeout - .nanoseconds(spent)
            let tail = OutputTail()
            do {
                let limits = Self.limits(plan, step, left: left)
                let launch = try self.plan(step, plan, workspace, phase, limits)
                let outcome = try await launcher.run(launch, cancellation: cancellation) {
                    tail.add($0)
                    output($0)
                }
                report.steps.append(.init(phase: phase, index: index, outcome: outcome))
                report.wasCancelled = outcome.cause == .cancelled
                report.failure = Self.failure(of: outcome, step, tail)
            } catch {
                report.wasCancelled = error as? LaunchFailure == .cancelledBeforeStart
                report.failure = Self.failure(of: error, step)
            }
            if report.failure != nil { break }
        }
        report.wallNanoseconds = MonotonicClock.rawNanoseconds() - start
        return report
    }

    private struct BadDirectory: Error {
        let path: String
    }

    private static func limits(
        _ plan: BuildPlan, _ step: BuildStep, left: Duration
    ) -> LaunchLimits {
        let wall = max(.milliseconds(1), min(left, step.timeout ?? left))
        return LaunchLimits(wall: wall, silence: plan.silence)
    }

    private func plan(
        _ step: BuildStep, _ plan: BuildPlan, _ workspace: Workspace, _ phase: LaunchPhase,
        _ limits: LaunchLimits
    ) throws(BadDirectory) -> LaunchPlan {
        let extra = plan.environment.merging(step.environment) { _, wanted in wanted }
        let seen = WorkspaceView(workspace, view)
        var environment = CleanEnvironment.base(
            home: seen.home, temporary: seen.temporary, extra: extra)
        environment["HOME"] = seen.home
        guard let folder = workspace.folder(step.directory) else {
            throw BadDirectory(path: step.directory)
        }
        return LaunchPlan(
            arguments: step.arguments, directory: seen.path(folder), environment: environment,
            identity: identity, cpus: rooms.cpus,
            limits: rooms.apply(to: limits, at: workspace.folder), phase: phase,
            room: seen.room(rooms, hasNetwork: phase == .prefetch || plan.hasNetwork))
    }

    private static func failure(
        of outcome: LaunchOutcome, _ step: BuildStep, _ tail: OutputTail
    ) -> Failure? {
        guard !outcome.succeeded else { return nil }
        var status: Int32?
        var signal: Int32?
        var how: String
        switch outcome.ending {
        case .exited(let number):
            (status, how) = (number, "ended with status \(number)")
        case .signalled(let number):
            (signal, how) = (number, "was ended by signal \(number)")
        }
        var kind: (FailureClass, FailureDetail) = (.jobError, .buildFailed)
        switch outcome.cause {
        case .wallTimeout: (kind, how) = ((.timeout, .buildFailed), "ran out of time")
        case .silence: (kind, how) = ((.timeout, .silence), "said nothing for too long")
        case .outputLimit: how = "wrote too much output"
        case .diskFull, .diskLimit: (kind, how) = ((.jobError, .diskFull), "filled the disk")
        case .cancelled: how = "was cancelled"
        case nil where outcome.ranOutOfMemory:
            (kind, how) = ((.jobError, .outOfMemory), "ran out of memory")
        case nil: break
        }
        return Failure(
            kind.0, kind.1, "the build step `\(step.summary)` \(how)\n\(tail.text)",
            exitStatus: status, signal: signal)
    }

    private static func failure(of error: any Error, _ step: BuildStep) -> Failure {
        let place = "the build step `\(step.summary)`"
        switch error {
        case let bad as BadDirectory:
            return Failure(
                .jobError, .suiteInvalid,
                "\(place): '\(bad.path.prefix(200))' is not a folder inside the checkout")
        case LaunchFailure.executableMissing(let name):
            return Failure(.jobError, .buildFailed, "\(place): there is no program '\(name)'")
        case LaunchFailure.planInvalid(let reason):
            return Failure(.jobError, .suiteInvalid, "\(place): \(reason)")
        default:
            return Failure(.infraHost, .isolationFailed, "\(place): \(error)")
        }
    }
}
