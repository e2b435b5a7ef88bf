import LinuxSystem

/// Starts foreign programs through `fleetmark-launch` and watches them to their end.
package struct Launcher: Sendable {
    /// The path of the `fleetmark-launch` program.
    package let programPath: String

    package init(programPath: String) {
        self.programPath = programPath
    }

    /// Runs one program to its end.
    ///
    /// - Parameters:
    ///   - output: called on the launch's own thread with every chunk before `run` returns. It
    ///     must be quick: while it works, the target can write one full pipe (1 MiB) and no more.
    /// - Returns: also for a target that failed or was ended by a limit or a cancellation.
    /// - Throws: `LaunchFailure` when the target never ran or the launcher was lost.
    package func run(
        _ plan: LaunchPlan, cancellation: LaunchCancellation = LaunchCancellation(),
        output: @escaping @Sendable (OutputChunk) -> Void
    ) async throws -> LaunchOutcome {
        throw LaunchFailure.launcherMissing(programPath)
    }
}
