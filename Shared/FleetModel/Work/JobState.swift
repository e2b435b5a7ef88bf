/// Where a job stands in its life (control plane, §2.1).
package enum JobState: String, Sendable, CaseIterable {
    case waiting, queued, running, processing
    case succeeded, partial, failed, cancelled, expired, superseded

    package var isTerminal: Bool {
        switch self {
        case .waiting, .queued, .running, .processing: false
        case .succeeded, .partial, .failed, .cancelled, .expired, .superseded: true
        }
    }

    /// How far along an open state is.
    package var advancement: Int {
        switch self {
        case .waiting: 0
        case .queued: 1
        case .running: 2
        case .processing: 3
        case .succeeded, .partial, .failed, .cancelled, .expired, .superseded: 4
        }
    }

    /// Whether somebody has worked on it, for certain: what was stopped may have waited until then.
    private var hasBegun: Bool {
        switch self {
        case .running, .processing, .succeeded, .partial, .failed: true
        case .waiting, .queued, .cancelled, .expired, .superseded: false
        }
    }

    /// The state that a run shows for its jobs; `waiting` for none.
    ///
    /// Open jobs decide first: the run is `running` from the first one that begins until the last
    /// one is measured. Of ended jobs the worst decides, except that a failed one beside stored
    /// cases makes the run `partial` (API contract, §3.1).
    package static func ofRun(jobs: [JobState], hasStoredCases: Bool) -> JobState {
        if let least = jobs.filter({ !$0.isTerminal })
            .min(by: { $0.advancement < $1.advancement })
        {
            return least != .processing && jobs.contains(where: \.hasBegun) ? .running : least
        }
        let worstFirst: [JobState] = [
            .failed, .cancelled, .expired, .superseded, .partial, .succeeded,
        ]
        guard let worst = worstFirst.first(where: jobs.contains) else { return .waiting }
        return worst == .failed && hasStoredCases ? .partial : worst
    }
}

/// How a running job is asked to stop. Repeating a request may only sharpen it.
package enum CancelMode: String, Sendable, CaseIterable, Comparable {
    case none, graceful, now

    private var rank: Int {
        switch self {
        case .none: 0
        case .graceful: 1
        case .now: 2
        }
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }
}

/// The queue class of a run; the first case goes first.
package enum Priority: String, Sendable, CaseIterable {
    case urgent, interactive, confirm, main, bisect, nightly, backfill, canary

    /// Smaller is claimed earlier; stored with the job so that the queue sorts by it.
    package var rank: Int64 {
        switch self {
        case .urgent: 0
        case .interactive: 10
        case .confirm: 20
        case .main: 30
        case .bisect: 40
        case .nightly: 50
        case .backfill: 60
        case .canary: 70
        }
    }
}
