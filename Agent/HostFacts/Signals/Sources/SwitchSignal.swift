/// How often the measured processes were pushed off their processor (getrusage(2), ru_nivcsw).
///
/// The rate says something of the host only where one thread wanted a processor all the time.
enum SwitchSignal {
    static let count = "involuntary_switches"
    static let rate = "involuntary_switches_per_s"

    static let signal = NoiseSignal { span in
        guard let switches = span.measured.involuntarySwitches else {
            let reason = "the launch does not count switches"
            return [SignalFinding(count, absent: reason), SignalFinding(rate, absent: reason)]
        }
        let counted = SignalFinding(count, Double(switches))
        guard let wall = span.measured.wallNanoseconds, wall > 0,
            let used = span.measured.processorNanoseconds,
            (0.9...1.1).contains(Double(used) / Double(wall))
        else {
            let reason = "the program did not keep exactly one processor busy"
            return [counted, SignalFinding(rate, absent: reason)]
        }
        return [
            counted,
            SignalFinding(
                rate, Double(switches) / (Double(wall) * 1e-9), amount: Double(switches)),
        ]
    }
}
