/// Every knob, in the order in which they are turned; they are put back in the reverse order.
///
/// Source: isolation-and-counters.md, section 4.2. Which are in `default` is decision 17; row 15,
/// the partition, belongs to each launch (decision 37).
package enum KnobCatalogue {
    package static let knobs: [Knob] =
        processorKnobs + interruptKnobs + sliceKnobs + kernelKnobs + memoryKnobs + cacheKnobs
        + recordedKnobs

    package static func knob(_ name: String) -> Knob? { knobs.first { $0.name == name } }

    private static let processorKnobs = [
        Knob(6, "smt", "no second hardware thread on any core", in: [.strict]) {
            FrequencySettings.siblings($0)
        },
        Knob(1, "turbo_intel", "no dependence on heat and neighbours", in: .tuned) { _ in
            [
                KnobSetting(
                    "turbo_intel", "\(TuningHost.processors)/intel_pstate/no_turbo", wanted: "1")
            ]
        },
        Knob(2, "boost", "the same for AMD and ACPI drivers", in: .tuned) {
            FrequencySettings.boost($0)
        },
        Knob(4, "governor", "no ramp-up of the clock", in: .tuned) {
            FrequencySettings.governors($0)
        },
        Knob(5, "frequency", "one fixed clock", in: [.fixedFrequency]) {
            FrequencySettings.fixed($0)
        },
        Knob(22, "idle_latency", "no wake-up from deep sleep states", in: .tuned) { host in
            [
                KnobSetting(
                    "idle_latency", "/dev/cpu_dma_latency", kind: .held,
                    wanted: host.profile == .strict ? "0" : "10")
            ]
        },
    ]

    private static let interruptKnobs = [
        Knob(9, "irqbalance", "nobody moves interrupts back", in: .tuned) { host in
            [
                KnobSetting(
                    "irqbalance", "irqbalance.service", kind: .service,
                    wanted: host.canSteer ? "inactive" : nil)
            ]
        },
        Knob(8, "irq_affinity", "interrupts go to the housekeeping cores", in: .tuned) {
            InterruptSettings.interrupts($0)
        },
        Knob(10, "workqueues", "kernel work goes to the housekeeping cores", in: .tuned) {
            InterruptSettings.workqueues($0)
        },
    ]

    /// No row of the table, but of the rule for housekeeping cores (section 5).
    private static let sliceKnobs = [
        Knob(15, "other_slices", "other programs stay on the housekeeping cores", in: [.strict]) {
            SliceSettings.others($0)
        }
    ]

    private static let kernelKnobs = [
        Knob(13, "watchdogs", "one more counter, fewer wake-ups", in: .tuned) { _ in
            [
                .sysctl("watchdogs", "kernel/nmi_watchdog", "0"),
                .sysctl("watchdogs", "kernel/soft_watchdog", "0"),
            ]
        },
        // With a share of 0 or 100 the kernel takes no rate, so the share is set first.
        Knob(11, "perf_sampling", "no throttling of profilers while counting", in: [.strict]) { _ in
            [
                .sysctl("perf_sampling", "kernel/perf_cpu_time_max_percent", "1"),
                .sysctl("perf_sampling", "kernel/perf_event_max_sample_rate", "1"),
            ]
        },
        Knob(14, "timer_migration", "timers stay where they were armed", in: [.strict]) { _ in
            [.sysctl("timer_migration", "kernel/timer_migration", "0")]
        },
        Knob(20, "numa_balancing", "no faults to move pages", in: .tuned) { _ in
            [.sysctl("numa_balancing", "kernel/numa_balancing", "0")]
        },
    ]

    private static let hugePages = "/sys/kernel/mm/transparent_hugepage"
    private static let memoryKnobs = [
        Knob(17, "swappiness", "memory of programs is not swapped early", in: .tuned) { _ in
            [.sysctl("swappiness", "vm/swappiness", "10")]
        },
        Knob(18, "huge_pages", "no huge pages by chance", in: .tuned) { _ in
            [
                KnobSetting(
                    "huge_pages", "\(hugePages)/enabled", form: .choice, wanted: "madvise"),
                KnobSetting("huge_pages", "\(hugePages)/defrag", form: .choice, wanted: "madvise"),
                KnobSetting("huge_pages", "\(hugePages)/khugepaged/defrag", wanted: "0"),
            ]
        },
        Knob(19, "same_page_merging", "nobody compares pages meanwhile", in: .tuned) { _ in
            [KnobSetting("same_page_merging", "/sys/kernel/mm/ksm/run", wanted: "0")]
        },
        Knob(21, "writeback", "the disk is written rarely and in small parts", in: [.strict]) { _ in
            [
                .sysctl("writeback", "vm/dirty_background_ratio", "5"),
                .sysctl("writeback", "vm/dirty_writeback_centisecs", "1500"),
            ]
        },
    ]

    private static let cacheKnobs = [
        Knob(23, "resctrl_mount", "makes the next one possible", in: [.strict]) {
            CacheSettings.mounted($0)
        },
        Knob(23, "cache_share", "measured cores have a part of the cache alone", in: [.strict]) {
            CacheSettings.group($0)
        },
    ]
}

extension KnobCatalogue {
    private static let cpu = TuningHost.processors

    /// Never set, only read: they explain differences between results.
    private static let recordedKnobs = [
        Knob(3, "frequency_driver", "who drives the clock") { _ in
            [
                KnobSetting("frequency_driver", "\(cpu)/intel_pstate/status", wanted: nil),
                KnobSetting("frequency_driver", "\(cpu)/amd_pstate/status", wanted: nil),
            ]
        },
        Knob(7, "aslr", "set for each program, never for the host") { _ in
            [.sysctl("aslr", "kernel/randomize_va_space", nil)]
        },
        Knob(12, "paranoid", "what may be counted without privileges") { _ in
            [.sysctl("paranoid", "kernel/perf_event_paranoid", nil)]
        },
        Knob(16, "boot_isolation", "cores that the kernel was told to leave alone") { _ in
            [
                KnobSetting("boot_isolation", "\(cpu)/isolated", form: .list, wanted: nil),
                KnobSetting("boot_isolation", "\(cpu)/nohz_full", form: .list, wanted: nil),
            ]
        },
        Knob(24, "throttling", "how often heat slowed a core since boot") { host in
            host.measuring.flatMap { number in
                ["core_throttle_count", "package_throttle_count"].map {
                    KnobSetting(
                        "throttling", "\(cpu)/cpu\(number)/thermal_throttle/\($0)", wanted: nil)
                }
            }
        },
        Knob(25, "overcommit", "whether memory is promised twice") { _ in
            [.sysctl("overcommit", "vm/overcommit_memory", nil)]
        },
    ]
}

extension KnobSetting {
    /// A file below `/proc/sys`.
    static func sysctl(_ knob: String, _ name: String, _ wanted: String?) -> KnobSetting {
        KnobSetting(knob, "/proc/sys/\(name)", wanted: wanted)
    }
}
