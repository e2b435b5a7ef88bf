import FleetModel

extension JobRecord {
    /// How a job ended that has no results by its own fault or by somebody's will: `was cancelled
    /// by ada: a mistake`. Nil for one that is open or measured what it was to measure.
    package var ending: String? {
        switch state {
        case .waiting, .queued, .running, .processing, .succeeded, .partial: return nil
        case .cancelled:
            let person = cancelledBy.map { " by \($0)" } ?? ""
            return "was cancelled" + person + (cancelReason.map { ": \($0)" } ?? "")
        case .failed: return "failed" + because
        case .expired: return "expired" + because
        case .superseded: return "was superseded" + because
        }
    }

    private var because: String { life.failure.map { ": \($0.message)" } ?? "" }
}

extension RunRecord {
    /// Whether it is over and something of it was measured. A matrix of which one cell was
    /// cancelled has results, whatever its state says of the whole.
    package var hasResults: Bool { state.isTerminal && cases.ok > 0 }

    /// Whether each of its jobs came to its own end, and something was measured.
    package var isWhole: Bool { hasResults && (state == .succeeded || state == .partial) }
}
