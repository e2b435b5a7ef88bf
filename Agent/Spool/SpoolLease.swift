package import FleetModel

/// What an attempt was claimed with; each of its calls needs it again.
package struct SpoolLease: Hashable, Sendable {
    package let attempt: AttemptID
    package let fence: Fence
    package let claim: ClaimID
    package let session: SessionID

    package init(attempt: AttemptID, fence: Fence, claim: ClaimID, session: SessionID) {
        self.attempt = attempt
        self.fence = fence
        self.claim = claim
        self.session = session
    }
}
