package import FleetModel

/// The lease as it stands, orders, and what the controller holds.
package struct HeartbeatReply: WireMessage {
    package let lease: Nanoseconds
    package let leaseUntil: ServerTime
    package let cancel: CancelMode
    package let cancelGrace: Nanoseconds?
    package let acknowledgedSequence: Int64
    package let logLength: Int64
    package let artifactsMissing: [MissingArtifact]
    package let session: SessionAdvice

    package init(
        lease: Nanoseconds, leaseUntil: ServerTime, cancel: CancelMode = .none,
        cancelGrace: Nanoseconds? = nil, acknowledgedSequence: Int64, logLength: Int64,
        artifactsMissing: [MissingArtifact] = [], session: SessionAdvice = .ok
    ) {
        self.lease = lease
        self.leaseUntil = leaseUntil
        self.cancel = cancel
        self.cancelGrace = cancelGrace
        self.acknowledgedSequence = acknowledgedSequence
        self.logLength = logLength
        self.artifactsMissing = artifactsMissing
        self.session = session
    }

    private enum CodingKeys: String, CodingKey {
        case lease = "lease_ns"
        case leaseUntil = "lease_until_us"
        case cancel
        case cancelGrace = "cancel_grace_ns"
        case acknowledgedSequence = "acked_seq"
        case logLength = "log_length"
        case artifactsMissing = "artifacts_missing"
        case session
    }
}

/// Whether the agent should open a new session soon.
package enum SessionAdvice: String, Sendable, CaseIterable, Codable {
    case ok, renew
}

/// An artifact whose parts have not all arrived.
package struct MissingArtifact: Codable, Sendable, Equatable {
    package let digest: String
    /// Part numbers from 0, ascending.
    package let parts: [Int]

    package init(
        digest: String, parts: [Int]
    ) {
        self.digest = digest
        self.parts = parts
    }

    private enum CodingKeys: String, CodingKey {
        case digest
        case parts
    }
}
