import AgentProtocol
import CrashPoints
import FleetModel
package import Storage

/// The queue as agents see it: claims, heartbeats, ends.
///
/// Enters: an agent's calls, already decoded. Leaves: leases with their job's description.
package struct JobQueue: Sendable {
    let claims: ClaimStore
    package let attempts: AttemptStore
    package let finishes: FinishStore
    package let ingest: IngestStore

    package init(
        claims: ClaimStore, attempts: AttemptStore, finishes: FinishStore, ingest: IngestStore
    ) {
        self.claims = claims
        self.attempts = attempts
        self.finishes = finishes
        self.ingest = ingest
    }

    package struct Claimed: Sendable {
        package let lease: ClaimStore.Lease
        /// The bytes of the job's description: equal each time the same claim asks.
        package let job: [UInt8]
    }

    /// How long an agent may take to begin.
    static let startWindow = Duration.seconds(300)

    /// Nil when nothing is claimable now.
    package func claim(_ claimant: ClaimStore.Claimant) async throws -> Claimed? {
        CrashPoint.claimStoring.reach()
        guard let lease = try await claims.claim(claimant) else { return nil }
        CrashPoint.claimStored.reach()
        let stored = try WireCodec.decode(
            JobDescription.self, from: Array(lease.description.utf8),
            maxBytes: Self.descriptionLimit)
        let description = stored.leased(
            attempt: lease.attempt.id, fence: lease.attempt.fence, host: lease.attempt.host,
            issued: lease.attempt.createdAt, valid: Self.startWindow)
        return Claimed(lease: lease, job: try WireCodec.encode(description))
    }

    private static let descriptionLimit = 8 << 20
}
