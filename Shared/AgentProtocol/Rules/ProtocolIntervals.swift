/// The rhythm of a session; agents take it from the session reply, never from these defaults.
package struct ProtocolIntervals: Codable, Sendable, Equatable {
    package let heartbeat: Nanoseconds
    package let claimWaitSeconds: Int
    /// Longest promise of silence.
    package let quietMax: Nanoseconds
    /// Silence after which an attempt is flagged.
    package let unreachable: Nanoseconds
    /// Silence after which an attempt is lost and its job queued again.
    package let lost: Nanoseconds

    package init(
        heartbeat: Nanoseconds, claimWaitSeconds: Int, quietMax: Nanoseconds,
        unreachable: Nanoseconds, lost: Nanoseconds
    ) {
        self.heartbeat = heartbeat
        self.claimWaitSeconds = claimWaitSeconds
        self.quietMax = quietMax
        self.unreachable = unreachable
        self.lost = lost
    }

    private enum CodingKeys: String, CodingKey {
        case heartbeat = "heartbeat_ns"
        case claimWaitSeconds = "claim_wait_s"
        case quietMax = "quiet_max_ns"
        case unreachable = "unreachable_ns"
        case lost = "lost_ns"
    }
}

extension ProtocolIntervals {
    /// What a controller answers unless it is configured otherwise (API contract, §4.11).
    package static let standard = ProtocolIntervals(
        heartbeat: Nanoseconds(.seconds(15)), claimWaitSeconds: 50,
        quietMax: Nanoseconds(.seconds(300)), unreachable: Nanoseconds(.seconds(90)),
        lost: Nanoseconds(.seconds(600)))
}
