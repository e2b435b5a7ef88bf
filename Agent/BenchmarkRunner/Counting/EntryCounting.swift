import Counters
import FleetModel

/// Which counters the executions of one benchmark open.
struct EntryCounting: Sendable {
    /// What one execution gives.
    enum Part: Sendable { case everything, times, counts }

    private let host: HostCounting
    private let scope: CountingScope
    /// The groups of execution i stand at index i modulo the count; empty when nothing is counted.
    private let passes: [[CounterGroup]]
    let facts: CounterFacts
    /// The tool for an own pass after the measured one.
    let simulator: CachegrindTool?
    /// What the user should know about the simulated pass.
    let remark: String?
    /// The executions of one repetition, in their order: two where counting slows this host.
    let parts: [Part]

    /// `cpus`: the run's. `separately`: times must not come from executions that are counted.
    init(
        _ entry: BenchmarkPlan, on host: HostCounting, cpus: [Int] = [], separately: Bool = false
    ) {
        let wish = entry.measuresItself ? entry.counting : CountingWish()
        let asked = wish.events.isEmpty ? [] : CounterCatalogue.select(wish.events).events
        let scope = CountingScope(mode: wish.mode.counting, cpus: cpus)
        self.host = host
        self.scope = scope
        let available = asked.filter {
            host.verdict(on: $0)?.isAvailable ?? false
                && host.host.refusal(of: $0, in: scope) == nil
        }
        passes = Array(
            CounterPasses.passes(of: available, budget: host.host.budget).prefix(wish.passesMax))
        parts = separately && !passes.isEmpty ? [.times, .counts] : [.everything]
        var facts = Self.facts(wish, asked, passes, host, scope)
        facts.isSeparate = parts.count > 1
        self.facts = facts
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
    func counters(ofExecution index: Int, _ part: Part) -> (pass: Int, counters: TreeCounters)? {
        guard !passes.isEmpty, part != .times else { return nil }
        let pass = index % passes.count
        return (
            pass, TreeCounters(passes[pass], on: host.host, in: scope, calls: host.calls)
        )
    }

    /// With one pass the samples need no number of theirs.
    var hasSeveralPasses: Bool { passes.count > 1 }

    private static func facts(
        _ wish: CountingWish, _ asked: [CounterEvent], _ passes: [[CounterGroup]],
        _ host: HostCounting, _ scope: CountingScope
    ) -> CounterFacts {
        let counted = Set(passes.flatMap { $0.flatMap(\.events) })
        let unknown = wish.events.isEmpty ? [] : CounterCatalogue.select(wish.events).unknown
        var events = asked.map { event in
            CounterFacts.Event(
                name: event.name, unit: host.host.unitName(for: event, scope.cpus),
                finding: finding(event, isCounted: counted.contains(event), host, scope))
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
        _ event: CounterEvent, isCounted: Bool, _ host: HostCounting, _ scope: CountingScope
    ) -> CounterFacts.Finding {
        let verdict = host.verdict(on: event)
        if !isCounted, verdict?.isAvailable == true,
            let refusal = host.host.refusal(of: event, in: scope)
        {
            return .missing(refusal.message)
        }
        return switch verdict?.finding {
        case .available where isCounted: .available
        case .available: .missing("It does not fit into the passes that the job allows.")
        case let other?: CounterFacts.Finding(other)
        case nil: .missing("This agent did not try to count it.")
        }
    }
}

extension CountingWish.Mode {
    fileprivate var counting: CountingMode {
        switch self {
        case .process: .tree
        case .group: .group
        case .processors: .processors
        }
    }
}

extension CounterHost {
    /// The counting unit of an event; empty for what the kernel counts itself.
    func unitName(for event: CounterEvent, _ cpus: [Int] = []) -> String {
        switch event.kind {
        case .software: "software"
        case .hardware, .cache: unit(for: cpus)?.name ?? ""
        case .unit: (try? code(of: event, for: cpus).get().unit) ?? event.described?.units[0] ?? ""
        }
    }
}
