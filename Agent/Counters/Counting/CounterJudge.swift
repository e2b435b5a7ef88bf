/// What the counts of loops of known length say about an event.
struct CounterJudge {
    /// How far a count of instructions may be from the loop's.
    private static let tolerance = 0.001
    /// Events that every loop moves; others may rightly stay 0.
    private static let moving: Set<String> = [
        "cycles:u", "branches:u", "task-clock", "topdown.slots", "topdown.retiring", "aperf",
        "mperf", "tsc",
    ]

    let event: CounterEvent

    var mustMove: Bool { Self.moving.contains(event.name) || event.set == .energy }

    /// `long`: the total of both loops, of N and of 2 N rounds.
    func finding(_ short: PerfCount, _ long: PerfCount) -> CounterVerdict.Finding {
        guard !event.usesProcessor || long.runningNanoseconds == long.enabledNanoseconds else {
            return .missing(busy)
        }
        if event.name == "instructions:u" { return knownCount(short, long) }
        if mustMove, long.count == 0 { return .stubbed("\(event.name) opens and stays 0.") }
        return .available
    }

    private func knownCount(_ short: PerfCount, _ long: PerfCount) -> CounterVerdict.Finding {
        let second = long.count >= short.count ? long.count - short.count : 0
        let expected = Double(CounterProbe.rounds * PerfRequest.loopInstructions)
        let got = Double(second) - Double(short.count)
        if abs(got - expected) <= expected * Self.tolerance { return .available }
        return .stubbed(
            "The counters failed the known-count check (expected \(Int64(expected)), got "
                + "\(Int64(got))); hardware metrics are disabled.")
    }

    var busy: CounterRefusal {
        CounterRefusal(
            event: event.name, code: .counterBusy,
            message: "\(event.name) opens and is not counted all the time: another user holds a "
                + "counter.")
    }
}
