/// What is counted beside the time of a `command` benchmark.
package struct CountingWish: Sendable, Equatable {
    package enum Simulation: String, Sendable {
        case off
        /// Where the host counts no instructions.
        case fallback
        case always
    }

    /// How the executions are found by their counters.
    package enum Mode: String, Sendable {
        /// From the program on, and all that descends from it.
        case process
        /// Whatever works in the run's control group.
        case group
        /// Whatever works on the run's processors.
        case processors
    }

    /// Names of counter sets and events (project file, §2.5); empty for none.
    package var events: [String]
    /// More groups than fit the processor are spread over so many executions at most.
    package var passesMax: Int
    package var simulation: Simulation
    package var mode: Mode

    package init(
        events: [String] = [], passesMax: Int = 4, simulation: Simulation = .off,
        mode: Mode = .process
    ) {
        self.events = events
        self.passesMax = max(1, passesMax)
        self.simulation = simulation
        self.mode = mode
    }
}
