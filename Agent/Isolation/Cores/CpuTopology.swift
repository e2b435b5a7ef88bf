package import LinuxSystem

/// The physical cores of a host, parsed; no decisions.
///
/// Enters: a root with `/sys/devices/system/cpu` and `/proc/self/status`. Leaves: plain values.
package struct CpuTopology: Sendable, Equatable {
    /// One physical core with its hardware threads.
    package struct Core: Sendable, Equatable {
        /// Logical processors, ascending, never empty.
        package let threads: [Int]
        /// `nil` where the kernel does not say.
        package let package: Int?

        package init(threads: [Int], package: Int?) {
            self.threads = threads
            self.package = package
        }
    }

    /// By lowest thread, ascending.
    package let cores: [Core]
    /// The processors that this process may use.
    package let allowed: [Int]
    /// Whether the processor says that it runs under a hypervisor.
    package let isVirtual: Bool

    package init(cores: [Core], allowed: [Int], isVirtual: Bool) {
        self.cores = cores.filter { !$0.threads.isEmpty }
            .sorted { ($0.threads.first ?? 0) < ($1.threads.first ?? 0) }
        self.allowed = Set(allowed).sorted()
        self.isVirtual = isVirtual
    }

    /// Reads the host. A processor without topology files counts as a core of its own.
    package init(reading tree: KernelTree) throws(SystemCallFailure) {
        let folder = "/sys/devices/system/cpu"
        let status = try tree.field("Cpus_allowed_list", in: "/proc/self/status")
        let allowed = CPUList.parse(status ?? "") ?? []
        let online = tree.cpuList("\(folder)/online") ?? allowed
        var cores: [Core] = []
        var seen = Set<Int>()
        for cpu in online where !seen.contains(cpu) {
            let place = "\(folder)/cpu\(cpu)/topology"
            let siblings =
                tree.cpuList("\(place)/core_cpus_list")
                ?? tree.cpuList("\(place)/thread_siblings_list") ?? [cpu]
            let threads = Set(siblings).union([cpu]).intersection(online).subtracting(seen)
            let package = (try? tree.text("\(place)/physical_package_id"))
                .flatMap { Int($0.trimmingWhitespace()) }
            cores.append(Core(threads: threads.sorted(), package: package))
            seen.formUnion(threads)
        }
        self.init(
            cores: cores, allowed: allowed.filter { online.contains($0) },
            isVirtual: Self.seesHypervisor(tree))
    }

    private static func seesHypervisor(_ tree: KernelTree) -> Bool {
        guard let flags = try? tree.field("flags\t\t", in: "/proc/cpuinfo") else { return false }
        return flags.split(separator: " ").contains("hypervisor")
    }
}
