package import FleetModel

/// Opens the session and says what to do with each spooled attempt.
package struct SessionReply: WireMessage {
    package let sessionID: SessionID
    package let host: HostStanding
    /// The version that both sides speak from here on.
    package let version: ProtocolVersion
    package let intervals: ProtocolIntervals
    package let limits: ProtocolLimits
    package let attempts: [AttemptDirective]
    package let canary: CanaryDue?
    package let update: AgentUpdate?
    package let time: ServerTime

    package init(
        sessionID: SessionID, host: HostStanding, version: ProtocolVersion,
        intervals: ProtocolIntervals, limits: ProtocolLimits, attempts: [AttemptDirective],
        canary: CanaryDue? = nil, update: AgentUpdate? = nil, time: ServerTime
    ) {
        self.sessionID = sessionID
        self.host = host
        self.version = version
        self.intervals = intervals
        self.limits = limits
        self.attempts = attempts
        self.canary = canary
        self.update = update
        self.time = time
    }

    private enum CodingKeys: String, CodingKey {
        case sessionID = "session_id"
        case host
        case version = "protocol"
        case intervals
        case limits
        case attempts
        case canary
        case update
        case time = "time_us"
    }
}

extension SessionReply {
    /// The host and what has been decided about it.
    package struct HostStanding: Codable, Sendable, Equatable {
        package let id: HostID
        package let state: Word<HostState>

        package init(
            id: HostID, state: Word<HostState>
        ) {
            self.id = id
            self.state = state
        }

        private enum CodingKeys: String, CodingKey {
            case id
            case state
        }
    }
}

extension SessionReply {
    /// What to do with one spooled attempt.
    package struct AttemptDirective: Codable, Sendable, Equatable {
        package let attemptID: AttemptID
        package let directive: Directive
        package let nextSequence: Int64
        /// Bytes of the log that the controller holds.
        package let logLength: Int64

        package init(
            attemptID: AttemptID, directive: Directive, nextSequence: Int64, logLength: Int64
        ) {
            self.attemptID = attemptID
            self.directive = directive
            self.nextSequence = nextSequence
            self.logLength = logLength
        }

        private enum CodingKeys: String, CodingKey {
            case attemptID = "attempt_id"
            case directive
            case nextSequence = "next_seq"
            case logLength = "log_length"
        }
    }
}

extension SessionReply {
    package enum Directive: String, Sendable, CaseIterable, Codable {
        case resume
        case uploadThenFinish = "upload_then_finish"
        /// Stop, upload nothing more, delete.
        case abandon
    }
}

extension SessionReply {
    /// Whether the host should run its canary soon.
    package struct CanaryDue: Codable, Sendable, Equatable {
        package let due: Bool

        package init(
            due: Bool
        ) {
            self.due = due
        }

        private enum CodingKeys: String, CodingKey {
            case due
        }
    }
}

extension SessionReply {
    /// The agent release that the host should run.
    package struct AgentUpdate: Codable, Sendable, Equatable {
        package let version: String
        package let url: String
        package let digest: String
        package let signature: String

        package init(
            version: String, url: String, digest: String, signature: String
        ) {
            self.version = version
            self.url = url
            self.digest = digest
            self.signature = signature
        }

        private enum CodingKeys: String, CodingKey {
            case version
            case url
            case digest
            case signature
        }
    }
}
