import Glibc
package import LinuxSystem

/// Where a launch stands while its gate is open.
package struct LaunchStand: Sendable, Equatable {
    /// The process that stands still before its fork.
    package let launcher: Int32
    /// The folder of the control group that the target will be born in, as counters can be opened
    /// on it; `nil` without one.
    package let groupFolder: String?

    package init(launcher: Int32, groupFolder: String? = nil) {
        self.launcher = launcher
        self.groupFolder = groupFolder
    }
}

/// Called once on the launch's own thread while the launcher stands still before its fork.
/// Counters that are opened on the launcher now, inherited and enabled by exec, count the target
/// and all that descends from it, and nothing of the launcher.
/// It must be quick. Not called when the launch failed or was cancelled before.
package typealias LaunchGate = @Sendable (_ stand: LaunchStand) -> Void

/// Starts foreign programs through `fleetmark-launch` and watches them to their end.
package struct Launcher: Sendable {
    /// The path of the `fleetmark-launch` program.
    package let programPath: String
    package let abilities: LaunchAbilities

    package init(programPath: String, abilities: LaunchAbilities = .none) {
        self.programPath = programPath
        self.abilities = abilities
    }

    package var view: LaunchView { abilities.view }
    package var items: Set<String> { abilities.items }
    package var degradations: [Degradation] { abilities.degradations }

    /// Runs one program to its end.
    ///
    /// Cancelling the calling task is a graceful cancellation of the launch.
    ///
    /// `output`: called on the launch's own thread with every chunk before `run` returns. It must
    /// be quick: while it works, the target can write one full pipe (1 MiB) and no more.
    ///
    /// Returns: also for a target that failed or was ended by a limit or a cancellation.
    ///
    /// Throws: `LaunchFailure` when the target never ran or the launcher was lost.
    package func run(
        _ plan: LaunchPlan, cancellation: LaunchCancellation = LaunchCancellation(),
        gate: LaunchGate? = nil, output: @escaping @Sendable (OutputChunk) -> Void
    ) async throws -> LaunchOutcome {
        guard geteuid() != 0 || plan.identity != nil else { throw LaunchFailure.identityRequired }
        let plan = effective(plan)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                do throws(SystemCallFailure) {
                    try LaunchThread.start {
                        continuation.resume(
                            with: Result { () throws(LaunchFailure) in
                                try LaunchWatch.run(
                                    plan, by: self, cancellation: cancellation, gate: gate,
                                    output: output)
                            }.mapError { $0 as any Error })
                    }
                } catch {
                    continuation.resume(throwing: LaunchFailure.systemCall(error))
                }
            }
        } onCancel: {
            cancellation.cancel(.graceful)
        }
    }

    /// An agent that is not root cannot give a target another user; the receipt says so.
    private func effective(_ plan: LaunchPlan) -> LaunchPlan {
        guard geteuid() != 0 else { return plan }
        var plan = plan
        plan.identity = nil
        return plan
    }
}
