/// How a hardware count came about (API contract, meanings); the later, the less it says.
package enum CounterState: String, Sendable, CaseIterable, Codable {
    case exact, multiplexed
    case partialPMU = "partial_pmu"
    case unreliable
    case notScheduled = "not_scheduled"
    case neverEnabled = "never_enabled"
}

extension CounterState: Comparable {
    private var rank: Int {
        switch self {
        case .exact: 0
        case .multiplexed: 1
        case .partialPMU: 2
        case .unreliable: 3
        case .notScheduled: 4
        case .neverEnabled: 5
        }
    }

    package static func < (first: CounterState, second: CounterState) -> Bool {
        first.rank < second.rank
    }
}
