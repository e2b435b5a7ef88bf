package import Isolation
package import LinuxSystem

/// What starts foreign programs for this target.
package protocol ProgramLauncher: Sendable {
    /// Which paths a program in a room sees.
    var view: LaunchView { get }
    /// What can be put around a program, in the words of a project file's `requires`.
    var items: Set<String> { get }
    /// What the host cannot put around it.
    var degradations: [Degradation] { get }

    /// Runs one program to its end; as `Launcher.run`.
    func run(
        _ plan: LaunchPlan, cancellation: LaunchCancellation, gate: LaunchGate?,
        output: @escaping @Sendable (OutputChunk) -> Void
    ) async throws -> LaunchOutcome
}

extension Launcher: ProgramLauncher {}

extension ProgramLauncher {
    /// Without a gate.
    package func run(
        _ plan: LaunchPlan, cancellation: LaunchCancellation,
        output: @escaping @Sendable (OutputChunk) -> Void
    ) async throws -> LaunchOutcome {
        try await run(plan, cancellation: cancellation, gate: nil, output: output)
    }
}
