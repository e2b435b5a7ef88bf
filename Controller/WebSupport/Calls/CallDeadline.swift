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

/// How long the calls of a listener may take. Source: api.md §1, Time-outs.
package struct TimeLimits: Sendable {
    package var ordinary = Duration.seconds(30)
    /// With a body that may be larger than others.
    package var upload = Duration.seconds(600)
    /// Of a reply that is written in pieces.
    package var export = Duration.seconds(600)
    /// Until a piece of such a reply is taken.
    package var exportStall = Duration.seconds(30)
    /// Who asks to wait longer for a change waits so long.
    package var longestPoll = Duration.seconds(50)

    package init() {}

    /// A long poll of `wait_s` seconds and five to answer.
    package static func longPoll(waiting wait: Duration) -> Duration { wait + .seconds(5) }
}
