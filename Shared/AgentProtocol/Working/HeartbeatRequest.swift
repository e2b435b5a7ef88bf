package import FleetModel

/// Sign of life of an attempt.
package struct HeartbeatRequest: WireMessage {
    /// Rises with each call; one not above the last stored changes nothing.
    package let beat: Int64
    package let phase: AttemptPhase
    /// Rises whenever work advances.
    package let progress: Int64
    package let done: Int64
    package let total: Int64
    package let benchmark: String?
    /// Promise of silence; the lease is extended over it.
    package let quietFor: Nanoseconds?
    package let sensors: [String: JSONValue]?
    package let spool: SpoolLevel
    package let logLength: Int64
    /// `graceful` or `now`.
    package let cancelAcknowledged: CancelMode?

    package init(
        beat: Int64, phase: AttemptPhase, progress: Int64, done: Int64, total: Int64,
        benchmark: String? = nil, quietFor: Nanoseconds? = nil, sensors: [String: JSONValue]? = nil,
        spool: SpoolLevel, logLength: Int64, cancelAcknowledged: CancelMode? = nil
    ) {
        self.beat = beat
        self.phase = phase
        self.progress = progress
        self.done = done
        self.total = total
        self.benchmark = benchmark
        self.quietFor = quietFor
        self.sensors = sensors
        self.spool = spool
        self.logLength = logLength
        self.cancelAcknowledged = cancelAcknowledged
    }

    private enum CodingKeys: String, CodingKey {
        case beat
        case phase
        case progress
        case done
        case total
        case benchmark
        case quietFor = "quiet_for_ns"
        case sensors
        case spool
        case logLength = "log_length"
        case cancelAcknowledged = "cancel_ack"
    }
}

extension HeartbeatRequest {
    /// How full the attempt's spool is.
    package struct SpoolLevel: Codable, Sendable, Equatable {
        package let bytes: Int64
        package let lastSequence: Int64

        package init(
            bytes: Int64, lastSequence: Int64
        ) {
            self.bytes = bytes
            self.lastSequence = lastSequence
        }

        private enum CodingKeys: String, CodingKey {
            case bytes
            case lastSequence = "last_seq"
        }
    }
}

extension HeartbeatRequest {
    package func validate() throws(FieldProblem) {
        try FieldCheck.count("beat", beat)
        try FieldCheck.count("progress", progress)
        try FieldCheck.count("done", done)
        try FieldCheck.count("total", total)
        try FieldCheck.count("spool/bytes", spool.bytes)
        try FieldCheck.count("spool/last_seq", spool.lastSequence)
        try FieldCheck.count("log_length", logLength)
        if let benchmark { try FieldCheck.name("benchmark", benchmark) }
        guard cancelAcknowledged != CancelMode.none else {
            throw FieldProblem("/cancel_ack", "There is nothing to acknowledge in `none`.")
        }
    }
}
