/// What happened to a metric between two revisions.
package enum Direction: String, Sendable, CaseIterable {
    case regressed, improved, unchanged, unclear
}

/// What follows under a policy.
package enum Decision: String, Sendable, CaseIterable {
    case pass, warn, fail, skip

    /// The decision over many: any fail, else any warn, else any pass, else skip.
    package static func overall(_ decisions: some Sequence<Decision>) -> Decision {
        var result = Decision.skip
        for decision in decisions where decision.weight > result.weight { result = decision }
        return result
    }

    private var weight: Int {
        switch self {
        case .skip: 0
        case .pass: 1
        case .warn: 2
        case .fail: 3
        }
    }
}

/// Which way of a metric is good. `none` is never judged.
package enum Better: String, Sendable, CaseIterable {
    case lower, higher, none
}

/// Who counted a value; part of every series key.
package enum Provider: String, Sendable, CaseIterable {
    case hardware
    case softwareEvent = "software_event"
    case simulated
    case toolReported = "tool_reported"
    case submitted
}

/// How good one sample is. A sample is marked and repeated, never scaled or dropped.
package enum Validity: String, Sendable, CaseIterable {
    case clean, suspect, invalid

    package var code: UInt8 {
        switch self {
        case .clean: 0
        case .suspect: 1
        case .invalid: 2
        }
    }

    package init?(code: UInt8) {
        switch code {
        case 0: self = .clean
        case 1: self = .suspect
        case 2: self = .invalid
        default: return nil
        }
    }
}

/// Why an agent stopped repeating a benchmark.
package enum StopReason: String, Sendable, CaseIterable {
    case precise, budget, noisy, fixed
    case neverSteady = "never_steady"
}
