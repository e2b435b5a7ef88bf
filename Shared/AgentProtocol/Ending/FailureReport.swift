package import FleetModel

/// Why an attempt ended badly.
package struct FailureReport: Codable, Sendable, Equatable {
    package let failureClass: FailureClass
    /// An unknown word counts as `other`.
    package let detail: Word<FailureDetail>
    /// At most 2,000 characters.
    package let message: String
    package let exitStatus: Int32?
    package let signal: Int32?
    package let timeout: Timeout?
    /// Where in the log the cause stands, in bytes.
    package let logOffset: Int64?

    package init(
        failureClass: FailureClass, detail: Word<FailureDetail>, message: String,
        exitStatus: Int32? = nil, signal: Int32? = nil, timeout: Timeout? = nil,
        logOffset: Int64? = nil
    ) {
        self.failureClass = failureClass
        self.detail = detail
        self.message = message
        self.exitStatus = exitStatus
        self.signal = signal
        self.timeout = timeout
        self.logOffset = logOffset
    }

    private enum CodingKeys: String, CodingKey {
        case failureClass = "class"
        case detail
        case message
        case exitStatus = "exit_status"
        case signal
        case timeout
        case logOffset = "log_offset"
    }
}

extension FailureReport {
    /// Which deadline passed.
    package enum Timeout: String, Sendable, CaseIterable, Codable {
        case queue, phase, `case`, job, silence
    }

    package init(_ failure: Failure, timeout: Timeout? = nil) {
        self.init(
            failureClass: failure.failureClass, detail: Word(failure.detail),
            message: failure.message, exitStatus: failure.exitStatus, signal: failure.signal,
            timeout: timeout, logOffset: failure.logOffset)
    }

    package var failure: Failure {
        Failure(
            failureClass, detail.known ?? .other, message, exitStatus: exitStatus,
            signal: signal, logOffset: logOffset)
    }
}
