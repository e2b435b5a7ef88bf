import Counters

extension HostCounting {
    /// Asks for hardware counters of instructions and cycles, however they are called.
    static let countingUnit = "pmu"
    static let simulated = CachegrindTool.metric

    /// Why this host cannot count what a job demands: the name of a set or an event, a raw event,
    /// or the simulated count. `nil` where it can.
    ///
    /// A set is demanded as this machine has it: units of other machines list other events.
    package func problem(with name: String) -> String? {
        if name == CachegrindTool.metric { return simulator == nil ? simulatorProblem : nil }
        if name == Self.countingUnit { return problem(with: "core") }
        let (events, unknown) = CounterCatalogue.select([name])
        guard unknown.isEmpty else {
            return "This version of the agent does not know the event \(name)."
        }
        let one = CounterCatalogue.event(name)
        let demanded = one.map { [$0] } ?? events.filter { $0.set.rawValue == name }
        let isSomethingThere = demanded.contains { verdict(on: $0)?.isAvailable ?? false }
        for event in demanded {
            switch verdict(on: event)?.finding {
            case .available: continue
            case _ where event.kind == .unit && isSomethingThere: continue
            case .missing(let refusal): return refusal.message
            case .stubbed(let words): return words
            case nil: return "This agent counts nothing."
            }
        }
        return nil
    }
}
