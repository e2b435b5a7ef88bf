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
            issued: lease.attempt.createdAt, valid: Self.startWindow, patch: lease.patch?.body)
        // Never without it: the run would be measured as its base.
        if let patch = lease.patch, !description.revisions.contains(where: { $0.patch != nil }) {
            throw StoreFailure.corrupt("patch \(patch.digest) vanished")
        }
        return Claimed(lease: lease, job: try WireCodec.encode(description))
    }

    /// Those of earlier versions may have a patch.
    private static let descriptionLimit = 16 << 20
}
