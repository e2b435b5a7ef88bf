import Glibc
import Isolation
import LinuxSystem
import Testing

/// What the target finds when it looks at itself.
@Suite struct LaunchRightsTests {
    private func status(_ plan: LaunchPlan) async throws -> [String: String] {
        var plan = plan
        plan.arguments = ["cat", "/proc/self/status"]
        let result = try await LaunchProbe.run(plan)
        var fields: [String: String] = [:]
        for line in result.out.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = parts[1].trimmingWhitespace() }
        }
        return fields
    }

    @Test(.enabled(if: LaunchProbe.isRoot))
    func `user and group are the given ones, all four of each, and no group is left`()
        async throws
    {
        let fields = try await status(LaunchProbe.plan([]))
        #expect(fields["Uid"] == "64011\t64011\t64011\t64011")
        #expect(fields["Gid"] == "64011\t64011\t64011\t64011")
        #expect(fields["Groups"] == "")
    }

    @Test(.enabled(if: LaunchProbe.isRoot))
    func `all five capability sets are empty`() async throws {
        let fields = try await status(LaunchProbe.plan([]))
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            #expect(fields[set] == "0000000000000000", "\(set)")
        }
    }

    @Test func `new privileges are forbidden`() async throws {
        #expect(try await status(LaunchProbe.plan([]))["NoNewPrivs"] == "1")
    }

    @Test(.enabled(if: LaunchProbe.isRoot))
    func `the target cannot become root again nor signal its launcher`() async throws {
        let script = """
            python3 - <<'END'
            import os
            for name, call in (("setuid", lambda: os.setuid(0)),
                               ("kill", lambda: os.kill(os.getppid(), 9)),
                               ("chroot", lambda: os.chroot("/"))):
                try:
                    call()
                    print(name, "allowed")
                except PermissionError:
                    print(name, "refused")
            END
            """
        var plan = LaunchProbe.shell("exec " + script)
        plan.arguments = ["/bin/sh", "-c", "exec " + script]
        let result = try await LaunchProbe.run(plan)
        #expect(result.out == "setuid refused\nkill refused\nchroot refused\n")
    }

    @Test func `affinity is the given processors`() async throws {
        let allowed = try CpuTopology(reading: KernelTree()).allowed
        let last = try #require(allowed.last)
        var plan = LaunchProbe.plan([])
        plan.cpus = [last]
        #expect(try await status(plan)["Cpus_allowed_list"] == "\(last)")
        let result = try await LaunchProbe.run(plan.with(["true"]))
        #expect(result.outcome.receipt.cpus == [last])
    }

    @Test func `a processor that does not exist is refused`() async throws {
        var plan = LaunchProbe.plan(["true"])
        plan.cpus = [8191]
        await #expect(throws: LaunchFailure.setupFailed(step: .affinity, errno: EINVAL)) {
            try await LaunchProbe.run(plan)
        }
    }

    @Test func `resource limits are in force`() async throws {
        let limits = LaunchLimits(
            wall: .seconds(60), fileSizeBytes: 1 << 20,
            openFiles: LaunchLimits.Range(soft: 100, hard: 200), processes: 50,
            lockedMemoryBytes: 65_536, addressSpaceBytes: 1 << 30, processorSeconds: 9)
        var plan = LaunchProbe.plan(["cat", "/proc/self/limits"], limits: limits)
        // A user of its own: the kernel counts the processes of a user, and other tests have many.
        if plan.identity != nil { plan.identity = ProcessIdentity(uid: 64_013, gid: 64_013) }
        let result = try await LaunchProbe.run(plan)
        let expected = [
            "Max core file size": "0 0", "Max open files": "100 200",
            "Max file size": "1048576 1048576", "Max processes": "50 50",
            "Max stack size": "8388608 8388608", "Max locked memory": "65536 65536",
            "Max address space": "1073741824 1073741824", "Max cpu time": "9 10",
        ]
        for (name, values) in expected {
            let line = result.out.split(separator: "\n").first { $0.hasPrefix(name) }
            let words = line?.dropFirst(name.count).split(separator: " ").prefix(2)
            #expect(words?.joined(separator: " ") == values, "\(name)")
        }
    }

    @Test func `session, signals, descriptors, mask and memory score are clean`() async throws {
        signal(SIGPIPE, SIG_IGN)
        let script = """
            umask; cat /proc/self/oom_score_adj
            python3 -c '
            import os
            print(os.getsid(0) == os.getpgrp() == os.getppid(), sorted(os.listdir("/proc/self/fd")))
            for line in open("/proc/self/status"):
                if line.startswith(("SigBlk", "SigIgn")): print(line.split()[1])
            '
            exit 0
            """
        let result = try await LaunchProbe.run(LaunchProbe.shell(script))
        let lines = result.out.split(separator: "\n")
        // Python ignores SIGPIPE and SIGXFSZ itself; 3 is the folder that it lists.
        #expect(
            lines == [
                "0022", "500", "True ['0', '1', '2', '3']", "0000000000000000",
                "0000000001001000",
            ])
        let ignored = try await LaunchProbe.run(
            LaunchProbe.plan(["grep", "SigIgn", "/proc/self/status"]))
        #expect(ignored.out == "SigIgn:\t0000000000000000\n")
    }

    @Test func `addresses are fixed on request`() async throws {
        var plan = LaunchProbe.plan(["grep", "stack", "/proc/self/maps"])
        plan.disableAddressRandomisation = true
        let first = try await LaunchProbe.run(plan)
        let second = try await LaunchProbe.run(plan)
        #expect(first.out == second.out)
        #expect(!first.outcome.receipt.addressRandomisation)
    }

    @Test func `the receipt says what was in force and what is missing`() async throws {
        let receipt = try await LaunchProbe.run(LaunchProbe.plan(["true"])).outcome.receipt
        #expect(receipt.phase == .measure)
        #expect(receipt.noNewPrivileges)
        #expect(receipt.capabilities.isEmpty)
        #expect(receipt.network == "host")
        #expect(receipt.missing.map(\.item).contains("room"))
        #expect(receipt.missing.map(\.item).contains("cgroup"))
        #expect(receipt.uid == (LaunchProbe.identity?.uid ?? getuid()))
        #expect(receipt.levelReached == (LaunchProbe.isRoot ? .partial : .none))
        #expect(receipt.missing.contains { $0.item == "identity" } == !LaunchProbe.isRoot)
        if LaunchProbe.isRoot { #expect(receipt.boundingSet == 0) }
    }
}

extension LaunchPlan {
    func with(_ arguments: [String]) -> LaunchPlan {
        var plan = self
        plan.arguments = arguments
        return plan
    }
}
