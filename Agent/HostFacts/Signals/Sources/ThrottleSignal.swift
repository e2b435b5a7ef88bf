/// Whether the processors were slowed to stay cool, or the measured group met its time limit.
enum ThrottleSignal {
    static let events = "throttle_events"
    static let group = "cgroup_throttled"

    static let signal = NoiseSignal(files: counters) { span in
        [
            SignalSpan.finding(events) { () throws(SignalAbsence) in
                var sum = 0.0
                for path in counters(span.place) {
                    sum += try span.rise(of: path) { KernelWords.lines($0).first.flatMap(count) }
                }
                return SignalFinding(events, sum)
            },
            span.measured.group.throttledPeriods.map { SignalFinding(group, Double($0)) }
                ?? SignalFinding(group, absent: "no control group counts it"),
        ]
    }

    private static func count(_ line: KernelWords.Word) -> Int64? {
        KernelWords.words(line).first.flatMap(KernelWords.number)
    }

    private static let counters: @Sendable (SignalPlace) -> [String] = { place in
        place.cpus.flatMap { cpu in
            ["core", "package"].map {
                "/sys/devices/system/cpu/cpu\(cpu)/thermal_throttle/\($0)_throttle_count"
            }
        }
    }
}
