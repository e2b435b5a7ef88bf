import Glibc
package import LinuxSystem

/// Where the signals of measured processes are read: which processors and sensors.
package struct SignalPlace: Sendable, Equatable {
    package let tree: KernelTree
    /// The processors that the measured processes may use, ascending.
    package let cpus: [Int]
    /// Cores that are left to everything else.
    package let housekeepingCores: Int
    /// Files in thousandths of a degree.
    package let sensors: [String]
    /// Clock ticks a second in `/proc/stat` (sysconf(3), _SC_CLK_TCK).
    package let ticksPerSecond: Int64

    package init(root: String, cpus: [Int], housekeepingCores: Int) {
        self.init(
            tree: KernelTree(root: root), cpus: cpus, housekeepingCores: housekeepingCores)
    }

    /// Looks for sensors once: their names do not change while the kernel runs.
    package init(
        tree: KernelTree, cpus: [Int], housekeepingCores: Int = 1,
        ticksPerSecond: Int64 = Int64(sysconf(Int32(_SC_CLK_TCK)))
    ) {
        self.tree = tree
        self.cpus = cpus.sorted()
        self.housekeepingCores = housekeepingCores
        self.ticksPerSecond = max(1, ticksPerSecond)
        sensors = Self.sensors(tree)
    }

    /// Processor sensors; the thermal zones where there are none.
    private static func sensors(_ tree: KernelTree) -> [String] {
        let drivers: Set<String> = ["coretemp", "k10temp", "zenpower", "cpu_thermal"]
        var found: [String] = []
        for index in 0..<32 {
            let folder = "/sys/class/hwmon/hwmon\(index)"
            guard let name = try? tree.text("\(folder)/name", limitBytes: 64),
                drivers.contains(name.trimmingWhitespace())
            else { continue }
            found += (1..<128).map { "\(folder)/temp\($0)_input" }.filter { exists($0, tree) }
        }
        guard found.isEmpty else { return found }
        return (0..<32).map { "/sys/class/thermal/thermal_zone\($0)/temp" }
            .filter { exists($0, tree) }
    }

    private static func exists(_ path: String, _ tree: KernelTree) -> Bool {
        (try? tree.bytes(path, limitBytes: 64)) != nil
    }

    /// The hottest sensor, in degrees Celsius.
    package func temperature() -> Double? {
        sensors.compactMap { path in
            (try? tree.bytes(path, limitBytes: 64)).flatMap(TemperatureSignal.degrees)
        }.max()
    }
}
