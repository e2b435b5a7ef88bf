// Storage: repositories, one per aggregate, with their SQL beside them.
// Enters: model values and a `Database`. Leaves: model values, or a `StoreFailure`. Each method of
// a repository is one transaction unless its comment says otherwise.

package import FleetModel

/// Why a repository refused; the words of the API stand beside each case.
package enum StoreFailure: Error, Hashable, Sendable {
    /// `not_found` and its kin: what was looked for.
    case notFound(String)
    /// `already_exists`, `name_taken`.
    case taken(String)
    /// `fenced`: the job was claimed again; its present fence.
    case fenced(Fence)
    /// `session_superseded`: a newer session of the same agent has taken over.
    case sessionSuperseded
    /// The agent's last certificate was revoked, for this reason.
    case certificateRevoked(String?)
    /// `unknown_session`: the controller was restored from a backup.
    case unknownSession
    /// `terminal`: the object has ended.
    case terminal(String)
    /// `expected_seq`: the batch that comes next.
    case sequenceGap(expected: Int64)
    /// `digest_mismatch`: another body is stored under this number.
    case digestMismatch
    /// `log_gap`: the log's present length.
    case logGap(length: Int64)
    /// `log_mismatch`: the first byte that differs.
    case logMismatch(at: Int64)
    /// `log_full`.
    case logFull
    /// `upload_window_closed`.
    case uploadWindowClosed
    /// `incomplete`: what the controller still lacks, from these places on.
    case incomplete(fromSequence: Int64?, logFrom: Int64?, artifacts: [MissingContent] = [])
    /// `artifact_mismatch`: the attempt gave this name to other bytes.
    case artifactMismatch(String)
    /// `artifact_too_large`: bytes that one may have.
    case artifactTooLarge(limit: Int64)
    /// `quota_exceeded`: what an attempt may leave.
    case quotaExceeded(String)
    /// `overloaded`: content of this name is being removed just now; soon it may come anew.
    case contentLeaving
    /// `bad_digest`: what was sent is not what it was called.
    case contentDiffers(ContentKey)
    /// `finish_mismatch`: the attempt was finished with another body.
    case finishMismatch
    /// `claim_spent`: the lease that this claim gave has ended.
    case claimSpent
    /// `natural_key_conflict`: the run of this key has other results.
    case keyTaken(RunID)
    /// `queue_full`: open jobs of the project, those that were to come, and how many may be open.
    case queueFull(open: Int, new: Int, limit: Int)
    /// 423: the host may not claim now.
    case hostNotClaimable(HostState)
    /// The host's canaries are wanted, and the session was not told.
    case canaryWanted
    /// `enrolment_token_…`.
    case tokenInvalid, tokenExpired, tokenUsed
    /// `identity_changed`: another host holds this identity.
    case identityChanged(String)
    /// `retired`: it has left the fleet for good.
    case retired(String)
    /// `version_mismatch`: the object was changed meanwhile; its present revision.
    case staleVersion(current: Int64)
    /// `last_admin`: nobody would be left who can let others in.
    case lastAdministrator
    /// A row that does not hold what its writer must have put there.
    case corrupt(String)
}
