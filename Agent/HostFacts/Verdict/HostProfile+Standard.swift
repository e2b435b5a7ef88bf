import FleetModel

extension HostProfile {
    /// Wrong on any host: the processor was slowed, memory or hardware failed, the clock changed.
    private static let always = [
        NoiseRule("throttle_events", .above, 0, .invalid, "throttled"),
        NoiseRule("thermal_interrupts", .above, 0, .invalid, "throttled"),
        NoiseRule("cgroup_throttled", .above, 0, .invalid, "throttled"),
        NoiseRule("kernel_thermal", .above, 0, .invalid, "throttled"),
        NoiseRule("kernel_machine_checks", .above, 0, .invalid, "machine_check"),
        NoiseRule("machine_check_exceptions", .above, 0, .invalid, "machine_check"),
        NoiseRule("kernel_out_of_memory", .above, 0, .invalid, "out_of_memory"),
        NoiseRule("clock_changed", .above, 0, .invalid, "clock"),
        NoiseRule("kernel_hung_tasks", .above, 0, .suspect, "interrupted"),
        NoiseRule("kernel_network_resets", .above, 0, .suspect, "interrupted"),
        NoiseRule("smi", .above, 0, .suspect, "interrupted"),
        NoiseRule("frequency_dev_rel", .below, -0.01, .suspect, "frequency_low"),
        NoiseRule("frequency_dev_rel", .above, 0.01, .suspect, "frequency_high"),
        NoiseRule("temperature_excess_c", .above, 5, .suspect, "temperature"),
        NoiseRule("major_faults", .above, 0, .suspect, "major_faults"),
    ]

    /// A host that measures and does nothing else: its measured cores are nobody else's.
    ///
    /// `/proc/stat` counts in ticks of 10 ms, and a launch costs some milliseconds of its own on
    /// the measured core: less than three ticks of foreign time are not told from that.
    package static let dedicated = HostProfile(
        name: "dedicated",
        rules: always + [
            NoiseRule("steal_share", .above, 0.02, least: 20, .invalid, "steal"),
            NoiseRule("foreign_share", .above, 0.05, least: 50, .invalid, "foreign_load"),
            NoiseRule("swap_pages", .above, 0, .invalid, "swap"),
            NoiseRule("steal_share", .above, 0.001, least: 10, .suspect, "steal"),
            NoiseRule("foreign_share", .above, 0.005, least: 30, .suspect, "foreign_load"),
            NoiseRule("group_psi_cpu_some", .above, 0.01, least: 1, .suspect, "foreign_load"),
            NoiseRule("psi_memory_full", .above, 0, least: 1, .suspect, "swap"),
            NoiseRule("runnable_excess", .above, 0, .suspect, "foreign_load"),
            NoiseRule(
                "involuntary_switches_per_s", .above, 10, least: 5, .suspect, "involuntary_switches"
            ),
            NoiseRule("migrations_pinned", .above, 0, .suspect, "migrated"),
            NoiseRule("migrations_per_s", .above, 1, least: 2, .suspect, "migrated"),
            NoiseRule("device_interrupts", .above, 0, .suspect, "interrupted"),
            NoiseRule("timer_interrupts_per_s", .above, 1100, least: 50, .suspect, "interrupted"),
            NoiseRule("clock_unexpected", .above, 0, .suspect, "clock"),
            NoiseRule("clock_unsynchronised", .above, 0, .suspect, "clock"),
        ], clocks: ["tsc", "arch_sys_counter"])

    /// A virtual machine, or a host whose measured cores others may use: there, disturbance is
    /// ordinary and hits both sides of a comparison. It is shown and makes nothing invalid, since
    /// repeating would meet the same neighbours.
    package static let shared = HostProfile(
        name: "shared",
        rules: always + [
            NoiseRule("steal_share", .above, 0.02, least: 20, .suspect, "steal"),
            NoiseRule("foreign_share", .above, 0.10, least: 50, .suspect, "foreign_load"),
            NoiseRule("swap_pages", .above, 0, .suspect, "swap"),
            NoiseRule(
                "involuntary_switches_per_s", .above, 100, least: 20, .suspect,
                "involuntary_switches"),
        ],
        clocks: ["tsc", "arch_sys_counter", "kvm-clock", "hyperv_clocksource_tsc_page", "xen"])

    package static let all = [dedicated, shared]
}
