import Glibc
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@testable import Isolation

@Suite struct LaunchGateTests {
    /// What a gate saw.
    private final class Visit: Sendable {
        let launchers = Mutex<[Int32]>([])
    }

    private func run(
        _ plan: LaunchPlan, cancellation: LaunchCancellation = LaunchCancellation(),
        gate: @escaping LaunchGate
    ) async throws -> LaunchOutcome {
        try await LaunchProbe.launcher().run(plan, cancellation: cancellation, gate: gate) { _ in }
    }

    @Test func `the gate opens once, with the launcher standing and no child made`() async throws {
        let visit = Visit()
        let outcome = try await run(LaunchProbe.shell("exit 3")) { stand in
            let launcher = stand.launcher
            let path = "/proc/\(launcher)/task/\(launcher)/children"
            let children = try? KernelTree().text(path).trimmingWhitespace()
            #expect(children == "")
            let name = try? KernelTree().text("/proc/\(launcher)/comm").trimmingWhitespace()
            #expect(name == "fleetmark-launc")
            visit.launchers.withLock { $0.append(launcher) }
        }
        #expect(outcome.ending == .exited(3))
        #expect(visit.launchers.withLock { $0 }.count == 1)
    }

    /// Many times, since a launcher that was told to go would be ended before its target began in
    /// most of them.
    @Test(arguments: [LaunchCancellation.Urgency.graceful, .now])
    func `a launch cancelled at the gate never begins`(
        _ urgency: LaunchCancellation.Urgency
    ) async throws {
        try await ScratchFolder.lend { folder in
            chmod(folder, 0o777)
            let plan = LaunchProbe.shell("touch \(folder)/ran; sleep 1000")
            for _ in 0..<25 {
                let cancellation = LaunchCancellation()
                await #expect(throws: LaunchFailure.cancelledBeforeStart) {
                    try await run(plan, cancellation: cancellation) { _ in
                        cancellation.cancel(urgency)
                    }
                }
                #expect(access(folder + "/ran", F_OK) != 0)
            }
        }
    }

    @Test func `a program that is missing is named behind the gate, too`() async throws {
        await #expect(throws: LaunchFailure.executableMissing("no-such-program")) {
            try await run(LaunchProbe.plan(["no-such-program"])) { _ in }
        }
    }
}

/// The C program at its gate, spoken to without `Launcher`.
@Suite struct LaunchGateProtocolTests {
    private func gated(_ arguments: [String]) throws -> LauncherProcess {
        let plan = try LaunchPlanEncoding.bytes(
            of: LaunchProbe.plan(arguments), agent: getpid(), gated: true)
        return try LauncherProcess.spawn(
            programPath: try BuiltProducts.path(of: "fleetmark-launch"), plan: plan, input: .null)
    }

    private func next(_ process: borrowing LauncherProcess) throws -> LauncherReport? {
        while true {
            if let packet = try process.receive() {
                return packet.isEmpty ? nil : try LauncherReport(packet)
            }
            var waiting = [pollfd(fd: process.control.rawValue, events: 1, revents: 0)]
            try #require(poll(&waiting, 1, 20_000) > 0, "the launcher says nothing")
        }
    }

    @Test func `nothing happens before the word go`() throws {
        let process = try gated(["/bin/sh", "-c", "exit 4"])
        #expect(try next(process) == .gated(launcher: process.pid))
        var waiting = [pollfd(fd: process.control.rawValue, events: 1, revents: 0)]
        #expect(poll(&waiting, 1, 100) == 0)
        let opened = MonotonicClock.rawNanoseconds()
        process.send(.go)
        guard case .receipt = try next(process), case .started(_, let start) = try next(process),
            case .ended(let end) = try next(process)
        else {
            Issue.record("other records, or another order")
            return
        }
        #expect(start > opened, "time at the gate is no time of the target")
        #expect(end.waitStatus == 4 << 8)
        #expect(process.end() == 0)
    }

    @Test(arguments: [EndingRules.Command.terminate, .kill])
    func `a launch that is ended at the gate says nothing more`(
        _ command: EndingRules.Command
    ) throws {
        let process = try gated(["/bin/true"])
        #expect(try next(process) == .gated(launcher: process.pid))
        process.send(command)
        #expect(try next(process) == nil)
        #expect(process.end() == 1 << 8)
    }

    @Test func `an agent that goes away at the gate takes the launcher along`() throws {
        let process = try gated(["/bin/true"])
        #expect(try next(process) == .gated(launcher: process.pid))
        #expect(process.end() == 1 << 8)
    }
}
