/// Whether the processors were slowed to stay cool, or the measured group met its time limit.
enum ThrottleSignal {
    static let events = "throttle_events"
    static let group = "cgroup_throttled"

    static let signal = NoiseSignal(files: { counters($0) + leaf($0) }) { span in
        [
            SignalSpan.finding(events) { () throws(SignalAbsence) in
                var sum = 0.0
                for path in counters(span.place) {
                    sum += try span.rise(of: path) { KernelWords.lines($0).first.flatMap(count) }
                }
                return SignalFinding(events, sum)
            },
            SignalSpan.finding(group) { () throws(SignalAbsence) in
                guard let path = leaf(span.place).first else {
                    throw SignalAbsence("the measured processes have no control group")
                }
                return SignalFinding(
                    group,
                    try span.rise(of: path) { KernelWords.value(of: "nr_throttled", in: $0) })
            },
        ]
    }

    private static func count(_ line: KernelWords.Word) -> Int64? {
        KernelWords.words(line).first.flatMap(KernelWords.number)
    }

    private static func counters(_ place: SignalPlace) -> [String] {
        place.cpus.flatMap { cpu in
            ["core", "package"].map {
                "/sys/devices/system/cpu/cpu\(cpu)/thermal_throttle/\($0)_throttle_count"
            }
        }
    }

    private static func leaf(_ place: SignalPlace) -> [String] {
        place.leaf.map { ["\($0)/cpu.stat"] } ?? []
    }
}
