package import FleetModel

/// Opens a session: what the agent is, what its host can do, what its spool still holds.
package struct SessionRequest: WireMessage {
    package let agentVersion: String
    package let offeredVersions: ProtocolRange
    package let bootID: String
    /// The agent's wall clock when its process started.
    package let startedMicroseconds: Int64
    /// The agent's wall clock now; information, never decisive.
    package let clockMicroseconds: Int64
    package let fingerprint: [String: FingerprintLayer]
    package let capabilities: HostCapabilities
    package let tuning: TuningState
    package let spool: [SpooledAttempt]
    package let poolPolicyDigest: String?

    package init(
        agentVersion: String, offeredVersions: ProtocolRange, bootID: String,
        startedMicroseconds: Int64, clockMicroseconds: Int64,
        fingerprint: [String: FingerprintLayer], capabilities: HostCapabilities,
        tuning: TuningState, spool: [SpooledAttempt], poolPolicyDigest: String? = nil
    ) {
        self.agentVersion = agentVersion
        self.offeredVersions = offeredVersions
        self.bootID = bootID
        self.startedMicroseconds = startedMicroseconds
        self.clockMicroseconds = clockMicroseconds
        self.fingerprint = fingerprint
        self.capabilities = capabilities
        self.tuning = tuning
        self.spool = spool
        self.poolPolicyDigest = poolPolicyDigest
    }

    private enum CodingKeys: String, CodingKey {
        case agentVersion = "agent_version"
        case offeredVersions = "protocol"
        case bootID = "boot_id"
        case startedMicroseconds = "started_us"
        case clockMicroseconds = "clock_us"
        case fingerprint
        case capabilities
        case tuning
        case spool
        case poolPolicyDigest = "pool_policy_digest"
    }
}

extension SessionRequest {
    /// Most attempts that one spool may offer.
    package static let spoolLimit = 1000

    package func validate() throws(FieldProblem) {
        try FieldCheck.name("agent_version", agentVersion)
        try FieldCheck.name("boot_id", bootID)
        try FieldCheck.name("capabilities/arch", capabilities.architecture)
        try FieldCheck.count("tuning/knobs_changed", tuning.knobsChanged)
        try FieldCheck.text(
            "tuning/problem", tuning.problem ?? "", limit: HostCapabilities.limitTextMax)
        try capabilities.validateLimits()
        guard spool.count <= Self.spoolLimit else {
            throw FieldProblem("/spool", "More than \(Self.spoolLimit) attempts are offered.")
        }
        for (index, attempt) in spool.enumerated() {
            try FieldCheck.count("spool/\(index)/last_seq", attempt.lastSequence)
            try FieldCheck.count("spool/\(index)/acked_seq", attempt.acknowledgedSequence)
            try FieldCheck.count("spool/\(index)/log_length", attempt.logLength)
            try FieldCheck.count("spool/\(index)/spool_bytes", attempt.spoolBytes)
        }
    }
}

/// One layer of a host's fingerprint (control plane, §2.4).
package struct FingerprintLayer: Codable, Sendable, Equatable {
    package let digest: String
    package let facts: [String: JSONValue]

    package init(
        digest: String, facts: [String: JSONValue]
    ) {
        self.digest = digest
        self.facts = facts
    }

    private enum CodingKeys: String, CodingKey {
        case digest
        case facts
    }
}

/// Whether host tuning of an earlier attempt is undone.
package struct TuningState: Codable, Sendable, Equatable {
    package let restored: Bool
    package let knobsChanged: Int
    /// What is not put back, and what an operator does about it; older agents leave it out.
    package let problem: String?

    package init(
        restored: Bool, knobsChanged: Int, problem: String? = nil
    ) {
        self.restored = restored
        self.knobsChanged = knobsChanged
        self.problem = problem
    }

    private enum CodingKeys: String, CodingKey {
        case restored
        case knobsChanged = "knobs_changed"
        case problem
    }
}

/// An attempt that the spool still holds.
package struct SpooledAttempt: Codable, Sendable, Equatable {
    package let attemptID: AttemptID
    package let fence: Fence
    /// Last sealed batch; 0 for none.
    package let lastSequence: Int64
    package let acknowledgedSequence: Int64
    package let logLength: Int64
    package let state: SpoolState
    package let resumable: Bool
    package let spoolBytes: Int64

    package init(
        attemptID: AttemptID, fence: Fence, lastSequence: Int64, acknowledgedSequence: Int64,
        logLength: Int64, state: SpoolState, resumable: Bool, spoolBytes: Int64
    ) {
        self.attemptID = attemptID
        self.fence = fence
        self.lastSequence = lastSequence
        self.acknowledgedSequence = acknowledgedSequence
        self.logLength = logLength
        self.state = state
        self.resumable = resumable
        self.spoolBytes = spoolBytes
    }

    private enum CodingKeys: String, CodingKey {
        case attemptID = "attempt_id"
        case fence
        case lastSequence = "last_seq"
        case acknowledgedSequence = "acked_seq"
        case logLength = "log_length"
        case state
        case resumable
        case spoolBytes = "spool_bytes"
    }
}

/// How an attempt stood when its spool was last written.
package enum SpoolState: String, Sendable, CaseIterable, Codable {
    case running, interrupted, finished
}
