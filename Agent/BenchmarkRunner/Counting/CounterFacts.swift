import Counters

/// What was counted of a benchmark, and why other events were not.
package struct CounterFacts: Sendable, Equatable {
    package enum Finding: Sendable, Equatable {
        case available
        case missing(String)
        /// It opens and counts wrongly.
        case stubbed(String)

        init(_ finding: CounterVerdict.Finding) {
            self =
                switch finding {
                case .available: .available
                case .missing(let refusal): .missing(refusal.message)
                case .stubbed(let words): .stubbed(words)
                }
        }
    }

    package struct Event: Sendable, Equatable {
        package let name: String
        /// The counting unit's name.
        package let unit: String
        package let finding: Finding
    }

    package let events: [Event]
    package let groups: [[String]]
    package let passes: Int
    /// Times come from executions of their own, since counting slows this host.
    package var isSeparate = false
}
