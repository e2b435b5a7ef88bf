import Counters
import FleetModel
import Isolation
import Workspaces

/// Counts the instructions of a `command` benchmark on a simulated processor, in executions of
/// their own that give no times.
///
/// Two for each side, so that a program that does not take the same way twice is seen.
struct SimulatedPass {
    private static let executions = 2
    /// How much longer than its own time limit a simulated program may take.
    private static let slowdown = 8

    let entry: BenchmarkPlan
    let bench: MeasuringBench
    let tool: CachegrindTool

    /// Runs both sides in turn; what cannot be counted is a note and never fails the benchmark.
    func run(_ sides: inout [Side]) async throws(RunnerStop) {
        var counted = Set(sides.filter(\.isActive).map(\.role))
        for round in 0..<Self.executions {
            let order = round.isMultiple(of: 2) ? Array(sides.indices) : sides.indices.reversed()
            for index in order where counted.contains(sides[index].role) {
                let started = bench.recorder.now
                let role = sides[index].role
                switch try await count(&sides[index]) {
                case .success(let counted):
                    try record(counted.count, round, started, sides[index])
                    if round == 0 { try tellCost(counted.nanoseconds, sides[index]) }
                case .failure(let problem):
                    counted.remove(role)
                    try bench.recorder.note(
                        .warning,
                        "\(entry.name): no \(CachegrindTool.metric) of the \(role.rawValue): "
                            + problem.reason,
                        code: problem.code)
                }
            }
        }
    }

    private struct Problem: Error {
        let reason: String
        var code = "simulation_failed"

        init(_ reason: String) { self.reason = reason }

        init(_ failure: SimulationFailure) {
            reason = failure.description
            if failure == .unsupportedInstruction { code = "unsupported-instruction" }
        }
    }

    private struct Counted {
        let count: SimulatedCount
        let nanoseconds: Int64
    }

    private func count(
        _ side: inout Side
    ) async throws(RunnerStop) -> Result<Counted, Problem> {
        side.executions += 1
        let execution = try EntryExecution(
            entry, on: bench, number: side.executions, in: side.workspace,
            policy: LayoutPolicy(.fixed, seed: bench.plan.order.seed, countsHardware: true))
        let folder = try ResultSource.freshFolder(
            "counts-\(side.executions)", beside: side.workspace.checkout,
            owner: bench.identity(side.role))
        if entry.setsUpEach,
            let failure = try await EntryCommands(entry: entry, bench: bench)
                .run(entry.setup, of: side, .setup)
        {
            return .failure(Problem(failure.message))
        }
        let ending = try await bench.run(
            try call(execution, in: side.workspace, into: folder), in: side.workspace,
            capture: OutputCapture(keepsOutput: false))
        switch ending {
        // A program that met an instruction unknown to the tool has failed because of it.
        case .failed where SimulatedCounts(folder: folder).metUnknownInstruction:
            return .failure(Problem(.unsupportedInstruction))
        case .failed(let failure): return .failure(Problem(failure.message))
        case .succeeded(let outcome, _) where outcome.survivingProcesses > 0:
            return .failure(Problem("processes outlived the program"))
        case .succeeded(let outcome, _):
            return Self.read(folder).map {
                Counted(count: $0, nanoseconds: outcome.wallNanoseconds)
            }
        }
    }

    /// A simulated program takes several times as long: the reader should know what for.
    private func tellCost(_ nanoseconds: Int64, _ side: Side) throws(RunnerStop) {
        guard let quickest = side.quickestNanoseconds, quickest > 0 else { return }
        let tenths = nanoseconds / max(1, quickest / 10)
        try bench.recorder.note(
            .info,
            "\(entry.name): counting the simulated instructions of the \(side.role.rawValue) took "
                + "\(Self.seconds(nanoseconds)) s with \(tool.identity.pmu ?? ""), "
                + "\(tenths / 10).\(tenths % 10) times as long as the quickest execution.",
            code: "simulation_cost")
    }

    private static func seconds(_ nanoseconds: Int64) -> String {
        let hundredths = nanoseconds / 10_000_000
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    private func call(
        _ execution: EntryExecution, in workspace: Workspace, into folder: String
    ) throws(RunnerStop) -> MeasuringBench.Call {
        var call = execution.call
        call.arguments = tool.command(
            counting: call.arguments, into: bench.view(of: workspace).path(folder))
        call.environment = CachegrindTool.environment.merging(call.environment) { _, own in own }
        // The rest of the time is for what comes after: a count is not worth the whole attempt.
        call.timeout = min(call.timeout * Self.slowdown, try bench.timeLeft() / 2)
        call.silence = nil
        call.policy = nil
        call.phase = .simulate
        return call
    }

    private static func read(_ folder: String) -> Result<SimulatedCount, Problem> {
        do throws(SimulationFailure) {
            let count = try SimulatedCounts(folder: folder).read()
            guard count.unfinished == 0 else {
                return .failure(
                    Problem("\(count.unfinished) of its processes were killed uncounted"))
            }
            return .success(count)
        } catch {
            return .failure(Problem(error))
        }
    }

    private func record(
        _ count: SimulatedCount, _ round: Int, _ started: Int64, _ side: Side
    ) throws(RunnerStop) {
        let identity = tool.identity
        let metric = MetricIdentity(
            name: identity.name, unit: identity.unit,
            better: entry.better(of: identity.name, toolSays: identity.better),
            provider: identity.provider, pmu: identity.pmu)
        try bench.recorder.take(
            .measurement(
                MeasuredValues(
                    of: CaseIdentity(
                        benchmark: entry.name, parameters: entry.parameters, role: side.role),
                    metric: metric, visit: side.visits + round, isWarmup: false,
                    iteration: Int64(round),
                    values: [Double(count.instructions)], marks: [],
                    startedNanoseconds: [started],
                    tool: MeasuredValues.Tool(name: "cachegrind", version: tool.version))))
    }
}
