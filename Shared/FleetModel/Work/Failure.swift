/// Who is to blame for a failed attempt, which decides whether it is tried again.
package enum FailureClass: String, Sendable, CaseIterable {
    case lost
    case infraTransient = "infra_transient"
    case infraHost = "infra_host"
    case jobError = "job_error"
    case timeout
    case policy
}

/// What exactly went wrong; the words of the API (`Failure.detail`).
package enum FailureDetail: String, Sendable, CaseIterable {
    case checkoutFailed = "checkout_failed"
    case suiteInvalid = "suite_invalid"
    case buildFailed = "build_failed"
    case benchmarkCrashed = "benchmark_crashed"
    case benchmarkHung = "benchmark_hung"
    case silence
    case noOutput = "no_output"
    case badOutput = "bad_output"
    case outOfMemory = "out_of_memory"
    case diskFull = "disk_full"
    case spoolFull = "spool_full"
    case isolationFailed = "isolation_failed"
    case tuningFailed = "tuning_failed"
    case counterFailed = "counter_failed"
    case canaryDrift = "canary_drift"
    case agentCrash = "agent_crash"
    case agentPolicy = "agent_policy"
    case protocolError = "protocol_error"
    case lost
    case other
}

/// Why an attempt or a job ended badly, in a form that people and programs can read.
package struct Failure: Hashable, Sendable {
    /// Longest message that is kept, in characters.
    package static let messageLimit = 2000

    package let failureClass: FailureClass
    package let detail: FailureDetail
    package let message: String
    package let exitStatus: Int32?
    package let signal: Int32?
    /// Where in the attempt's log the cause stands, in bytes from its start.
    package let logOffset: Int64?

    package init(
        _ failureClass: FailureClass, _ detail: FailureDetail, _ message: String,
        exitStatus: Int32? = nil, signal: Int32? = nil, logOffset: Int64? = nil
    ) {
        self.failureClass = failureClass
        self.detail = detail
        self.message = String(message.prefix(Self.messageLimit))
        self.exitStatus = exitStatus
        self.signal = signal
        self.logOffset = logOffset
    }
}
