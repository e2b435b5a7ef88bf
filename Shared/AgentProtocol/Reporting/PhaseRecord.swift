package import FleetModel

/// A phase of the attempt began, ended or failed.
package struct PhaseRecord: Codable, Sendable, Equatable {
    /// Since the attempt's start, CLOCK_MONOTONIC_RAW.
    package let at: Nanoseconds
    package let phase: AttemptPhase
    package let event: Event
    package let role: RevisionRole?
    package let benchmark: String?
    package let parameters: Parameters?
    package let duration: Nanoseconds?
    package let exitStatus: Int32?
    package let signal: Int32?
    /// At most 2,000 characters.
    package let message: String?

    package init(
        at: Nanoseconds, phase: AttemptPhase, event: Event, role: RevisionRole? = nil,
        benchmark: String? = nil, parameters: Parameters? = nil, duration: Nanoseconds? = nil,
        exitStatus: Int32? = nil, signal: Int32? = nil, message: String? = nil
    ) {
        self.at = at
        self.phase = phase
        self.event = event
        self.role = role
        self.benchmark = benchmark
        self.parameters = parameters
        self.duration = duration
        self.exitStatus = exitStatus
        self.signal = signal
        self.message = message
    }

    private enum CodingKeys: String, CodingKey {
        case at = "at_ns"
        case phase
        case event
        case role
        case benchmark
        case parameters = "params"
        case duration = "duration_ns"
        case exitStatus = "exit_status"
        case signal
        case message
    }
}

extension PhaseRecord {
    package enum Event: String, Sendable, CaseIterable, Codable {
        case start, end, fail
    }

    func validate() throws(FieldProblem) {
        if let benchmark { try FieldCheck.name("benchmark", benchmark) }
        if let parameters { try FieldCheck.parameters(parameters.values) }
        try FieldCheck.text("message", message ?? "", limit: Failure.messageLimit)
    }
}
