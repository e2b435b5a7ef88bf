/// Time that the measured processors spent on anything but the measured processes.
///
/// Their own time is their control group's, else that of wait4(2). The launch is inside.
enum ForeignTimeSignal {
    static let name = "foreign_share"

    static let signal = NoiseSignal(files: { _ in [ProcessorTimes.path] }) { span in
        [
            SignalSpan.finding(name) { () throws(SignalAbsence) in
                let ticks = try span.rise(of: ProcessorTimes.path) {
                    ProcessorTimes($0, cpus: span.place.cpus)?.busy
                }
                let busy = ticks * 1000 / Double(span.place.ticksPerSecond)
                let foreign = max(0, busy - (try own(span)))
                return SignalFinding(name, foreign / span.processorMilliseconds, amount: foreign)
            }
        ]
    }

    /// Milliseconds.
    private static func own(_ span: SignalSpan) throws(SignalAbsence) -> Double {
        guard let used = span.measured.processorNanoseconds else {
            throw SignalAbsence("the time of the measured processes is not known")
        }
        return Double(used) * 1e-6
    }
}
