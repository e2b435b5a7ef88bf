/// Counts of the same events on several processors, added up.
struct CountSums {
    /// In the order met; `nil` for an event that the kernel gave up somewhere.
    private(set) var all: [(event: CounterEvent, count: PerfCount?)] = []

    /// `counts`: in the order of the events; what is missing was given up.
    mutating func add(_ counts: [PerfCount?], of events: [CounterEvent]) {
        for (index, event) in events.enumerated() {
            let count = index < counts.count ? counts[index] : nil
            guard let place = all.firstIndex(where: { $0.event == event }) else {
                all.append((event, count))
                continue
            }
            guard let sum = all[place].count, let count else {
                all[place].count = nil
                continue
            }
            all[place].count = PerfCount(
                count: sum.count &+ count.count,
                enabledNanoseconds: sum.enabledNanoseconds &+ count.enabledNanoseconds,
                runningNanoseconds: sum.runningNanoseconds &+ count.runningNanoseconds)
        }
    }
}
