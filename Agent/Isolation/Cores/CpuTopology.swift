package import LinuxSystem

/// The physical cores of a host, parsed; no decisions.
///
/// Enters: a root with `/sys/devices/system` and `/proc/self/status`. Leaves: plain values.
package struct CpuTopology: Sendable, Equatable {
    /// One physical core with its hardware threads.
    package struct Core: Sendable, Equatable {
        /// Logical processors, ascending, never empty.
        package let threads: [Int]
        /// `nil` where the kernel does not say.
        package let package: Int?
        /// Memory node.
        package let node: Int
        /// The lowest processor of those that share the third-level cache; the node's number,
        /// negative, where there is no such cache.
        package let cache: Int
        /// Relative speed, 1024 for the fastest; 1024 where the kernel does not say.
        package let capacity: Int
        /// The counting unit's name on a hybrid processor: `cpu_core`, `cpu_atom`.
        package let unit: String?

        package init(
            threads: [Int], package: Int?, node: Int = 0, cache: Int? = nil, capacity: Int = 1024,
            unit: String? = nil
        ) {
            self.threads = threads.sorted()
            self.package = package
            self.node = node
            self.cache = cache ?? -1 - node
            self.capacity = capacity
            self.unit = unit
        }
    }

    /// By lowest thread, ascending.
    package let cores: [Core]
    /// The processors that this process may use.
    package let allowed: [Int]
    /// Whether the processor says that it runs under a hypervisor.
    package let isVirtual: Bool
    /// Memory nodes that devices with interrupts hang on.
    package let deviceNodes: Set<Int>

    package init(
        cores: [Core], allowed: [Int], isVirtual: Bool, deviceNodes: Set<Int> = []
    ) {
        self.cores = cores.filter { !$0.threads.isEmpty }
            .sorted { ($0.threads.first ?? 0) < ($1.threads.first ?? 0) }
        self.allowed = Set(allowed).sorted()
        self.isVirtual = isVirtual
        self.deviceNodes = deviceNodes
    }

    /// Reads the host. A processor without topology files counts as a core of its own.
    package init(reading tree: KernelTree) throws(SystemCallFailure) {
        let status = try tree.field("Cpus_allowed_list", in: "/proc/self/status")
        let allowed = CPUList.parse(status ?? "") ?? []
        let online = tree.cpuList("\(Self.folder)/online") ?? allowed
        let facts = PlaceFacts(tree)
        var cores: [Core] = []
        var seen = Set<Int>()
        for cpu in online where !seen.contains(cpu) {
            let place = "\(Self.folder)/cpu\(cpu)"
            let siblings =
                tree.cpuList("\(place)/topology/core_cpus_list")
                ?? tree.cpuList("\(place)/topology/thread_siblings_list") ?? [cpu]
            let threads = Set(siblings).union([cpu]).intersection(online).subtracting(seen)
            cores.append(
                Core(
                    threads: threads.sorted(),
                    package: tree.number("\(place)/topology/physical_package_id"),
                    node: facts.nodes[cpu] ?? 0,
                    cache: tree.cpuList("\(place)/cache/index3/shared_cpu_list")?.first,
                    capacity: tree.number("\(place)/cpu_capacity") ?? 1024,
                    unit: facts.units[cpu]))
            seen.formUnion(threads)
        }
        self.init(
            cores: cores, allowed: allowed.filter { online.contains($0) },
            isVirtual: Surroundings.hypervisor(tree) != nil, deviceNodes: facts.deviceNodes)
    }

    private static let folder = "/sys/devices/system/cpu"
}

extension CpuTopology {
    /// The node of each processor, the unit of each, and where devices are.
    private struct PlaceFacts {
        var nodes: [Int: Int] = [:]
        var units: [Int: String] = [:]
        var deviceNodes = Set<Int>()

        init(_ tree: KernelTree) {
            let folder = "/sys/devices/system/node"
            for name in tree.names(in: folder) where name.hasPrefix("node") {
                guard let node = Int(name.dropFirst(4)) else { continue }
                for cpu in tree.cpuList("\(folder)/\(name)/cpulist") ?? [] { nodes[cpu] = node }
            }
            for name in ["cpu_core", "cpu_atom"] {
                let list = tree.cpuList("/sys/bus/event_source/devices/\(name)/cpus") ?? []
                for cpu in list { units[cpu] = name }
            }
            let devices = "/sys/bus/pci/devices"
            for name in tree.names(in: devices) {
                guard let node = tree.number("\(devices)/\(name)/numa_node"), node >= 0,
                    !tree.names(in: "\(devices)/\(name)/msi_irqs").isEmpty
                else { continue }
                deviceNodes.insert(node)
            }
        }
    }

    /// Faster and slower cores in one machine.
    package var isHybrid: Bool {
        Set(cores.map(\.capacity)).count > 1 || Set(cores.map(\.unit)).count > 1
    }

    /// Some core has several hardware threads.
    package var hasSiblings: Bool { cores.contains { $0.threads.count > 1 } }
}
