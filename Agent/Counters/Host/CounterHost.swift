import Glibc
package import LinuxSystem

/// What decides on this host which events can be counted.
package struct CounterHost: Sendable, Equatable {
    /// A processor's counting unit; a hybrid processor has several.
    package struct Unit: Sendable, Equatable {
        package let name: String
        /// perf_event_open(2)'s type of the unit's own events.
        package let type: UInt32

        package init(name: String, type: UInt32) {
            self.name = name
            self.type = type
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

    package init(paranoid: Int?, isPrivileged: Bool, units: [Unit], watchdogCounts: Bool = false) {
        self.paranoid = paranoid
        self.isPrivileged = isPrivileged
        self.units = units
        self.watchdogCounts = watchdogCounts
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
            watchdogCounts: number("/proc/sys/kernel/nmi_watchdog") == 1)
    }

    /// Counters that one execution may use: what nearly every processor has.
    package var budget: Int { watchdogCounts ? 5 : 6 }

    package var isHybrid: Bool { units.count > 1 }

    /// The unit whose events are counted: the big cores' where there are two kinds.
    package var chosenUnit: Unit? { units.first { $0.name == "cpu_core" } ?? units.first }

    private static let folder = "/sys/bus/event_source/devices"

    private static func units(_ tree: KernelTree) -> [Unit] {
        names(below: tree.root + folder).filter { isProcessor($0, tree) }.sorted().compactMap {
            guard let text = try? tree.text("\(folder)/\($0)/type", limitBytes: 32),
                let type = UInt32(text.trimmingWhitespace())
            else { return nil }
            return Unit(name: $0, type: type)
        }
    }

    /// A unit of processors says which (`cpus`), or is the only one (`cpu`); those of the chip
    /// around them have a `cpumask`.
    private static func isProcessor(_ name: String, _ tree: KernelTree) -> Bool {
        name == "cpu" || name.hasPrefix("armv") || tree.cpuList("\(folder)/\(name)/cpus") != nil
    }

    private static func names(below path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let bytes = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { name in
                unsafe Array(name.prefix { $0 != 0 })
            }
            let name = String(decoding: bytes, as: UTF8.self)
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
