import Isolation

/// The handle by which a running attempt is ended from elsewhere.
package final class AttemptCancellation: Sendable {
    package enum Urgency: Sendable {
        /// TERM, the job's grace, then KILL.
        case graceful
        case now
    }

    /// Shared by the attempt's launches, which follow each other.
    let launches = LaunchCancellation()

    package init() {}

    package func cancel(_ urgency: Urgency) {
        launches.cancel(urgency == .now ? .now : .graceful)
    }

    package var isCancelled: Bool { launches.urgency != nil }
}
