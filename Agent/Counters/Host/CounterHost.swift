import Glibc
package import LinuxSystem

/// What decides on this host which events can be counted.
package struct CounterHost: Sendable, Equatable {
    /// A processor's counting unit; a hybrid processor has several.
    package struct Unit: Sendable, Equatable {
        package let name: String
        /// perf_event_open(2)'s type of the unit's own events.
        package let type: UInt32
        /// The processors that it counts on; empty where it says none and means all.
        package let cpus: [Int]
        /// How strong these are beside others of the same machine; 0 where the kernel does not say.
        package let capacity: Int

        package init(name: String, type: UInt32, cpus: [Int] = [], capacity: Int = 0) {
            self.name = name
            self.type = type
            self.cpus = cpus
            self.capacity = capacity
        }
    }

    /// `kernel.perf_event_paranoid`; `nil` where the kernel has no perf events.
    package var paranoid: Int?
    /// CAP_PERFMON or CAP_SYS_ADMIN is effective.
    package var isPrivileged: Bool
    /// By name; empty in most virtual machines.
    package var units: [Unit]
    /// The NMI watchdog holds a counter of an x86 processor.
    package var watchdogCounts: Bool
    /// Where the folders of counting units are, and what is known of processors.
    package let tree: KernelTree

    package init(
        paranoid: Int?, isPrivileged: Bool, units: [Unit], watchdogCounts: Bool = false,
        tree: KernelTree = KernelTree()
    ) {
        self.paranoid = paranoid
        self.isPrivileged = isPrivileged
        self.units = units
        self.watchdogCounts = watchdogCounts
        self.tree = tree
    }

    /// Reads `/proc` and `/sys` below the tree's root; what cannot be read is absent.
    package init(reading tree: KernelTree = KernelTree()) {
        let number = { (path: String) in
            (try? tree.text(path, limitBytes: 32)).flatMap { Int($0.trimmingWhitespace()) }
        }
        let held = (try? tree.field("CapEff", in: "/proc/self/status")) ?? nil
        let mask = held.flatMap { UInt64($0, radix: 16) } ?? 0
        self.init(
            paranoid: number("/proc/sys/kernel/perf_event_paranoid"),
            isPrivileged: mask >> 38 & 1 == 1 || mask >> 21 & 1 == 1,
            units: Self.units(tree),
            watchdogCounts: number("/proc/sys/kernel/nmi_watchdog") == 1, tree: tree)
    }

    /// Counters that one execution may use: what nearly every processor has.
    package var budget: Int { watchdogCounts ? 5 : 6 }

    package var isHybrid: Bool { units.count > 1 }

    /// The unit whose events are counted: the big cores' where there are two kinds.
    package var chosenUnit: Unit? {
        units.first { $0.name == "cpu_core" }
            ?? units.enumerated().max {
                ($0.element.capacity, -$0.offset) < ($1.element.capacity, -$1.offset)
            }?.element
    }

    /// The unit of the processors that a run has; the big cores' where it has several kinds.
    package func unit(for cpus: [Int]) -> Unit? {
        let wanted = Set(cpus)
        guard isHybrid, !wanted.isEmpty else { return chosenUnit }
        return units.first { wanted.isSubset(of: $0.cpus) } ?? chosenUnit
    }

    /// The processors that are there, for a run that has none of its own.
    var online: [Int] { tree.cpuList("/sys/devices/system/cpu/online") ?? [0] }

    private static func units(_ tree: KernelTree) -> [Unit] {
        tree.names(in: UnitFolder.place).filter { isProcessor($0, tree) }
            .compactMap { name in
                guard let folder = UnitFolder(name, in: tree) else { return nil }
                let cpus = tree.cpuList("\(UnitFolder.place)/\(name)/cpus") ?? []
                return Unit(
                    name: name, type: folder.type, cpus: cpus,
                    capacity: cpus.first.flatMap { capacity(of: $0, tree) } ?? 0)
            }
    }

    private static func capacity(of cpu: Int, _ tree: KernelTree) -> Int? {
        let path = "/sys/devices/system/cpu/cpu\(cpu)/cpu_capacity"
        return (try? tree.text(path, limitBytes: 32)).flatMap { Int($0.trimmingWhitespace()) }
    }

    /// A unit of processors says which (`cpus`), or is the only one (`cpu`); those of the chip
    /// around them have a `cpumask`.
    private static func isProcessor(_ name: String, _ tree: KernelTree) -> Bool {
        name == "cpu" || name.hasPrefix("armv")
            || tree.cpuList("\(UnitFolder.place)/\(name)/cpus") != nil
    }
}
