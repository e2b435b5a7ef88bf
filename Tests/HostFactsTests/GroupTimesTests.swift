import LinuxSystem
import Testing

@testable import HostFacts

@Suite struct GroupTimesTests {
    private static func unified(_ microseconds: [String: Int]) throws -> FixtureTree {
        var files = ["/sys/fs/cgroup/cgroup.controllers": "cpu memory\n"]
        for (group, used) in microseconds {
            let folder = group == "/" ? "" : group
            files["/sys/fs/cgroup\(folder)/cpu.stat"] =
                "usage_usec \(used)\nuser_usec 1\nsystem_usec 2\n"
            files["/sys/fs/cgroup\(folder)/cgroup.procs"] = ""
        }
        return try FixtureTree(files)
    }

    private static func legacy(_ nanoseconds: [String: Int]) throws -> FixtureTree {
        var files: [String: String] = [:]
        for (group, used) in nanoseconds {
            let folder = group == "/" ? "" : group
            files["/sys/fs/cgroup/cpuacct\(folder)/cpuacct.usage"] = "\(used)\n"
            files["/sys/fs/cgroup/cpuacct\(folder)/tasks"] = ""
        }
        return try FixtureTree(files)
    }

    private static func uses(
        _ before: FixtureTree, _ after: FixtureTree, own: Int64
    ) throws -> [String: Double] {
        let first = try #require(GroupTimes(reading: KernelTree(root: before.root)))
        let last = try #require(GroupTimes(reading: KernelTree(root: after.root)))
        let uses = last.uses(since: first, own: own)
        #expect(uses.map(\.milliseconds) == uses.map(\.milliseconds).sorted(by: >))
        return Dictionary(uniqueKeysWithValues: uses.map { ($0.group, $0.milliseconds) })
    }

    @Test func `groups are named by what they used themselves, and the measured one is none`()
        throws
    {
        let agent = "/fleetmark.slice/fleetmark-agent.service"
        let before = try Self.unified([
            "/": 9_000_000, "/system.slice": 3_000_000, "/system.slice/cron.service": 1_000_000,
            "/fleetmark.slice": 500_000, agent: 500_000, "\(agent)/fleetmark-run-1-1": 0,
            "\(agent)/supervisor": 400_000,
        ])
        // 340 ms of cron, 12 ms of the agent, 800 ms of the benchmark, whose group is gone, 5 ms of
        // the kernel itself.
        let after = try Self.unified([
            "/": 10_157_000, "/system.slice": 3_340_000, "/system.slice/cron.service": 1_340_000,
            "/fleetmark.slice": 1_312_000, agent: 1_312_000, "\(agent)/supervisor": 412_000,
        ])
        #expect(
            try Self.uses(before, after, own: 800_000_000) == [
                "/system.slice/cron.service": 340, "\(agent)/supervisor": 12, "/": 5,
            ])
    }

    @Test func `the first version counts in nanoseconds`() throws {
        let before = try Self.legacy([
            "/": 9_000_000_000, "/user": 2_000_000_000, "/fleetmark-run-1-1": 0,
        ])
        let after = try Self.legacy([
            "/": 9_950_000_000, "/user": 2_100_000_000, "/late": 50_000_000,
        ])
        #expect(
            try Self.uses(before, after, own: 700_000_000) == ["/user": 100, "/late": 50, "/": 100]
        )
    }

    @Test func `the five that used most are named`() throws {
        let names = (1...9).map { "/g\($0)" }
        let before = try Self.unified(
            Dictionary(uniqueKeysWithValues: names.map { ($0, 0) } + [("/", 0)]))
        let used = names.enumerated().map { ($1, ($0 + 1) * 10_000) }
        let after = try Self.unified(
            Dictionary(uniqueKeysWithValues: used + [("/", 450_000)]))
        let found = try Self.uses(before, after, own: 0)
        #expect(found.keys.sorted() == ["/g5", "/g6", "/g7", "/g8", "/g9"])
    }

    @Test func `a host without groups that count time names nobody`() throws {
        #expect(GroupTimes(reading: KernelTree(root: try FixtureTree([:]).root)) == nil)
        let broken = try FixtureTree([
            "/sys/fs/cgroup/cgroup.controllers": "", "/sys/fs/cgroup/cpu.stat": "usage_usec -1\n",
        ])
        #expect(GroupTimes(reading: KernelTree(root: broken.root)) == nil)
    }
}
