import Synchronization

/// When a call must be answered; a handler with a limit of its own moves it.
package final class CallDeadline: Sendable {
    private let instant: Mutex<ContinuousClock.Instant>

    package init(in limit: Duration) { instant = Mutex(.now + limit) }

    /// Gives the call at least the limit from now: claims, long polls and uploads take longer.
    /// A deadline never comes nearer.
    package func extend(to limit: Duration) {
        instant.withLock { $0 = max($0, .now + limit) }
    }

    /// Returns when the deadline has passed or the task is cancelled.
    func pass() async {
        while !Task.isCancelled {
            let until = instant.withLock { $0 }
            guard until > .now else { return }
            try? await Task.sleep(until: until, clock: .continuous)
        }
    }
}

/// The limits that differ from the ordinary one. Source: api.md §1, Time-outs.
package enum TimeLimit {
    package static let upload = Duration.seconds(600)

    /// A long poll of `wait_s` seconds and five to answer.
    package static func longPoll(waiting wait: Duration) -> Duration { wait + .seconds(5) }
}
