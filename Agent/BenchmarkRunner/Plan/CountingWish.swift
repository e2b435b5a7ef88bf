/// What is counted beside the time of a `command` benchmark.
package struct CountingWish: Sendable, Equatable {
    package enum Simulation: String, Sendable {
        case off
        /// Where the host counts no instructions.
        case fallback
        case always
    }

    /// Names of counter sets and events (project file, §2.5); empty for none.
    package var events: [String]
    /// More groups than fit the processor are spread over so many executions at most.
    package var passesMax: Int
    package var simulation: Simulation

    package init(events: [String] = [], passesMax: Int = 4, simulation: Simulation = .off) {
        self.events = events
        self.passesMax = max(1, passesMax)
        self.simulation = simulation
    }
}
