/// Time that the hypervisor gave to others while a processor of ours wanted to run.
enum StealSignal {
    static let name = "steal_share"

    static let signal = NoiseSignal(files: { _ in [ProcessorTimes.path] }) { span in
        [
            SignalSpan.finding(name) { () throws(SignalAbsence) in
                let ticks = try span.rise(of: ProcessorTimes.path) {
                    ProcessorTimes($0, cpus: span.place.cpus)?.steal
                }
                let stolen = ticks * 1000 / Double(span.place.ticksPerSecond)
                return SignalFinding(name, stolen / span.processorMilliseconds, amount: stolen)
            }
        ]
    }
}
