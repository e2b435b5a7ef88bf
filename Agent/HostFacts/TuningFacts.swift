import LinuxSystem

/// How the host is tuned. Values that may differ between processors are given once when all agree.
enum TuningFacts {
    private static let cpu = "/sys/devices/system/cpu"
    private static let pages = "/sys/kernel/mm/transparent_hugepage"

    static let facts = [
        HostFact("governor", .tuning) { $0.overProcessors("cpufreq/scaling_governor") },
        HostFact("frequency_min_khz", .tuning) { $0.overProcessors("cpufreq/scaling_min_freq") },
        HostFact("frequency_max_khz", .tuning) { $0.overProcessors("cpufreq/scaling_max_freq") },
        HostFact("frequency_driver", .tuning, file: "\(cpu)/cpu0/cpufreq/scaling_driver"),
        HostFact("energy_preference", .tuning) {
            $0.overProcessors("cpufreq/energy_performance_preference")
        },
        HostFact("no_turbo", .tuning, file: "\(cpu)/intel_pstate/no_turbo"),
        HostFact("pstate", .tuning, file: "\(cpu)/intel_pstate/status"),
        HostFact("amd_pstate", .tuning, file: "\(cpu)/amd_pstate/status"),
        HostFact("boost", .tuning, file: "\(cpu)/cpufreq/boost"),
        HostFact("smt", .tuning, file: "\(cpu)/smt/control"),
        HostFact("online_cpus", .tuning, file: "\(cpu)/online"),
        HostFact("isolated_cpus", .tuning, file: "\(cpu)/isolated"),
        HostFact("nohz_full_cpus", .tuning, file: "\(cpu)/nohz_full"),
        HostFact("aslr", .tuning, file: "/proc/sys/kernel/randomize_va_space"),
        HostFact("nmi_watchdog", .tuning, file: "/proc/sys/kernel/nmi_watchdog"),
        HostFact("soft_watchdog", .tuning, file: "/proc/sys/kernel/soft_watchdog"),
        HostFact("timer_migration", .tuning, file: "/proc/sys/kernel/timer_migration"),
        HostFact("numa_balancing", .tuning, file: "/proc/sys/kernel/numa_balancing"),
        HostFact("perf_event_paranoid", .tuning, file: "/proc/sys/kernel/perf_event_paranoid"),
        HostFact("irq_affinity", .tuning, file: "/proc/irq/default_smp_affinity"),
        HostFact("workqueue_cpus", .tuning, file: "/sys/devices/virtual/workqueue/cpumask"),
        HostFact("swappiness", .tuning, file: "/proc/sys/vm/swappiness"),
        HostFact("overcommit", .tuning, file: "/proc/sys/vm/overcommit_memory"),
        HostFact("same_page_merging", .tuning, file: "/sys/kernel/mm/ksm/run"),
        HostFact("huge_pages", .tuning) { $0.choice("\(pages)/enabled") },
        HostFact("huge_page_defrag", .tuning) { $0.choice("\(pages)/defrag") },
    ]
}

extension HostReader {
    /// `madvise` of `always [madvise] never`.
    fileprivate func choice(_ path: String) -> FactValue? {
        line(path).flatMap(Self.chosenWord).map(FactValue.text)
    }

    /// One text when all processors have the same, else each value with its processors.
    fileprivate func overProcessors(_ file: String) -> FactValue? {
        var found: [String: [Int]] = [:]
        for cpu in tree.cpuList("/sys/devices/system/cpu/online") ?? [0] {
            guard let text = line("/sys/devices/system/cpu/cpu\(cpu)/\(file)") else { continue }
            found[text, default: []].append(cpu)
        }
        if found.count < 2 { return found.keys.first.map(FactValue.text) }
        return .list(
            found.map { "\($0.key): \(CPUList.text(of: $0.value))" }.sorted())
    }
}
