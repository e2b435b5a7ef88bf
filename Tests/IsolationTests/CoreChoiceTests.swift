import Foundation
import Isolation
import LinuxSystem
import Testing

@Suite struct CoreChoiceTests {
    private func topology(_ cores: [[Int]], allowed: [Int]? = nil, isVirtual: Bool = false)
        -> CpuTopology
    {
        CpuTopology(
            cores: cores.map { CpuTopology.Core(threads: $0, package: 0) },
            allowed: allowed ?? cores.flatMap { $0 }, isVirtual: isVirtual)
    }

    struct Case: Sendable {
        let name: String
        let cores: [[Int]]
        var allowed: [Int]?
        var count = 1
        var shares = false
        let measuring: [Int]
        let housekeeping: [Int]
        let blocked: [Int]
        let level: IsolationReceipt.Level
    }

    @Test(arguments: [
        Case(
            name: "1 processor", cores: [[0]], measuring: [0], housekeeping: [0], blocked: [],
            level: .none),
        Case(
            name: "1 core, 2 siblings", cores: [[0, 1]], measuring: [0], housekeeping: [0],
            blocked: [1], level: .none),
        Case(
            name: "2 cores", cores: [[0], [1]], measuring: [1], housekeeping: [0], blocked: [],
            level: .partial),
        Case(
            name: "2 cores, both wanted", cores: [[0], [1]], count: 2, shares: true,
            measuring: [0, 1], housekeeping: [0], blocked: [], level: .none),
        Case(
            name: "4 cores with siblings", cores: [[0, 4], [1, 5], [2, 6], [3, 7]], count: 2,
            measuring: [1, 2], housekeeping: [0, 4], blocked: [5, 6], level: .partial),
        Case(
            name: "8 cores keep two for the house", cores: (0..<8).map { [$0] }, count: 1,
            measuring: [2], housekeeping: [0, 1], blocked: [], level: .partial),
        Case(
            name: "a core half outside is not used", cores: [[0, 4], [1, 5], [2, 6]],
            allowed: [0, 4, 1, 2, 6], measuring: [2], housekeeping: [0, 4], blocked: [6],
            level: .partial),
    ])
    func `the table of machines holds`(_ given: Case) throws {
        let choice = try CoreChoice.choose(
            topology(given.cores, allowed: given.allowed), count: given.count,
            sharesHousekeeping: given.shares)
        #expect(choice.measuring == given.measuring)
        #expect(choice.housekeeping == given.housekeeping)
        #expect(choice.blocked == given.blocked)
        #expect(choice.level == given.level)
        #expect(!choice.remarks.isEmpty)
    }

    @Test func `what can never fit is refused with the numbers`() {
        #expect(throws: CoreChoice.Failure.tooFewCores(wanted: 2, usable: 1)) {
            try CoreChoice.choose(topology([[0], [1]]), count: 2)
        }
        #expect(throws: CoreChoice.Failure.tooFewCores(wanted: 9, usable: 3)) {
            try CoreChoice.choose(topology((0..<4).map { [$0] }), count: 9)
        }
    }

    @Test func `a virtual machine is marked`() throws {
        let choice = try CoreChoice.choose(topology([[0], [1]], isVirtual: true))
        #expect(choice.remarks.contains { $0.contains("virtual") })
    }

    @Test func `the topology is read below a root`() async throws {
        try await ScratchFolder.lend { root in
            try HostTree.write(
                [
                    "/proc/self/status": "Name:\tx\nCpus_allowed_list:\t0-2\n",
                    "/proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu hypervisor sse\n",
                    "/sys/devices/system/cpu/online": "0-3\n",
                    "/sys/devices/system/cpu/cpu0/topology/core_cpus_list": "0,2\n",
                    "/sys/devices/system/cpu/cpu0/topology/physical_package_id": "0\n",
                    "/sys/devices/system/cpu/cpu1/topology/thread_siblings_list": "1,3\n",
                ], below: root)
            let topology = try CpuTopology(reading: KernelTree(root: root))
            #expect(topology.cores.map(\.threads) == [[0, 2], [1, 3]])
            #expect(topology.cores.map(\.package) == [0, nil])
            #expect(topology.allowed == [0, 1, 2])
            #expect(topology.isVirtual)
        }
    }
}

/// Recorded files of a host, written below a root.
enum HostTree {
    static func write(_ files: [String: String], below root: String) throws {
        for (path, text) in files {
            let place = URL(fileURLWithPath: root + path)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: place, atomically: false, encoding: .utf8)
        }
    }
}
