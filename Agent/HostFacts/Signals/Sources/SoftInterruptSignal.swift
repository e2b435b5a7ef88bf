/// Deferred work of the kernel on the measured processors. Source: proc_softirqs(5).
enum SoftInterruptSignal {
    static let name = "softirqs_per_s"
    private static let path = "/proc/softirqs"

    static let signal = NoiseSignal(files: { _ in [path] }) { span in
        [
            SignalSpan.finding(name) { () throws(SignalAbsence) in
                let count = try span.rise(of: path) {
                    InterruptTable($0, cpus: span.place.cpus)?.sum { _ in true }
                }
                return SignalFinding(name, count / span.seconds, amount: count)
            }
        ]
    }
}
