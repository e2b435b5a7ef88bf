package import FleetModel

/// Where an attempt's events go; what it has taken must survive a crash after `checkpoint`.
package protocol RunnerSink: Sendable {
    /// Takes an event. `nanoseconds` count from the attempt's start.
    func take(_ event: RunnerEvent, at nanoseconds: Int64) throws(RunnerSinkFailure)
    /// Takes a file; it is durable when this returns. One that has no room, or that breaks a limit,
    /// is left out with a note. Called between repetitions, never inside one.
    func keep(_ artifact: RunnerArtifact, at nanoseconds: Int64) throws(RunnerSinkFailure)
    /// Takes bytes of the log. Called from any thread and quick: it holds memory, no disk.
    func log(_ bytes: [UInt8])
    /// Makes all that was taken durable. Called between repetitions, never inside one; the next
    /// repetition starts when it returns.
    func checkpoint(_ progress: RunnerProgress) async throws(RunnerSinkFailure)
}

/// Why a sink takes no more; what it has taken stays.
package enum RunnerSinkFailure: Error, Equatable {
    case full
    case broken(String)

    var failure: Failure {
        switch self {
        case .full:
            Failure(.infraHost, .spoolFull, "the spool on this host has no room for samples")
        case .broken(let reason):
            Failure(.infraHost, .spoolFull, "the spool cannot be written: \(reason)")
        }
    }
}

/// How far an attempt is.
package struct RunnerProgress: Sendable, Equatable {
    package var phase: AttemptPhase
    package var done: Int64
    package var total: Int64
    package var benchmark: String?
    /// How long the next execution may take at most, when it is measured.
    package var quietFor: Duration?

    package init(
        phase: AttemptPhase, done: Int64 = 0, total: Int64 = 0, benchmark: String? = nil,
        quietFor: Duration? = nil
    ) {
        self.phase = phase
        self.done = done
        self.total = total
        self.benchmark = benchmark
        self.quietFor = quietFor
    }
}

/// How an attempt ended.
package struct AttemptEnd: Sendable, Equatable {
    package enum Deadline: String, Sendable { case phase, `case`, job, silence }

    package var outcome: AttemptOutcome
    /// Always there unless completed or cancelled.
    package var failure: Failure?
    package var deadline: Deadline?
    package var cases: CaseCounts
    package var cleanupSucceeded: Bool
    /// False while settings of the host are changed that nothing will put back by itself.
    package var tuningRestored = true

    package init(
        _ outcome: AttemptOutcome, failure: Failure? = nil, deadline: Deadline? = nil,
        cases: CaseCounts = CaseCounts(), cleanupSucceeded: Bool = true
    ) {
        self.outcome = outcome
        self.failure = failure
        self.deadline = deadline
        self.cases = cases
        self.cleanupSucceeded = cleanupSucceeded
    }
}
