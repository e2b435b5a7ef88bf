import Counters
import FleetModel

/// Which counters the executions of one benchmark open.
struct EntryCounting: Sendable {
    private let host: HostCounting
    /// The groups of execution i stand at index i modulo the count; empty when nothing is counted.
    private let passes: [[CounterGroup]]
    let facts: CounterFacts
    /// The tool for an own pass after the measured one.
    let simulator: CachegrindTool?
    /// What the user should know about the simulated pass.
    let remark: String?

    init(_ entry: BenchmarkPlan, on host: HostCounting) {
        self.host = host
        let wish = entry.measuresItself ? entry.counting : CountingWish()
        let asked = wish.events.isEmpty ? [] : CounterCatalogue.select(wish.events).events
        let available = asked.filter { host.verdict(on: $0)?.isAvailable ?? false }
        passes = Array(
            CounterPasses.passes(of: available, budget: host.host.budget).prefix(wish.passesMax))
        facts = Self.facts(wish, asked, passes, host)
        let isWanted =
            switch wish.simulation {
            case .off: false
            case .fallback: !host.countsInstructions
            case .always: true
            }
        simulator = isWanted ? host.simulator : nil
        remark = isWanted && simulator == nil ? host.simulatorProblem : nil
    }

    /// The counters of an execution; `nil` when it counts nothing.
    func counters(ofExecution index: Int) -> (pass: Int, counters: TreeCounters)? {
        guard !passes.isEmpty else { return nil }
        let pass = index % passes.count
        return (pass, TreeCounters(passes[pass], on: host.host, calls: host.calls))
    }

    /// With one pass the samples need no number of theirs.
    var hasSeveralPasses: Bool { passes.count > 1 }

    private static func facts(
        _ wish: CountingWish, _ asked: [CounterEvent], _ passes: [[CounterGroup]],
        _ host: HostCounting
    ) -> CounterFacts {
        let counted = Set(passes.flatMap { $0.flatMap(\.events) })
        let unknown = wish.events.isEmpty ? [] : CounterCatalogue.select(wish.events).unknown
        var events = asked.map { event in
            CounterFacts.Event(
                name: event.name, unit: host.host.unitName(for: event),
                finding: finding(event, isCounted: counted.contains(event), host))
        }
        events += unknown.map {
            CounterFacts.Event(
                name: $0, unit: "",
                finding: .missing("This version of the agent does not know the event \($0)."))
        }
        let groups = passes.flatMap { $0.map { $0.events.map(\.name) } }
        return CounterFacts(events: events, groups: groups, passes: passes.count)
    }

    private static func finding(
        _ event: CounterEvent, isCounted: Bool, _ host: HostCounting
    ) -> CounterFacts.Finding {
        switch host.verdict(on: event)?.finding {
        case .available where isCounted: .available
        case .available: .missing("It does not fit into the passes that the job allows.")
        case .missing(let refusal): .missing(refusal.message)
        case .stubbed(let words): .stubbed(words)
        case nil: .missing("This agent did not try to count it.")
        }
    }
}

extension CounterHost {
    /// The counting unit of an event; empty for what the kernel counts itself.
    func unitName(for event: CounterEvent) -> String {
        event.kind == .software ? "software" : chosenUnit?.name ?? ""
    }
}
