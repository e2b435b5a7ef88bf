import Counters
import HostFacts
import Isolation
import Workspaces

/// Starts one canary some times and reads what it printed and what was counted.
struct CanaryRun {
    struct Problem: Error, Sendable {
        let text: String
    }

    private static let limit = Duration.seconds(60)

    let parts: CanaryKeeper.Parts
    let program: CanaryProgram

    func reading(
        _ runs: Int, _ cancellation: LaunchCancellation
    ) async -> Result<CanaryReading, Problem> {
        var values: [Double] = []
        var instructions: [UInt64] = []
        for _ in 0..<runs {
            do throws(Problem) {
                let (seconds, count) = try await once(cancellation)
                values.append(seconds)
                if let count { instructions.append(count) }
            } catch {
                return .failure(error)
            }
        }
        // The median, so that one run with an interrupt more decides nothing.
        let counted = instructions.count == runs ? instructions.sorted()[runs / 2] : nil
        return .success(
            CanaryReading(name: program.name, values: values, instructions: counted))
    }

    private func once(
        _ cancellation: LaunchCancellation
    ) async throws(Problem) -> (Double, UInt64?) {
        let capture = OutputCapture(keepsOutput: true)
        let counters = self.counters
        let outcome: LaunchOutcome
        do {
            var gate: LaunchGate?
            if let counters { gate = { stand in counters.open(on: CountedRun(stand)) } }
            outcome = try await parts.launcher.run(
                plan, cancellation: cancellation, gate: gate
            ) { capture.add($0) }
        } catch {
            throw Problem(text: "The canary \(program.name) could not be run: \(error).")
        }
        let report = counters?.finish(survivors: outcome.survivingProcesses)
        guard outcome.succeeded, let seconds = program.seconds(of: capture.standardOutput ?? [])
        else {
            throw Problem(
                text: "The canary \(program.name) failed. \(capture.lastLines)")
        }
        return (seconds, report.flatMap(Self.instructions))
    }

    private var plan: LaunchPlan {
        let bytes = CanaryProgram.bufferBytes(lastCache: parts.lastCacheBytes)
        return LaunchPlan(
            arguments: [parts.program, program.name] + (program.takesSize ? ["\(bytes)"] : []),
            directory: parts.folder,
            environment: CleanEnvironment.base(home: parts.folder, profile: .deterministic),
            identity: parts.identity, cpus: parts.cpus, limits: LaunchLimits(wall: Self.limit),
            disableAddressRandomisation: true, phase: .measure)
    }

    /// `nil` where this host counts no instructions.
    private var counters: TreeCounters? {
        let counting = parts.counting
        guard counting.countsInstructions else { return nil }
        let events = CounterCatalogue.select(["instructions:u"]).events
        guard let pass = CounterPasses.passes(of: events, budget: counting.host.budget).first
        else { return nil }
        return TreeCounters(pass, on: counting.host, calls: counting.calls)
    }

    private static func instructions(_ report: CounterReport) -> UInt64? {
        report["instructions:u"].flatMap { $0.state == .exact ? $0.count : nil }
    }
}
