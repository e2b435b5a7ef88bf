package import FleetModel

/// How long silence is borne, and how often work is tried again.
package struct LeaseSettings: Hashable, Sendable {
    /// Without a word for this long an attempt is flagged unreachable.
    package let unreachable: Duration
    /// Without a word for this long it is lost, and its job is queued again.
    package let lost: Duration
    /// The longest silence that an agent may promise at once.
    package let longestQuiet: Duration
    /// Added to a job's own time limit before the controller ends it itself.
    package let overrun: Duration
    /// How long results of an attempt that has ended are still taken.
    package let uploadWindow: Duration
    /// Bytes of log kept per attempt.
    package let logLimit: Int64
    package let retry: RetryPolicy

    package init(
        unreachable: Duration = .seconds(90), lost: Duration = .seconds(600),
        longestQuiet: Duration = .seconds(300), overrun: Duration = .seconds(300),
        uploadWindow: Duration = .seconds(24 * 3600), logLimit: Int64 = 64 << 20,
        retry: RetryPolicy = RetryPolicy()
    ) {
        self.unreachable = unreachable
        self.lost = lost
        self.longestQuiet = longestQuiet
        self.overrun = overrun
        self.uploadWindow = uploadWindow
        self.logLimit = logLimit
        self.retry = retry
    }
}
