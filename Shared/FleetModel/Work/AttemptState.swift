/// Where one claim of a job stands (control plane, §2.1).
package enum AttemptState: String, Sendable, CaseIterable {
    case leased, preparing, measuring, uploading, uploaded
    case completed, failed
    case timedOut = "timed_out"
    case cancelled, refused, lost, fenced

    package var isTerminal: Bool {
        switch self {
        case .leased, .preparing, .measuring, .uploading, .uploaded: false
        case .completed, .failed, .timedOut, .cancelled, .refused, .lost, .fenced: true
        }
    }

    /// States that the agent itself still moves; the lease guards exactly these.
    package static let leasedStates: [AttemptState] = [.leased, .preparing, .measuring, .uploading]
}

/// What an agent is doing right now; the words of the protocol (API contract, §4.6).
package enum AttemptPhase: String, Sendable, CaseIterable {
    case fetch, checkout, build, prepare, canary, warmup, measure, profile, cleanup, upload

    /// The attempt's state while this phase runs.
    package var attemptState: AttemptState {
        switch self {
        case .fetch, .checkout, .build, .prepare, .canary: .preparing
        case .warmup, .measure, .profile: .measuring
        case .cleanup, .upload: .uploading
        }
    }
}

/// How an agent says that an attempt ended.
package enum AttemptOutcome: String, Sendable, CaseIterable {
    case completed, failed
    case timedOut = "timed_out"
    case cancelled, refused

    package var attemptState: AttemptState {
        switch self {
        case .completed: .completed
        case .failed: .failed
        case .timedOut: .timedOut
        case .cancelled: .cancelled
        case .refused: .refused
        }
    }
}
