/// The hottest processor sensor at both ends of the span.
enum TemperatureSignal {
    static let end = "temperature_c"
    static let start = "temperature_start_c"
    /// Above the attempt's own start.
    static let excess = "temperature_excess_c"

    static let signal = NoiseSignal(files: { $0.sensors }) { span in
        let first = SignalSpan.finding(start) { () throws(SignalAbsence) in
            SignalFinding(start, try hottest(span.place, span.before))
        }
        let last = SignalSpan.finding(end) { () throws(SignalAbsence) in
            SignalFinding(end, try hottest(span.place, span.after))
        }
        guard let celsius = first.value, let reference = span.reference.celsius else {
            return [first, last]
        }
        return [first, last, SignalFinding(excess, celsius - reference)]
    }

    private static func hottest(
        _ place: SignalPlace, _ snapshot: SignalSnapshot
    ) throws(SignalAbsence) -> Double {
        let found = place.sensors.compactMap { path in
            (try? snapshot.bytes(path)).flatMap(degrees)
        }
        guard let hottest = found.max() else {
            throw SignalAbsence("this host shows no temperature of its processors")
        }
        return hottest
    }

    /// `45000` is 45 °C; a broken sensor's nonsense is none.
    static func degrees(_ bytes: [UInt8]) -> Double? {
        guard let line = KernelWords.lines(bytes).first,
            let word = KernelWords.words(line).first, let value = KernelWords.number(word),
            value < 200_000
        else { return nil }
        return Double(value) * 1e-3
    }
}
