/// What the kernel complained of during the span, by kind.
enum KernelLogSignal {
    private static let kinds: [(name: String, kind: KernelLogRecord.Kind)] = [
        ("kernel_machine_checks", .machineCheck), ("kernel_thermal", .thermal),
        ("kernel_out_of_memory", .outOfMemory), ("kernel_hung_tasks", .hungTask),
        ("kernel_network_resets", .networkReset),
    ]

    static let signal = NoiseSignal { span in
        switch span.log {
        case .success(let records):
            kinds.map { name, kind in
                SignalFinding(name, Double(records.count { $0.kind == kind }))
            }
        case .failure(let absence): [SignalFinding("kernel_log", absent: absence.reason)]
        }
    }
}
