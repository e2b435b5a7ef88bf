/// Interrupts that the firmware keeps from the kernel, from the msr counting unit.
enum ManagementInterruptSignal {
    static let name = "smi"

    static let signal = NoiseSignal { span in
        [
            span.measured.managementInterrupts.map { SignalFinding(name, $0) }
                ?? SignalFinding(name, absent: "the unit msr does not count them here")
        ]
    }
}
