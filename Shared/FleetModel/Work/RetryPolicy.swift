/// How often a job is tried again after each class of failure (control plane, §2.1).
package struct RetryPolicy: Hashable, Sendable {
    package let lost: Int
    package let infraTransient: Int
    package let infraHost: Int
    package let jobError: Int
    /// First wait after a transient failure; it doubles with each further one.
    package let backoff: Duration
    package let longestBackoff: Duration

    package init(
        lost: Int = 2, infraTransient: Int = 5, infraHost: Int = 2, jobError: Int = 0,
        backoff: Duration = .seconds(5), longestBackoff: Duration = .seconds(300)
    ) {
        self.lost = lost
        self.infraTransient = infraTransient
        self.infraHost = infraHost
        self.jobError = jobError
        self.backoff = backoff
        self.longestBackoff = longestBackoff
    }

    /// The same for a job that no other host can take.
    package var withoutOtherHosts: RetryPolicy {
        RetryPolicy(
            lost: lost, infraTransient: infraTransient, infraHost: 0, jobError: jobError,
            backoff: backoff, longestBackoff: longestBackoff)
    }

    package func budget(for failureClass: FailureClass) -> Int {
        switch failureClass {
        case .lost: lost
        case .infraTransient: infraTransient
        case .infraHost: infraHost
        case .jobError: jobError
        case .timeout, .policy: 0
        }
    }

    /// The wait before try number `used` + 1, doubling from `backoff`.
    package func wait(afterTries used: Int) -> Duration {
        var wait = backoff
        for _ in 0..<max(0, min(used, 32)) where wait < longestBackoff { wait = wait * 2 }
        return min(wait, longestBackoff)
    }
}

/// How many tries of each class a job has used up.
package struct RetryCounts: Hashable, Sendable {
    package var lost: Int
    package var infraTransient: Int
    package var infraHost: Int
    package var jobError: Int

    package init(lost: Int = 0, infraTransient: Int = 0, infraHost: Int = 0, jobError: Int = 0) {
        self.lost = lost
        self.infraTransient = infraTransient
        self.infraHost = infraHost
        self.jobError = jobError
    }

    package func used(for failureClass: FailureClass) -> Int {
        switch failureClass {
        case .lost: lost
        case .infraTransient: infraTransient
        case .infraHost: infraHost
        case .jobError: jobError
        case .timeout, .policy: 0
        }
    }

    mutating func count(_ failureClass: FailureClass) {
        switch failureClass {
        case .lost: lost += 1
        case .infraTransient: infraTransient += 1
        case .infraHost: infraHost += 1
        case .jobError: jobError += 1
        case .timeout, .policy: break
        }
    }
}
