import LinuxSystem

/// Moves what interrupts programs to the housekeeping processors.
enum InterruptSettings {
    static let unmovable = "managed by its driver or bound to its processor"

    static func interrupts(_ host: TuningHost) -> [KnobSetting] {
        let house = host.canSteer ? CPUList.text(of: host.housekeeping) : nil
        let numbers = host.files.names(in: "/proc/irq").compactMap { Int($0) }.sorted()
        let fresh = KnobSetting(
            "irq_affinity", "/proc/irq/default_smp_affinity", form: .mask,
            wanted: host.canSteer ? CPUMask.text(of: host.housekeeping) : nil)
        return [fresh]
            + numbers.map {
                KnobSetting(
                    "irq_affinity", "/proc/irq/\($0)/smp_affinity_list", form: .list,
                    wanted: house, excuse: unmovable)
            }
    }

    static func workqueues(_ host: TuningHost) -> [KnobSetting] {
        [
            KnobSetting(
                "workqueues", "/sys/devices/virtual/workqueue/cpumask", form: .mask,
                wanted: host.canSteer ? CPUMask.text(of: host.housekeeping) : nil)
        ]
    }
}
