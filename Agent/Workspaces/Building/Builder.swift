import FleetModel
import Glibc
package import Isolation
import LinuxSystem

/// Runs the commands that turn a checkout into something measurable.
package struct Builder: Sendable {
    private let launcher: any ProgramLauncher
    private let identity: ProcessIdentity?

    /// The identity owns the workspace; it is required when the agent is root.
    package init(launcher: any ProgramLauncher, identity: ProcessIdentity?) {
        self.launcher = launcher
        self.identity = identity
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
            plan.prefetch.enumerated().map { (LaunchPhase.fetch, $0.offset, $0.element) }
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
        var environment = CleanEnvironment.base(
            home: workspace.home, temporary: workspace.temporary, extra: extra)
        environment["HOME"] = workspace.home
        return LaunchPlan(
            arguments: step.arguments,
            directory: try Self.directory(step.directory, in: workspace.checkout),
            environment: environment, identity: identity, limits: limits, phase: phase)
    }

    /// The real path of a folder inside the checkout (realpath(3)).
    private static func directory(
        _ path: String, in checkout: String
    ) throws(BadDirectory) -> String {
        guard !path.utf8.contains(0), !path.hasPrefix("/"), let root = real(checkout),
            let folder = real("\(root)/\(path)"),
            folder == root || folder.hasPrefix(root + "/")
        else { throw BadDirectory(path: path) }
        return folder
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
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
        case .cancelled: how = "was cancelled"
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
