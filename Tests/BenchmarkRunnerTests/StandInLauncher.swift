import Isolation
import LinuxSystem
import Subprocess
import Workspaces

/// Starts programs directly; what only the launcher's own program can do is not needed here.
struct StandInLauncher: ProgramLauncher {
    func run(
        _ plan: LaunchPlan, cancellation: LaunchCancellation,
        output: @escaping @Sendable (OutputChunk) -> Void
    ) async throws -> LaunchOutcome {
        if cancellation.urgency != nil { throw LaunchFailure.cancelledBeforeStart }
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
        let variables = Dictionary(
            uniqueKeysWithValues: plan.environment.compactMap { name, value in
                Environment.Key(rawValue: name).map { ($0, value) }
            })
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments(["-C", plan.directory] + plan.arguments),
            environment: .custom(variables), platformOptions: options, input: .none,
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
