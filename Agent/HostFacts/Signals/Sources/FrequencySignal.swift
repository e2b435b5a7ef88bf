/// How fast the processors ran: counted where counters are, else one look at the end.
enum FrequencySignal {
    static let megahertz = "frequency_mhz"
    /// 1 for a look, whose value decides nothing.
    static let sampled = "frequency_sampled"
    /// Against the attempt's first measured execution; counted frequencies only.
    static let deviation = "frequency_dev_rel"

    static let signal = NoiseSignal(files: files) { span in
        if let counted = span.measured.speed {
            return [
                SignalFinding(megahertz, counted.megahertz), SignalFinding(sampled, 0),
                against(counted, span),
            ]
        }
        let looked = SignalSpan.finding(megahertz) { () throws(SignalAbsence) in
            var sum = 0.0
            for path in files(span.place) {
                let bytes = try span.after.bytes(path)
                guard let line = KernelWords.lines(bytes).first,
                    let kilohertz = KernelWords.number(line)
                else { throw SignalAbsence("\(path) does not say") }
                sum += Double(kilohertz)
            }
            return SignalFinding(megahertz, sum * 1e-3 / Double(max(1, span.place.cpus.count)))
        }
        let isAbsent = SignalFinding(
            deviation, absent: "no counters say how fast the processors ran")
        return looked.value == nil
            ? [looked, isAbsent] : [looked, SignalFinding(sampled, 1), isAbsent]
    }

    private static func against(_ counted: ProcessorSpeed, _ span: SignalSpan) -> SignalFinding {
        guard let reference = span.reference.speed, reference.megahertz > 0 else {
            return SignalFinding(deviation, absent: "nothing was counted before")
        }
        guard reference.source == counted.source else {
            return SignalFinding(deviation, absent: "it was counted in another way before")
        }
        return SignalFinding(deviation, counted.megahertz / reference.megahertz - 1)
    }

    private static let files: @Sendable (SignalPlace) -> [String] = { place in
        place.cpus.map { "/sys/devices/system/cpu/cpu\($0)/cpufreq/scaling_cur_freq" }
    }
}
