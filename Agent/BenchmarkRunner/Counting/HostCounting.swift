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
    private let tried: TriedEvents

    package init(
        host: CounterHost, verdicts: [CounterVerdict], simulator: CachegrindTool? = nil,
        simulatorProblem: String? = nil, calls: any PerfCalls = KernelPerfCalls()
    ) {
        self.host = host
        self.verdicts = verdicts
        self.simulator = simulator
        self.simulatorProblem = simulatorProblem
        self.calls = calls
        tried = TriedEvents()
    }

    /// A host that counts nothing.
    package static let none = HostCounting(
        host: CounterHost(paranoid: nil, isPrivileged: false, units: []), verdicts: [])

    /// Of an event of the catalogue as it was tried at the start; of the user's own event as it is
    /// tried when it is first asked for. `nil` where nothing was tried.
    package func verdict(on event: CounterEvent) -> CounterVerdict? {
        guard event.set == .raw else { return verdicts.first { $0.event == event } }
        return tried.verdict(on: event) { CounterProbe(host, calls: calls).verdicts(on: [$0])[0] }
    }

    package var countsInstructions: Bool {
        verdicts.contains { $0.event.name == "instructions:u" && $0.isAvailable }
    }
}
