package import FleetModel

/// A place in the log that people may jump to.
package struct LogMarkRecord: Codable, Sendable, Equatable {
    /// Since the attempt's start.
    package let at: Nanoseconds
    /// Bytes from the log's start.
    package let offset: Int64
    package let phase: AttemptPhase
    package let stream: LogStream?
    package let benchmark: String?
    /// At most 2,000 characters.
    package let text: String

    package init(
        at: Nanoseconds, offset: Int64, phase: AttemptPhase, stream: LogStream? = nil,
        benchmark: String? = nil, text: String
    ) {
        self.at = at
        self.offset = offset
        self.phase = phase
        self.stream = stream
        self.benchmark = benchmark
        self.text = text
    }

    private enum CodingKeys: String, CodingKey {
        case at = "at_ns"
        case offset
        case phase
        case stream
        case benchmark
        case text
    }
}

/// Who wrote a piece of the log.
package enum LogStream: String, Sendable, CaseIterable, Codable {
    case out, err, agent
}

extension LogMarkRecord {
    func validate() throws(FieldProblem) {
        try FieldCheck.count("offset", offset)
        if let benchmark { try FieldCheck.name("benchmark", benchmark) }
        try FieldCheck.text("text", text, limit: Failure.messageLimit)
    }
}
