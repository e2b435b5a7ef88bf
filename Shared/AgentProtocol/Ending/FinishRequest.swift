package import FleetModel

/// How an attempt ended and what must have arrived for it to be complete.
package struct FinishRequest: WireMessage {
    package let outcome: AttemptOutcome
    package let failure: FailureReport?
    package let lastSequence: Int64
    package let logLength: Int64
    package let logComplete: Bool
    /// Digests of all artifacts.
    package let artifacts: [String]
    package let cases: CaseCounts
    package let tuningRestored: Bool
    package let cleanupSucceeded: Bool
    package let duration: Nanoseconds

    package init(
        outcome: AttemptOutcome, failure: FailureReport? = nil, lastSequence: Int64,
        logLength: Int64, logComplete: Bool = true, artifacts: [String] = [], cases: CaseCounts,
        tuningRestored: Bool, cleanupSucceeded: Bool, duration: Nanoseconds
    ) {
        self.outcome = outcome
        self.failure = failure
        self.lastSequence = lastSequence
        self.logLength = logLength
        self.logComplete = logComplete
        self.artifacts = artifacts
        self.cases = cases
        self.tuningRestored = tuningRestored
        self.cleanupSucceeded = cleanupSucceeded
        self.duration = duration
    }

    /// The same with these digests.
    package func naming(artifacts: [String]) -> FinishRequest {
        FinishRequest(
            outcome: outcome, failure: failure, lastSequence: lastSequence, logLength: logLength,
            logComplete: logComplete, artifacts: artifacts, cases: cases,
            tuningRestored: tuningRestored, cleanupSucceeded: cleanupSucceeded,
            duration: duration)
    }

    private enum CodingKeys: String, CodingKey {
        case outcome
        case failure
        case lastSequence = "last_seq"
        case logLength = "log_length"
        case logComplete = "log_complete"
        case artifacts
        case cases
        case tuningRestored = "tuning_restored"
        case cleanupSucceeded = "cleanup_ok"
        case duration = "duration_ns"
    }
}

extension FinishRequest {
    package func validate() throws(FieldProblem) {
        try FieldCheck.count("last_seq", lastSequence)
        try FieldCheck.count("log_length", logLength)
        for (name, count) in [
            ("ok", cases.ok), ("failed", cases.failed), ("invalid", cases.invalid),
            ("skipped", cases.skipped),
        ] {
            try FieldCheck.count("cases/" + name, count)
        }
        guard artifacts.count <= 10_000 else {
            throw FieldProblem("/artifacts", "More than 10000 artifacts.")
        }
        for (index, digest) in artifacts.enumerated() {
            try FieldCheck.digest("artifacts/\(index)", digest)
        }
        guard outcome == .completed || outcome == .cancelled || failure != nil else {
            throw FieldProblem("/failure", "An attempt that \(outcome.rawValue) says why.")
        }
        if let failure {
            try FieldCheck.text("failure/message", failure.message, limit: Failure.messageLimit)
        }
    }
}
