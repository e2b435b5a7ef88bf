import FleetModel
import Isolation
import Workspaces

/// One execution of a benchmark's command: what is run, and the folder for its results.
struct EntryExecution {
    var call: MeasuringBench.Call
    /// Fresh and empty; the host's path.
    let results: String

    /// `number`: of the side's executions, from 1.
    init(
        _ entry: BenchmarkPlan, on bench: MeasuringBench, number: Int, in workspace: Workspace,
        policy: LayoutPolicy
    ) throws(RunnerStop) {
        // As long for every number: the length of the environment moves the program's stack.
        let digits = String(number)
        results = try ResultSource.freshFolder(
            "results-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits,
            beside: workspace.checkout, owner: bench.identity(workspace.role))
        let seen = bench.view(of: workspace)
        let values = [
            "workspace": seen.checkout, "results": seen.path(results), "repetition": digits,
            "cpus": "\(bench.cores.measuring.count)",
        ]
        call = MeasuringBench.Call(
            arguments: entry.command.map { Placeholders.fill($0, values) },
            directory: entry.directory,
            environment: ["FLEETMARK_RESULTS": seen.path(results)]
                .merging(entry.environment) { _, own in own }
                .mapValues { Placeholders.fill($0, values) },
            timeout: entry.timeout, silence: entry.silence, okStatuses: entry.okStatuses,
            input: entry.input.map { Placeholders.fill($0, values) },
            layout: policy.layout(
                ofExecution: number, side: workspace.role == .base ? 1 : 0), policy: policy)
    }
}

/// What stands between `{{` and `}}` in commands (project file, §1).
enum Placeholders {
    static func fill(_ text: String, _ values: [String: String]) -> String {
        guard text.contains("{{") else { return text }
        return values.reduce(text) { text, value in
            text.replacing("{{\(value.key)}}", with: value.value)
        }
    }
}
