import Foundation
import LinuxSystem
import Testing

@testable import Isolation

/// Control groups on trees that were made up; `scripts/prove cgroup2` tries real ones.
@Suite struct ControlGroupsTests {
    /// A host whose groups look as given.
    private struct Host {
        let folder: String
        var tree: KernelTree { KernelTree(root: folder) }

        func write(_ text: String, _ path: String) throws {
            let file = folder + path
            try FileManager.default.createDirectory(
                atPath: String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]),
                withIntermediateDirectories: true)
            try text.write(toFile: file, atomically: false, encoding: .utf8)
        }

        func text(_ path: String) throws -> String {
            try String(contentsOfFile: folder + path, encoding: .utf8)
        }
    }

    private func lend(_ body: (Host) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "fleetmark-groups-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(Host(folder: folder))
    }

    private static let unifiedMount =
        "30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"

    @Test func `a delegated group passes its controllers on, and the agent moves aside`() throws {
        try lend { host in
            let own = "/sys/fs/cgroup/system.slice/agent.service"
            try host.write("0::/system.slice/agent.service\n", "/proc/self/cgroup")
            try host.write(Self.unifiedMount, "/proc/self/mountinfo")
            try host.write("cpuset cpu io memory pids\n", own + "/cgroup.controllers")
            try host.write("71\n", own + "/cgroup.procs")
            try host.write("domain\n", own + "/cgroup.type")
            try host.write("cpuset cpu io memory pids\n", own + "/cgroup.subtree_control")
            try host.write("", own + "/supervisor/cgroup.procs")
            let groups = ControlGroups.find(host.tree)
            #expect(groups.kind == .unified)
            #expect(groups.base?.path == own)
            #expect(groups.degradations.isEmpty)
            #expect(
                try host.text(own + "/supervisor/cgroup.procs") == "71")
        }
    }

    /// What stood in each group above, what a launch set aside, what stands there now, and what is
    /// put back.
    @Test(arguments: [
        ("", "2-3", "2-3", "\n"), ("1", "1-3", "1-3", "1\n"),
        // Not yet changed, and changed by somebody else.
        ("", "2-3", "\n", "\n"), ("", "2-3", "0\n", "0\n"),
    ])
    func `what a killed agent set aside is put back, and nothing else`(
        original: String, wanted: String, now: String, after: String
    ) throws {
        try lend { host in
            let group = "/sys/fs/cgroup/system.slice"
            try host.write(now, group + "/cpuset.cpus.exclusive")
            let record = "/run/fleetmark/fleetmark-run-4194999-1"
            try host.write("\(group)\t\(original)\t\(wanted)\n\(group)/x\t", record)
            PartitionRecord.sweep(host.tree) { $0 == "fleetmark-run-4194998-1" }
            #expect(try host.text(group + "/cpuset.cpus.exclusive") == now)
            PartitionRecord.sweep(host.tree) { $0 == "fleetmark-run-4194999-1" }
            // Unlike the kernel's, a file of the test keeps what is behind a shorter text.
            #expect(try host.text(group + "/cpuset.cpus.exclusive").hasPrefix(after))
            #expect(!FileManager.default.fileExists(atPath: host.folder + record))
        }
    }

    @Test func `a group that is not delegated is told with advice`() throws {
        try lend { host in
            let own = "/sys/fs/cgroup/user.slice"
            try host.write("0::/user.slice\n", "/proc/self/cgroup")
            try host.write(Self.unifiedMount, "/proc/self/mountinfo")
            try host.write("memory pids\n", own + "/cgroup.controllers")
            try host.write("1\n", own + "/cgroup.procs")
            try host.write("domain\n", own + "/cgroup.type")
            // A file where the folder must be: it cannot be made.
            try host.write("", own + "/supervisor")
            let groups = ControlGroups.find(host.tree)
            #expect(groups.kind == .none)
            #expect(
                groups.degradations.map(\.code) == [
                    "cgroup-controller-refused", "cgroup-controller-refused",
                    "cgroup-not-delegated",
                ])
            #expect(groups.make(GroupLimits()) == nil)
        }
    }

    @Test func `a hybrid host limits by the first version`() throws {
        try lend { host in
            let mounts = """
                40 25 0:30 / /sys/fs/cgroup/memory rw shared:1 - cgroup cgroup rw,memory
                41 25 0:31 / /sys/fs/cgroup/pids rw shared:2 - cgroup cgroup rw,pids
                42 25 0:32 / /sys/fs/cgroup/cpu,cpuacct rw shared:3 - cgroup cgroup rw,cpu,cpuacct
                43 25 0:33 / /sys/fs/cgroup/unified rw shared:4 - cgroup2 cgroup2 rw

                """
            try host.write(mounts, "/proc/self/mountinfo")
            try host.write(
                "4:memory:/\n3:pids:/agent\n2:cpu,cpuacct:/\n0::/\n", "/proc/self/cgroup")
            for name in ["memory", "pids/agent", "cpu,cpuacct", "unified"] {
                try host.write("", "/sys/fs/cgroup/\(name)/cgroup.procs")
            }
            try host.write("hugetlb\n", "/sys/fs/cgroup/unified/cgroup.controllers")
            let groups = ControlGroups.find(host.tree)
            #expect(groups.kind == .hybrid)
            #expect(groups.legacy["pids"]?.path == "/sys/fs/cgroup/pids/agent")
            #expect(groups.legacy["cpuacct"]?.path == "/sys/fs/cgroup/cpu,cpuacct")
            #expect(
                groups.degradations.map(\.code) == ["cgroup-hybrid", "cgroup-controller-absent"])
            #expect(groups.degradations.last?.subject == "cpuset")
        }
    }

    @Test func `in a container the paths begin at what is mounted`() throws {
        try lend { host in
            let mounts = """
                40 25 0:30 /docker/1f /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory

                """
            try host.write(mounts, "/proc/self/mountinfo")
            try host.write("4:memory:/docker/1f\n", "/proc/self/cgroup")
            #expect(
                GroupHierarchies(reading: host.tree).legacy == [
                    "memory": "/sys/fs/cgroup/memory"
                ])
        }
    }

    @Test func `a host without groups says so`() throws {
        try lend { host in
            let groups = ControlGroups.find(host.tree)
            #expect(groups.kind == .none)
            #expect(groups.degradations.map(\.code) == ["no-cgroups"])
        }
    }

    /// A group of kernels that cannot kill one: a real process in a folder that was made up.
    @Test(arguments: [("cgroup.freeze", "0"), ("freezer.state", "THAWED")])
    func `a group without cgroup.kill is frozen, killed and let go`(
        _ file: String, _ last: String
    ) throws {
        try lend { host in
            let group = GroupFolder(tree: host.tree, path: "/group")
            try host.write("x", "/group/\(file)")
            let child = Process()
            child.executableURL = URL(filePath: "/bin/sleep")
            child.arguments = ["600"]
            try child.run()
            try host.write("\(child.processIdentifier)\n\(getpid())\n", "/group/cgroup.procs")
            GroupEnding(folder: group).run()
            child.waitUntilExit()
            #expect(child.terminationReason == .uncaughtSignal)
            #expect(child.terminationStatus == SIGKILL)
            #expect(try host.text("/group/\(file)").hasPrefix(last))
        }
    }

    @Test func `a group with cgroup.kill is asked to die, and no process one by one`() throws {
        try lend { host in
            let group = GroupFolder(tree: host.tree, path: "/group")
            try host.write("", "/group/cgroup.kill")
            try host.write("", "/group/cgroup.freeze")
            try host.write("1\n", "/group/cgroup.procs")
            GroupEnding(folder: group).run()
            #expect(try host.text("/group/cgroup.kill") == "1")
            #expect(try host.text("/group/cgroup.freeze").isEmpty)
        }
    }

    @Test func `memory is sampled where the kernel keeps no peak`() throws {
        try lend { host in
            let group = GroupFolder(tree: host.tree, path: "/group")
            #expect(MemorySampler(group) == nil)
            try host.write("4096\n", "/group/memory.current")
            let sampler = try #require(MemorySampler(group))
            sampler.look(at: 1)
            try host.write("9000000\n", "/group/memory.current")
            // Before the next look is due.
            sampler.look(at: 2)
            #expect(sampler.peakBytes == 4096)
            sampler.look(at: sampler.nextLook)
            try host.write("8192\n", "/group/memory.current")
            sampler.look(at: sampler.nextLook)
            #expect(sampler.peakBytes == 9_000_000)
            try host.write("1\n", "/group/memory.peak")
            #expect(MemorySampler(group) == nil)
        }
    }

    @Test func `without cpuset pinning is soft, and that is told`() throws {
        try lend { host in
            let own = "/sys/fs/cgroup/agent"
            try host.write("0::/agent\n", "/proc/self/cgroup")
            try host.write(Self.unifiedMount, "/proc/self/mountinfo")
            try host.write("memory pids\n", own + "/cgroup.controllers")
            try host.write("", own + "/cgroup.procs")
            try host.write("xxxxxxxx memory pids\n", own + "/cgroup.subtree_control")
            let found = ControlGroups.find(host.tree).degradations
            #expect(found.map(\.code) == ["cgroup-controller-absent"])
            #expect(found.first?.subject == "cpuset")
            #expect(found.first?.message.contains("pinning is soft") == true)
        }
    }

    @Test func `without a process namespace it is said how the end of a tree is found`() {
        let grouped = Degradation.processTree(.unified)
        #expect(grouped.code == "no-pid-namespace" && !grouped.advice.isEmpty)
        #expect(grouped.message.contains("process tree's end is detected by cgroup only"))
        #expect(Degradation.processTree(.none).message.contains("looking for descendants"))
    }

    @Test func `what the kernel writes is read, and odd lines are not`() {
        #expect(GroupAccounting.pressure("some avg10=0.00 total=1234\nfull total=5\n") == 1234)
        #expect(GroupAccounting.pressure("full avg10=0.00 total=5") == nil)
        #expect(GroupAccounting.pressure("some total=x") == nil)
        #expect(GroupAccounting.pressure(nil) == nil)
    }
}
