import Isolation
import Workspaces

/// Unmeasured commands of an entry: setup and cleanup.
struct EntryCommands {
    let entry: BenchmarkPlan
    let bench: MeasuringBench

    /// One after the other; the first that fails ends it.
    func run(
        _ commands: [[String]], of side: Side, _ phase: LaunchPhase
    ) async throws(RunnerStop) -> CaseFailure? {
        let values = [
            "workspace": bench.view(of: side.workspace).checkout,
            "cpus": "\(bench.cores.measuring.count)",
        ]
        for command in commands {
            let call = MeasuringBench.Call(
                arguments: command.map { Placeholders.fill($0, values) },
                directory: entry.directory, environment: entry.environment,
                timeout: entry.timeout, silence: entry.silence, layout: .host,
                phase: phase)
            let capture = OutputCapture(keepsOutput: false)
            if case .failed(let failure) = try await bench.run(
                call, in: side.workspace, capture: capture)
            {
                return CaseFailure(failure.errorClass, "In \(phase.rawValue): \(failure.message)")
            }
        }
        return nil
    }
}
