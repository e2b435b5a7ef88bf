/// Time that the measured processors spent on anything but the measured processes.
///
/// Their own time comes from the leaf's `cpu.stat`, else from wait4(2). The launch is inside.
enum ForeignTimeSignal {
    static let name = "foreign_share"

    static let signal = NoiseSignal(files: { [ProcessorTimes.path] + leaf($0) }) { span in
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

    private static func leaf(_ place: SignalPlace) -> [String] {
        place.leaf.map { ["\($0)/cpu.stat"] } ?? []
    }

    /// Milliseconds.
    private static func own(_ span: SignalSpan) throws(SignalAbsence) -> Double {
        if let path = leaf(span.place).first,
            let used = try? span.rise(of: path, { KernelWords.value(of: "usage_usec", in: $0) })
        {
            return used * 1e-3
        }
        guard let used = span.measured.processorNanoseconds else {
            throw SignalAbsence("the time of the measured processes is not known")
        }
        return Double(used) * 1e-6
    }
}
