import Isolation
import LinuxSystem

/// Kernel, clock, sensors, swap.
enum MachineChecks {
    static func findings(_ host: HostFindings) -> [Finding] {
        kernel(host) + clock(host) + sensors(host) + swap(host)
    }

    /// Features by kernel: memory.peak 5.19, cgroup.kill 5.14.
    private static func lacks(before numbers: [Int]) -> [String] {
        var lacks: [String] = []
        if numbers.lexicographicallyPrecedes([5, 19]) {
            lacks.append("peaks of memory are sampled each 50 ms (no memory.peak)")
        }
        if numbers.lexicographicallyPrecedes([5, 14]) {
            lacks.append("groups are frozen and their processes killed (no cgroup.kill)")
        }
        return lacks + ["some events are missing"]
    }

    private static func kernel(_ host: HostFindings) -> [Finding] {
        guard let release = host.tree.line("/proc/sys/kernel/osrelease") else { return [] }
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        guard numbers.count == 2, numbers.lexicographicallyPrecedes([6, 1]) else { return [] }
        return [
            Finding(
                .limit,
                Degradation(
                    "old-kernel", subject: "kernel", actual: release,
                    message: "kernel \(release) is older than 6.1: "
                        + lacks(before: numbers).joined(separator: ", "),
                    advice: "use kernel 6.1 or later"))
        ]
    }

    private static func clock(_ host: HostFindings) -> [Finding] {
        let folder = "/sys/devices/system/clocksource/clocksource0"
        guard let source = host.tree.line("\(folder)/current_clocksource"),
            !["tsc", "arch_sys_counter", "kvm-clock"].contains(source)
        else { return [] }
        let offered = host.tree.line("\(folder)/available_clocksource") ?? ""
        let hasCounter = offered.split(separator: " ").contains("tsc")
        return [
            Finding(
                .limit,
                Degradation(
                    "slow-clock", subject: "clocksource", actual: source,
                    message: "the clock source is \(source): reading the time is slow and coarse",
                    advice: hasCounter
                        ? "choose tsc, and find out why the kernel did not"
                        : "the kernel distrusts the processor's counter; see its log"),
                commands: hasCounter ? ["echo tsc > \(folder)/current_clocksource"] : [])
        ]
    }

    private static func sensors(_ host: HostFindings) -> [Finding] {
        let tree = host.tree
        var lacking: [String] = []
        if tree.names(in: "/sys/devices/system/cpu/cpufreq").isEmpty { lacking.append("frequency") }
        let zones = tree.names(in: "/sys/class/thermal").contains { $0.hasPrefix("thermal_zone") }
        if !zones, tree.names(in: "/sys/class/hwmon").isEmpty { lacking.append("temperature") }
        let energy = tree.names(in: "/sys/class/powercap").contains { $0.contains("rapl") }
        if !energy { lacking.append("energy") }
        guard let last = lacking.popLast() else { return [] }
        let isEnergyAlone = lacking.isEmpty && last == "energy"
        let words = lacking.isEmpty ? last : lacking.joined(separator: ", ") + " and \(last)"
        return [
            Finding(
                isEnergyAlone ? .note : .limit,
                Degradation(
                    "no-sensors", subject: words,
                    message: "\(words) cannot be read \(host.surroundings.place)",
                    advice: advice(host, isEnergyAlone)))
        ]
    }

    private static func advice(_ host: HostFindings, _ isEnergyAlone: Bool) -> String {
        guard host.surroundings.isMachine else { return "" }
        return isEnergyAlone
            ? "load intel_rapl_msr; not every processor counts its energy"
            : "load the drivers of the processor (cpufreq, coretemp or k10temp)"
    }

    private static func swap(_ host: HostFindings) -> [Finding] {
        let rows = ((try? host.tree.content(of: "/proc/swaps")) ?? "").split(separator: "\n")
        guard rows.count > 1 else { return [] }
        let names = rows.dropFirst().compactMap { $0.split(separator: " ").first.map(String.init) }
        return [
            Finding(
                .limit,
                Degradation(
                    "swap", subject: "swap", actual: names.joined(separator: ", "),
                    message: "swap is on: a program may wait for its own memory",
                    advice: "switch it off on hosts that only measure; the agent never does"),
                commands: ["swapoff -a"])
        ]
    }
}
