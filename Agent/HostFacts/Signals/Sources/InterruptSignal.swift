/// What interrupted the measured processors, by kind. Source: proc_interrupts(5).
///
/// x86 names its own interrupts by letters; arm64 numbers its timer like a device's, and names the
/// messages between processors `IPI0` and so on.
enum InterruptSignal {
    private static let path = "/proc/interrupts"

    private struct Kind: Sendable {
        let name: String
        let isRate: Bool
        let isMeant: @Sendable (InterruptTable.Row) -> Bool
    }

    private static let kinds = [
        Kind(name: "device_interrupts", isRate: false, isMeant: isDevice),
        Kind(name: "timer_interrupts_per_s", isRate: true) {
            $0.label == "LOC" || isArmTimer($0)
        },
        Kind(name: "reschedule_interrupts", isRate: false) {
            $0.words.contains("Rescheduling interrupts")
        },
        Kind(name: "call_interrupts", isRate: false) {
            $0.words.contains("Function call interrupts")
                || $0.words.contains("function call interrupts")
        },
        Kind(name: "tlb_shootdowns", isRate: false) { $0.words.contains("TLB shootdowns") },
        Kind(name: "thermal_interrupts", isRate: false) {
            $0.words.contains("Thermal event interrupts")
        },
        Kind(name: "machine_check_exceptions", isRate: false) {
            $0.words.contains("Machine check exceptions")
        },
    ]

    static let signal = NoiseSignal(files: { _ in [path] }) { span in
        kinds.map { kind in
            SignalSpan.finding(kind.name) { () throws(SignalAbsence) in
                let count = try span.rise(of: path) {
                    InterruptTable($0, cpus: span.place.cpus)?.sum(where: kind.isMeant)
                }
                guard kind.isRate else { return SignalFinding(kind.name, count) }
                let processors = Double(max(1, span.place.cpus.count))
                return SignalFinding(
                    kind.name, count / span.seconds / processors, amount: count)
            }
        }
    }

    private static func isArmTimer(_ row: InterruptTable.Row) -> Bool {
        row.words.contains("arch_timer")
    }

    private static let isDevice: @Sendable (InterruptTable.Row) -> Bool = { row in
        row.label.utf8.allSatisfy { (48...57).contains($0) } && !isArmTimer(row)
    }
}
