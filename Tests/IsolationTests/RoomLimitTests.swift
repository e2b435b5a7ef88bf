import Foundation
import Glibc
import Isolation
import LinuxSystem
import Testing

/// What a hostile program may take of its host, and how it ends.
@Suite(.enabled(if: LaunchProbe.isRoot)) struct RoomLimitTests {
    private func groups() async throws -> ControlGroups {
        try #require(try await RoomProbe.launcher().abilities.groups)
    }

    @Test(arguments: [LaunchPhase.measure, .build, .prefetch])
    func `a program that forks without end is held and ended`(_ phase: LaunchPhase) async throws {
        try await RoomProbe.lend { room in
            var limits = LaunchLimits(wall: .seconds(3), grace: .milliseconds(100))
            limits.group = GroupLimits(processes: 40)
            let script = "f() { f | f & }; f 2>/dev/null; while :; do f 2>/dev/null; done"
            var plan = room.plan(["/bin/bash", "-c", script], limits: limits)
            plan.phase = phase
            if phase != .measure { plan.room?.temporary = .folder(room.folder) }
            let outcome = try await room.run(plan).outcome
            #expect(outcome.receipt.phase == phase)
            #expect(outcome.cause == .wallTimeout)
            #expect(outcome.survivingProcesses == 0)
            #expect(outcome.leftoverProcesses <= 40)
            if try await groups().kind != .none {
                #expect((outcome.group?.processRefusals ?? 0) > 0)
            }
        }
    }

    @Test func `a program that takes all memory is ended, and that is told`() async throws {
        try await RoomProbe.lend { room in
            var limits = LaunchLimits(wall: .seconds(60))
            limits.group = GroupLimits(memoryBytes: 48 << 20)
            let script = "x = bytearray(400 << 20); print(len(x))"
            let outcome = try await room.run(
                room.plan(["python3", "-c", script], limits: limits)
            ).outcome
            #expect(outcome.ending == .signalled(9))
            #expect(outcome.ranOutOfMemory)
            let peak = try #require(outcome.group?.memoryPeakBytes)
            #expect(peak <= 48 << 20 && peak > 40 << 20)
            #expect(outcome.receipt.group?.memoryMaxBytes == 48 << 20)
        }
    }

    @Test func `temporary files end at their size`() async throws {
        try await RoomProbe.lend { room in
            let script = "head -c 20M /dev/zero >/tmp/file; stat -c %s /tmp/file"
            let result = try await room.shell(script)
            #expect(result.out.trimmingWhitespace() == "\(8 << 20)")
            #expect(result.err.contains("No space left on device"))
        }
    }

    @Test func `shared memory ends at its size`() async throws {
        try await RoomProbe.lend { room in
            let result = try await room.shell("head -c 20M /dev/zero >/dev/shm/file")
            #expect(result.err.contains("No space left on device"))
        }
    }

    @Test func `a program that fills the disk is ended before it is full`() async throws {
        try await RoomProbe.lend { room in
            var facts = statvfs()
            try #require(statvfs(room.folder, &facts) == 0)
            let free = Int64(facts.f_bavail) * Int64(facts.f_frsize)
            var limits = LaunchLimits(wall: .seconds(60), fileSizeBytes: 1 << 30)
            limits.disk = .init(path: room.folder, bytes: free - (64 << 20))
            let script = """
                i=0; while :; do head -c 16M /dev/zero >file$i; i=$((i+1)); sleep 0.05; done
                """
            let outcome = try await room.run(
                room.plan(["/bin/sh", "-c", script], limits: limits)
            ).outcome
            #expect(outcome.cause == .diskFull)
            #expect(outcome.ending == .signalled(9))
        }
    }

    @Test func `a file ends at its size`() async throws {
        try await RoomProbe.lend { room in
            let limits = LaunchLimits(wall: .seconds(60), fileSizeBytes: 1 << 20)
            let outcome = try await room.run(
                room.plan(["/bin/sh", "-c", "exec head -c 4M /dev/zero >file"], limits: limits)
            ).outcome
            #expect(outcome.ending == .signalled(SIGXFSZ))
        }
    }

    @Test func `a program that prints without end is ended`() async throws {
        try await RoomProbe.lend { room in
            let limits = LaunchLimits(wall: .seconds(60), outputKillBytes: 4 << 20)
            let outcome = try await room.run(room.plan(["yes"], limits: limits)).outcome
            #expect(outcome.cause == .outputLimit)
        }
    }

    @Test func `a program that ignores all signals is ended`() async throws {
        try await RoomProbe.lend { room in
            let limits = LaunchLimits(wall: .seconds(2), grace: .milliseconds(100))
            let script = "trap '' TERM INT HUP; while :; do sleep 1; done"
            let outcome = try await room.run(
                room.plan(["/bin/sh", "-c", script], limits: limits)
            ).outcome
            #expect(outcome.cause == .wallTimeout)
            #expect(outcome.ending == .signalled(9))
        }
    }

    @Test func `a daemon does not outlive its attempt`() async throws {
        try await RoomProbe.lend { room in
            let daemon = """
                import os, time
                if os.fork(): os._exit(0)
                os.setsid()
                if os.fork(): os._exit(0)
                while True: open("alive", "w").write(str(time.time())); time.sleep(0.02)
                """
            let outcome = try await room.run(
                room.plan(["python3", "-c", daemon])
            ).outcome
            #expect(outcome.survivingProcesses == 0)
            let file = room.folder + "/alive"
            let before = try? String(contentsOfFile: file, encoding: .utf8)
            usleep(200_000)
            #expect((try? String(contentsOfFile: file, encoding: .utf8)) == before)
        }
    }

    @Test func `the control groups of a launch are gone after it`() async throws {
        let groups = try await groups()
        try #require(groups.kind != .none)
        try await RoomProbe.lend { room in
            var plan = room.plan(["cat", "/proc/self/cgroup"])
            plan.limits.group = GroupLimits(memoryBytes: 64 << 20, processes: 32)
            let result = try await room.run(plan)
            let lines = result.out.split(separator: "\n").filter { $0.contains("fleetmark-run-") }
            #expect(!lines.isEmpty)
            for line in lines {
                let path = try #require(line.split(separator: ":").last)
                let name = try #require(path.split(separator: "/").last)
                let found = try FileManager.default.contentsOfDirectory(atPath: "/sys/fs/cgroup")
                for hierarchy in found {
                    #expect(
                        !FileManager.default.fileExists(
                            atPath: "/sys/fs/cgroup/\(hierarchy)/\(name)"))
                }
            }
        }
    }

    @Test func `the time of the whole tree is counted by its group`() async throws {
        try #require(try await groups().kind != .none)
        try await RoomProbe.lend { room in
            var plan = room.plan(
                ["python3", "-c", "import os\nos.fork()\nfor i in range(2000000): pass"])
            plan.limits.group = GroupLimits()
            let outcome = try await room.run(plan).outcome
            let group = try #require(outcome.group?.usageMicroseconds)
            #expect(group > outcome.usage.userMicroseconds)
        }
    }
}
