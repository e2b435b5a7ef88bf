package import Counters

/// What this host can count, tried once when the agent starts.
package struct HostCounting: Sendable {
    package let host: CounterHost
    /// One for each event of the catalogue; none where nothing was tried.
    package let verdicts: [CounterVerdict]
    /// Counts instructions where the host cannot.
    package let simulator: CachegrindTool?
    /// Why there is no simulator.
    package let simulatorProblem: String?
    let calls: any PerfCalls

    package init(
        host: CounterHost, verdicts: [CounterVerdict], simulator: CachegrindTool? = nil,
        simulatorProblem: String? = nil, calls: any PerfCalls = KernelPerfCalls()
    ) {
        self.host = host
        self.verdicts = verdicts
        self.simulator = simulator
        self.simulatorProblem = simulatorProblem
        self.calls = calls
    }

    /// A host that counts nothing.
    package static let none = HostCounting(
        host: CounterHost(paranoid: nil, isPrivileged: false, units: []), verdicts: [])

    package func verdict(on event: CounterEvent) -> CounterVerdict? {
        verdicts.first { $0.event == event }
    }

    /// Knows the user's own events as well, which nobody could try before.
    func trying(_ events: [CounterEvent]) -> HostCounting {
        let unknown = events.filter { verdict(on: $0) == nil && $0.set == .raw }
        guard !unknown.isEmpty else { return self }
        let found = CounterProbe(host, calls: calls).verdicts(on: unknown)
        return HostCounting(
            host: host, verdicts: verdicts + found, simulator: simulator,
            simulatorProblem: simulatorProblem, calls: calls)
    }

    /// Why this host cannot count what a job demands: the name of a set or an event, a raw event,
    /// or the simulated count. `nil` where it can.
    package func problem(with name: String) -> String? {
        if name == CachegrindTool.metric { return simulator == nil ? simulatorProblem : nil }
        let (events, unknown) = CounterCatalogue.select([name])
        guard unknown.isEmpty else {
            return "This version of the agent does not know the event \(name)."
        }
        let demanded = events.filter { $0.set != .software || $0 == CounterCatalogue.event(name) }
        let tried = trying(demanded)
        for event in demanded {
            switch tried.verdict(on: event)?.finding {
            case .available: continue
            case .missing(let refusal): return refusal.message
            case .stubbed(let words): return words
            case nil: return "This agent counts nothing."
            }
        }
        return nil
    }

    package var countsInstructions: Bool {
        verdicts.contains { $0.event.name == "instructions:u" && $0.isAvailable }
    }
}
