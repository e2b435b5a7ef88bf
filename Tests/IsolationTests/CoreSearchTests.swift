import Isolation
import LinuxSystem
import Testing

/// Whole machines, from their files to the choice.
@Suite struct CoreSearchTests {
    /// A machine to be written as files.
    struct Machine: Sendable {
        /// Hardware threads of each core.
        var cores: [[Int]]
        /// Node of each core.
        var nodes: [Int] = []
        /// Cores that share a third-level cache.
        var caches: [[Int]] = []
        var capacities: [Int] = []
        var efficient: [Int] = []
        var allowed: String?
        var deviceNodes: [Int] = []
        var isVirtual = false

        var files: [String: String] {
            let cpu = "/sys/devices/system/cpu"
            let all = cores.flatMap { $0 }.sorted()
            var files = [
                "/proc/self/status":
                    "Name:\tx\nCpus_allowed_list:\t\(allowed ?? CPUList.text(of: all))\n",
                "/proc/cpuinfo":
                    "processor\t: 0\nflags\t\t: fpu\(isVirtual ? " hypervisor" : "")\n",
                "\(cpu)/online": CPUList.text(of: all) + "\n",
            ]
            for (index, threads) in cores.enumerated() {
                let mates = caches.first { $0.contains(index) } ?? []
                for thread in threads {
                    let place = "\(cpu)/cpu\(thread)"
                    files["\(place)/topology/core_cpus_list"] = CPUList.text(of: threads) + "\n"
                    if !mates.isEmpty {
                        files["\(place)/cache/index3/shared_cpu_list"] =
                            CPUList.text(of: mates.flatMap { cores[$0] }) + "\n"
                    }
                    if index < capacities.count {
                        files["\(place)/cpu_capacity"] = "\(capacities[index])\n"
                    }
                }
            }
            return files.merging(places) { $1 }
        }

        /// Nodes, kinds of cores and devices.
        private var places: [String: String] {
            var files: [String: String] = [:]
            let all = cores.flatMap { $0 }
            for node in Set(nodes) {
                let members = cores.indices.filter { nodes[$0] == node }.flatMap { cores[$0] }
                files["/sys/devices/system/node/node\(node)/cpulist"] =
                    CPUList.text(of: members) + "\n"
            }
            if !efficient.isEmpty {
                let units = "/sys/bus/event_source/devices"
                let small = efficient.flatMap { cores[$0] }
                files["\(units)/cpu_atom/cpus"] = CPUList.text(of: small) + "\n"
                files["\(units)/cpu_core/cpus"] =
                    CPUList.text(of: all.filter { !small.contains($0) }) + "\n"
            }
            for node in deviceNodes {
                files["/sys/bus/pci/devices/0000:0\(node):00.0/numa_node"] = "\(node)\n"
                files["/sys/bus/pci/devices/0000:0\(node):00.0/msi_irqs/30"] = "msix\n"
            }
            return files
        }
    }

    static let oneSocket = Machine(
        cores: (0..<6).map { [$0, $0 + 6] }, nodes: Array(repeating: 0, count: 6),
        caches: [Array(0..<6)])
    static let oneSocketNoSiblings = Machine(
        cores: (0..<6).map { [$0] }, nodes: Array(repeating: 0, count: 6), caches: [Array(0..<6)])
    /// 16 cores on two sockets, numbered alternately, as many servers do.
    static let twoSockets = Machine(
        cores: (0..<16).map { [$0, $0 + 16] }, nodes: (0..<16).map { $0 % 2 },
        caches: [
            (0..<16).filter { $0 % 2 == 0 }, (0..<16).filter { $0 % 2 == 1 },
        ], deviceNodes: [0, 1])
    /// Siblings side by side, four cores to a cache.
    static let interleaved = Machine(
        cores: (0..<12).map { [2 * $0, 2 * $0 + 1] }, nodes: Array(repeating: 0, count: 12),
        caches: [Array(0..<4), Array(4..<8), Array(8..<12)])
    /// Four big cores with two threads, eight small ones with one.
    static let hybrid = Machine(
        cores: (0..<4).map { [2 * $0, 2 * $0 + 1] } + (8..<16).map { [$0] },
        nodes: Array(repeating: 0, count: 12), caches: [Array(0..<12)], efficient: Array(4..<12))
    static let bigLittle = Machine(
        cores: (0..<6).map { [$0] }, capacities: [446, 446, 446, 446, 1024, 1024])

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let machine: Machine
        var count = 1
        var threads = CoreWish.Threads.first
        var spans = false
        var house: [Int]?
        let measuring: [Int]
        let housekeeping: [Int]
        let blocked: [Int]
        var mark = CoreChoice.Mark.partial
        var nodes = [0]
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(
            name: "one socket with siblings", machine: oneSocket, count: 2, measuring: [1, 2],
            housekeeping: [0, 6], blocked: [7, 8]),
        Case(
            name: "one socket without siblings", machine: oneSocketNoSiblings, count: 2,
            measuring: [1, 2], housekeeping: [0], blocked: []),
        Case(
            name: "both threads of each core", machine: oneSocket, count: 2, threads: .all,
            measuring: [1, 2, 7, 8], housekeeping: [0, 6], blocked: []),
        // Two cores for 16, and one on the other node, which has devices too: 8 and 9 keep house
        // there. The node with fewer free cores fits best.
        Case(
            name: "two sockets", machine: twoSockets, count: 4, measuring: [2, 4, 6, 8],
            housekeeping: [0, 1, 16, 17], blocked: [18, 20, 22, 24], nodes: [0]),
        Case(
            name: "two sockets, whole nodes", machine: twoSockets, count: 14, spans: true,
            measuring: Array(2..<16), housekeeping: [0, 1, 16, 17], blocked: Array(18..<32),
            nodes: [0, 1]),
        // The first cache has two cores left: the smallest that fits.
        Case(
            name: "siblings side by side, two of one cache", machine: interleaved, count: 2,
            measuring: [4, 6], housekeeping: [0, 1, 2, 3], blocked: [5, 7]),
        Case(
            name: "siblings side by side, four of one cache", machine: interleaved, count: 4,
            measuring: [8, 10, 12, 14], housekeeping: [0, 1, 2, 3], blocked: [9, 11, 13, 15]),
        Case(
            name: "more than a cache holds", machine: interleaved, count: 6,
            measuring: [4, 6, 8, 10, 12, 14], housekeeping: [0, 1, 2, 3],
            blocked: [5, 7, 9, 11, 13, 15]),
        Case(
            name: "hybrid: big cores alone", machine: hybrid, count: 2, measuring: [4, 6],
            housekeeping: [0, 1, 2, 3], blocked: [5, 7]),
        Case(
            name: "big and little: the fast ones", machine: bigLittle, count: 2,
            measuring: [4, 5], housekeeping: [0], blocked: []),
        Case(
            name: "the operator's housekeeping", machine: oneSocketNoSiblings, count: 1,
            house: [4, 5], measuring: [0], housekeeping: [4, 5], blocked: []),
        Case(
            name: "virtual machine with two processors",
            machine: Machine(cores: [[0], [1]], isVirtual: true), measuring: [1],
            housekeeping: [0], blocked: [], mark: .virtual),
        Case(
            name: "one processor", machine: Machine(cores: [[0]]), measuring: [0],
            housekeeping: [0], blocked: [], mark: .none),
        // The part of core 0 that is ours keeps house; it could not measure.
        Case(
            name: "half of the first core is not ours",
            machine: Machine(cores: [[0, 3], [1, 4], [2, 5]], allowed: "1-5"),
            measuring: [1], housekeeping: [3], blocked: [4]),
    ])
    func `a machine's files lead to these cores`(_ given: Case) async throws {
        let topology = try await topology(given.machine)
        var wish = CoreWish(count: given.count)
        wish.threads = given.threads
        wish.spansNodes = given.spans
        wish.housekeeping = given.house
        let choice = try CoreChoice.choose(topology, wish)
        #expect(choice.measuring == given.measuring)
        #expect(choice.housekeeping == given.housekeeping)
        #expect(choice.blocked == given.blocked)
        #expect(choice.mark == given.mark)
        #expect(choice.nodes == given.nodes)
        #expect(try CoreChoice.choose(topology, wish) == choice)
    }

    private func topology(_ machine: Machine) async throws -> CpuTopology {
        var topology: CpuTopology?
        try await ScratchFolder.lend { root in
            try HostTree.write(machine.files, below: root)
            topology = try CpuTopology(reading: KernelTree(root: root))
        }
        return try #require(topology)
    }

    @Test func `what can never fit is refused with the numbers`() async throws {
        let sockets = try await topology(Self.twoSockets)
        var wish = CoreWish(count: 8)
        let failure = CoreChoice.Failure.nodeTooSmall(wanted: 8, largest: 7)
        #expect(throws: failure) { try CoreChoice.choose(sockets, wish) }
        #expect(
            failure.description == "needs 8 cores in one NUMA node; largest node has 7 usable")
        wish.spansNodes = true
        #expect(throws: CoreChoice.Failure.notWholeNodes(wanted: 8, sizes: [7, 7])) {
            try CoreChoice.choose(sockets, wish)
        }
        wish.count = 40
        #expect(throws: CoreChoice.Failure.tooFewCores(wanted: 40, usable: 14)) {
            try CoreChoice.choose(sockets, wish)
        }
    }

    @Test func `turns move over equal places and come back`() async throws {
        let topology = try await topology(Self.interleaved)
        var seen: [[Int]] = []
        for turn in 0..<4 {
            var wish = CoreWish(count: 4)
            wish.policy = .rotate(turn: turn)
            seen.append(try CoreChoice.choose(topology, wish).measuring)
        }
        #expect(seen[0] == [8, 10, 12, 14])
        #expect(seen[1] == [16, 18, 20, 22])
        #expect(seen[2] == seen[0])
        #expect(seen[3] == seen[1])
    }

    @Test func `all cores are those that do not keep house, of one kind, over all nodes`()
        async throws
    {
        var wish = CoreWish()
        wish.takesAll = true
        let both = try CoreChoice.choose(try await topology(Self.twoSockets), wish)
        #expect(both.nodes.count == 2 && both.measuring.count == 14)
        let sockets = try CoreChoice.choose(try await topology(Self.interleaved), wish)
        #expect(Set(sockets.measuring).isDisjoint(with: sockets.housekeeping))
        wish.threads = .all
        let threads = try CoreChoice.choose(try await topology(Self.interleaved), wish)
        #expect(threads.measuring.count == 2 * sockets.measuring.count)
        #expect(threads.blocked.isEmpty)
        let mixed = try CoreChoice.choose(try await topology(Self.hybrid), wish)
        #expect(mixed.remarks.contains { $0.hasPrefix("runs are limited to performance cores") })
        let single = CpuTopology(
            cores: [.init(threads: [0], package: 0)], allowed: [0], isVirtual: false)
        #expect(try CoreChoice.choose(single, wish).measuring == [0])
    }

    @Test func `a partition without interrupts makes a choice full, not where the agent is on it`()
        async throws
    {
        let topology = try await topology(Self.oneSocket)
        var wish = CoreWish(count: 2)
        let choice = try CoreChoice.choose(topology, wish)
        let all = CoreGuards(hasPartition: true, hasMovedInterrupts: true)
        #expect(choice.level == .partial)
        let alone = choice.guarded(by: all)
        #expect(alone.mark == .full && alone.level == .full && alone.remarks == [])
        let interrupted = choice.guarded(
            by: CoreGuards(hasPartition: true, hasMovedInterrupts: false))
        #expect(interrupted.level == .partial)
        #expect(interrupted.remarks == ["interrupts may still come to the measuring cores"])
        let open = choice.guarded(by: CoreGuards(hasPartition: false, hasMovedInterrupts: true))
        #expect(open == choice)
        wish.count = 6
        wish.sharesHousekeeping = true
        #expect(try CoreChoice.choose(topology, wish).guarded(by: all).mark == .none)
        let virtual = CpuTopology(
            cores: topology.cores, allowed: topology.allowed, isVirtual: true)
        #expect(try CoreChoice.choose(virtual, CoreWish()).guarded(by: all).level == .partial)
    }

    @Test func `siblings that others may use are said`() async throws {
        let choice = try CoreChoice.choose(try await topology(Self.oneSocket), CoreWish())
        #expect(choice.remarks.contains("sibling threads may still run other work"))
        let mixed = try CoreChoice.choose(try await topology(Self.hybrid), CoreWish())
        #expect(mixed.remarks.contains { $0.hasPrefix("runs are limited to performance cores") })
    }
}
