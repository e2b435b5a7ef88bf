import Glibc
import Isolation
import LinuxSystem
import Subprocess
import Workspaces

/// Starts programs directly; what only the launcher's own program can do is not needed here.
struct StandInLauncher: ProgramLauncher {
    var view: LaunchView { .host }
    var items: Set<String> = []
    var degradations: [Degradation] { [] }

    func run(
        _ plan: LaunchPlan, cancellation: LaunchCancellation, gate: LaunchGate?,
        output: @escaping @Sendable (OutputChunk) -> Void
    ) async throws -> LaunchOutcome {
        if cancellation.urgency != nil { throw LaunchFailure.cancelledBeforeStart }
        gate?(LaunchStand(launcher: getpid()))
        let start = MonotonicClock.rawNanoseconds()
        let ending = try await withThrowingTaskGroup(
            of: LaunchOutcome.Ending?.self
        ) { group in
            group.addTask { try await Self.start(plan, output) }
            group.addTask {
                try await Task.sleep(for: plan.limits.wall ?? .seconds(600))
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            return first
        }
        return LaunchOutcome(
            ending: ending ?? .signalled(15), cause: ending == nil ? .wallTimeout : nil,
            wallNanoseconds: MonotonicClock.rawNanoseconds() - start,
            usage: ResourceUsage(maximumResidentBytes: 4096, voluntarySwitches: 2),
            leftoverProcesses: 0, standardOutputBytes: 0, standardErrorBytes: 0,
            receipt: IsolationReceipt(
                phase: plan.phase, levelReached: .none, uid: 0, gid: 0, noNewPrivileges: false,
                capabilities: [], boundingSet: 0, cpusAsked: plan.cpus, cpus: plan.cpus,
                addressRandomisation: true, missing: []))
    }

    private static func start(
        _ plan: LaunchPlan, _ output: @escaping @Sendable (OutputChunk) -> Void
    ) async throws -> LaunchOutcome.Ending {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(50))
        ]
        // In a fixed order: the loader's work depends on it.
        let variables = plan.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let layout = plan.disableAddressRandomisation ? ["setarch", "-R"] : []
        let result = try await Subprocess.run(
            .name("env"),
            arguments: Arguments(
                ["-i", "-C", plan.directory] + variables + layout + plan.arguments),
            environment: .custom(["PATH": plan.environment["PATH"] ?? ""]),
            platformOptions: options, input: .none,
            output: .bytes(limit: 1 << 24), error: .bytes(limit: 1 << 24))
        for (stream, bytes) in [
            (OutputChunk.Stream.out, result.standardOutput), (.err, result.standardError),
        ] where !bytes.isEmpty {
            output(OutputChunk(stream: stream, bytes: bytes, nanosecondsSinceStart: 0))
        }
        switch result.terminationStatus {
        case .exited(127): throw LaunchFailure.executableMissing(plan.arguments[0])
        case .exited(let code): return .exited(code)
        case .signaled(let signal): return .signalled(signal)
        }
    }
}
