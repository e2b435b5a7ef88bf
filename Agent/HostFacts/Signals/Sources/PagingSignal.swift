/// Pages that came from or went to a disk. Source: proc_vmstat(5), getrusage(2).
enum PagingSignal {
    private static let path = "/proc/vmstat"
    static let swap = "swap_pages"
    /// Of the measured processes.
    static let own = "major_faults"
    static let system = "system_major_faults"

    static let signal = NoiseSignal(files: { _ in [path] }) { span in
        [
            SignalSpan.finding(swap) { () throws(SignalAbsence) in
                let pagesIn = try span.rise(of: path) { KernelWords.value(of: "pswpin", in: $0) }
                let pagesOut = try span.rise(of: path) {
                    KernelWords.value(of: "pswpout", in: $0)
                }
                return SignalFinding(swap, pagesIn + pagesOut)
            },
            span.measured.majorFaults.map { SignalFinding(own, Double($0)) }
                ?? SignalFinding(own, absent: "the launch does not count faults"),
            SignalSpan.finding(system) { () throws(SignalAbsence) in
                SignalFinding(
                    system,
                    try span.rise(of: path) { KernelWords.value(of: "pgmajfault", in: $0) })
            },
        ]
    }
}
