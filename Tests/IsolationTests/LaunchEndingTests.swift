import Glibc
import Isolation
import LinuxSystem
import Testing

/// How the agent ends a launch, and that nothing of it stays.
@Suite struct LaunchEndingTests {
    private func limits(
        wall: Duration = .seconds(60), silence: Duration? = nil,
        grace: Duration = .milliseconds(200), outputKillBytes: Int64 = 256 << 20,
        processes: Int64? = nil
    ) -> LaunchLimits {
        LaunchLimits(
            wall: wall, silence: silence, grace: grace, outputKillBytes: outputKillBytes,
            processes: processes)
    }

    private func pids(in text: String) -> [Int32] {
        text.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
    }

    @Test func `too much output kills at once and is cut at the limit`() async throws {
        let result = try await LaunchProbe.run(
            LaunchProbe.plan(["yes"], limits: limits(outputKillBytes: 100_000)))
        #expect(result.outcome.cause == .outputLimit)
        #expect(result.outcome.ending == .signalled(SIGKILL))
        #expect(result.out.utf8.count == 100_000)
        #expect(result.outcome.standardOutputBytes > 100_000)
    }

    @Test func `a target that obeys TERM ends within the grace`() async throws {
        let script = "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.02; done"
        let result = try await LaunchProbe.run(
            LaunchProbe.shell(
                script, limits: limits(wall: .seconds(2), grace: .seconds(60))))
        #expect(result.outcome.cause == .wallTimeout)
        #expect(result.outcome.ending == .exited(3))
        #expect(result.out == "up\nbye\n")
        #expect(result.outcome.wallNanoseconds >= 2_000_000_000)
    }

    @Test func `a tree that ignores TERM is killed after the grace`() async throws {
        let script = "trap '' TERM; (trap '' TERM; sleep 1000) & echo $! $$; while :; do wait; done"
        let result = try await LaunchProbe.run(
            LaunchProbe.shell(script, limits: limits(wall: .seconds(2))))
        #expect(result.outcome.cause == .wallTimeout)
        #expect(result.outcome.ending == .signalled(SIGKILL))
        #expect(result.outcome.wallNanoseconds >= 2_200_000_000)
        let tree = pids(in: result.out)
        #expect(tree.count == 2)
        #expect(!tree.contains(where: LaunchProbe.isAlive))
    }

    @Test func `silence ends the target, and output puts it off`() async throws {
        let script = "for i in 1 2 3 4 5 6; do echo $i; sleep 0.15; done; sleep 1000"
        let result = try await LaunchProbe.run(
            LaunchProbe.shell(script, limits: limits(silence: .seconds(3))))
        #expect(result.outcome.cause == .silence)
        #expect(result.out == "1\n2\n3\n4\n5\n6\n")
        #expect(result.outcome.wallNanoseconds >= 3_000_000_000)
    }

    @Test func `a daemonised grandchild that holds the pipes is counted and killed`() async throws {
        let script = """
            import os, time
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    print(os.getpid(), flush=True)
                    time.sleep(1000)
                os._exit(0)
            os.wait()
            time.sleep(0.2)
            """
        let result = try await LaunchProbe.run(LaunchProbe.plan(["python3", "-c", script]))
        #expect(result.outcome.ending == .exited(0))
        #expect(result.outcome.cause == nil)
        #expect(result.outcome.leftoverProcesses == 1)
        #expect(result.outcome.survivingProcesses == 0)
        let daemon = pids(in: result.out)
        #expect(daemon.count == 1)
        #expect(!daemon.contains(where: LaunchProbe.isAlive))
    }

    @Test func `a stopped leftover is killed too`() async throws {
        let script = "sh -c 'kill -STOP $$' & echo $!; sleep 0.1"
        let result = try await LaunchProbe.run(LaunchProbe.shell(script))
        #expect(result.outcome.leftoverProcesses == 1)
        #expect(!pids(in: result.out).contains(where: LaunchProbe.isAlive))
    }

    @Test(.enabled(if: LaunchProbe.isRoot))
    func `a bounded fork bomb ends with its launch`() async throws {
        let script = """
            import os, time
            print("on", flush=True)
            while True:
                try:
                    os.fork()
                except OSError:
                    time.sleep(0.001)
            """
        var plan = LaunchProbe.plan(
            ["python3", "-c", script], limits: limits(wall: .milliseconds(700), processes: 40))
        // The limit counts all processes of a user, so this one has its own.
        plan.identity = ProcessIdentity(uid: 64_012, gid: 64_012)
        let result = try await LaunchProbe.run(plan)
        #expect(result.outcome.cause == .wallTimeout)
        #expect(result.outcome.survivingProcesses == 0)
        #expect(try processes(ofUser: 64_012).isEmpty)
    }

    private func processes(ofUser uid: UInt32) throws -> [String] {
        let folder = try #require(unsafe opendir("/proc"))
        defer { unsafe closedir(folder) }
        var found: [String] = []
        for pid in 1..<65_536 {
            guard let line = try? KernelTree().field("Uid", in: "/proc/\(pid)/status") else {
                continue
            }
            if line.hasPrefix("\(uid)\t") { found.append("\(pid)") }
        }
        return found
    }

    @Test func `a graceful cancellation lets the target tidy up`() async throws {
        let cancellation = LaunchCancellation()
        let script = "trap 'echo tidy; exit 0' TERM; echo up; while :; do sleep 0.02; done"
        let result = try await LaunchProbe.run(
            LaunchProbe.shell(script, limits: limits(grace: .seconds(30))),
            cancellation: cancellation
        ) { _ in cancellation.cancel(.graceful) }
        #expect(result.outcome.cause == .cancelled)
        #expect(result.outcome.ending == .exited(0))
        #expect(!result.outcome.succeeded)
        #expect(result.out == "up\ntidy\n")
    }

    @Test func `a cancellation now kills without TERM`() async throws {
        let cancellation = LaunchCancellation()
        let script = "trap 'echo tidy; exit 0' TERM; echo up; while :; do sleep 0.02; done"
        let result = try await LaunchProbe.run(
            LaunchProbe.shell(script), cancellation: cancellation
        ) { _ in cancellation.cancel(.now) }
        #expect(result.outcome.cause == .cancelled)
        #expect(result.outcome.ending == .signalled(SIGKILL))
        #expect(result.out == "up\n")
    }

    @Test func `cancelling the task cancels the launch`() async throws {
        let running = Task {
            try await LaunchProbe.run(LaunchProbe.plan(["sleep", "1000"]))
        }
        running.cancel()
        do {
            let outcome = try await running.value.outcome
            #expect(outcome.cause == .cancelled)
        } catch let failure as LaunchFailure {
            #expect(failure == .cancelledBeforeStart)
        }
    }

    @Test func `a launch that was cancelled before does not start`() async throws {
        let cancellation = LaunchCancellation()
        cancellation.cancel()
        await #expect(throws: LaunchFailure.cancelledBeforeStart) {
            try await LaunchProbe.run(LaunchProbe.plan(["true"]), cancellation: cancellation)
        }
    }
}
