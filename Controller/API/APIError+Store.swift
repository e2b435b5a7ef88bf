import Database
import FleetModel
import Storage
import WebSupport

extension APIError {
    /// The refusal that a caller sees for a repository's failure.
    init(_ failure: StoreFailure) {
        switch failure {
        case .notFound(let what): self.init(.notFound, "There is no \(what).")
        case .taken(let name): self.init(.nameTaken, "The name \(name) is taken.")
        case .fenced(let fence):
            self.init(
                .fenced, "The job was claimed again.",
                details: ["job_fence": .integer(fence.number)])
        case .lastAdministrator:
            self.init(
                .lastAdmin,
                "Nobody would be left who may let others in; make another administrator first.")
        case .sessionSuperseded:
            self.init(.sessionSuperseded, "A newer session of this agent has taken over.")
        case .certificateRevoked(let reason):
            self = .revoked(because: reason)
        case .unknownSession: self.init(.unknownSession, "The session is not known here.")
        case .terminal(let what): self.init(.terminal, "The \(what) has ended.")
        case .sequenceGap(let expected):
            self.init(
                .expectedSeq, "Batch \(expected) is next.",
                details: ["expected_seq": .integer(expected)])
        case .digestMismatch:
            self.init(.digestMismatch, "Another body is stored under this number.")
        case .logGap(let length):
            self.init(
                .logGap, "The log ends at byte \(length).", details: ["length": .integer(length)])
        case .logMismatch(let place):
            self.init(
                .logMismatch, "The log holds other bytes from \(place) on.",
                details: ["at": .integer(place)])
        case .logFull: self.init(.logFull, "The log has reached its limit.")
        case .uploadWindowClosed:
            self.init(.uploadWindowClosed, "The attempt ended too long ago.")
        case .incomplete(let sequence, let log, let artifacts):
            self.init(missingBatches: sequence, log: log, artifacts)
        case .artifactMismatch, .artifactTooLarge, .quotaExceeded, .contentLeaving,
            .contentDiffers:
            self.init(artifact: failure)
        case .finishMismatch:
            self.init(.finishMismatch, "The attempt was finished with another body.")
        case .claimSpent: self.init(.claimSpent, "The lease of this claim has ended.")
        case .keyTaken(let run):
            self.init(
                .naturalKeyConflict, "The run of this key has other results.",
                details: ["run_id": .string(run.text)])
        case .queueFull(let open, let new, let limit):
            self.init(queueWith: open, and: new, of: limit)
        case .hostNotClaimable(let state): self.init(hostState: state)
        case .canaryWanted:
            self.init(.unknownSession, "A new session says what is asked of the host.")
        case .tokenInvalid:
            self.init(.enrolmentTokenInvalid, "The enrolment token is not valid for this host.")
        case .tokenExpired: self.init(.enrolmentTokenExpired, "The enrolment token has expired.")
        case .tokenUsed: self.init(.enrolmentTokenUsed, "The enrolment token was used before.")
        case .identityChanged(let name):
            self.init(
                .identityChanged,
                "The host \(name) is enrolled already: give it a pre-approved token, revoke its "
                    + "certificate, or enrol under another name.")
        case .retired(let what): self.init(.retired, "The \(what) has left the fleet.")
        case .staleVersion(let current):
            self.init(
                .versionMismatch, "The object was changed in the meantime.",
                details: ["current_etag": .string(EntityTag.version(current).text)])
        case .corrupt: self.init(.internalFault, "An internal error occurred.")
        }
    }

    private init(queueWith open: Int, and new: Int, of limit: Int) {
        self.init(
            .queueFull,
            "The project has \(open) open jobs and this asks for \(new) more, but it may have "
                + "\(limit). Wait until some have ended, cancel some, ask for less (fewer commits "
                + "or cells), or let an administrator raise the project's queue_limit, or the "
                + "controller's --queue-limit.",
            details: ["open": .integer(open), "new": .integer(new), "limit": .integer(limit)],
            retryAfter: .seconds(60))
    }

    private init(artifact failure: StoreFailure) {
        switch failure {
        case .artifactMismatch(let name):
            self.init(.artifactMismatch, "The attempt gave the name \(name) to other bytes.")
        case .artifactTooLarge(let limit):
            self.init(
                .artifactTooLarge, "An artifact may have \(limit) bytes.",
                details: ["limit_bytes": .integer(limit)])
        case .quotaExceeded(let limit):
            self.init(.quotaExceeded, "An attempt may leave \(limit).")
        case .contentLeaving:
            self.init(
                .overloaded, "Content of this name is being removed just now.",
                retryAfter: .seconds(1))
        case .contentDiffers(let key):
            self.init(.badDigest, "What was sent is not \(key): send all of it again.")
        default: self.init(.internalFault, "An internal error occurred.")
        }
    }

    static func revoked(
        because reason: String?, details: [String: JSONValue] = [:]
    ) -> APIError {
        APIError(
            .certificateRevoked, "The certificate was revoked: \(reason ?? "no reason given").",
            details: details)
    }

    private init(missingBatches sequence: Int64?, log: Int64?, _ artifacts: [MissingContent]) {
        let contents = artifacts.map { content -> JSONValue in
            .object([
                "digest": .string(content.digest),
                "parts": .array(content.parts.map { .integer(Int64($0)) }),
            ])
        }
        var missing: [String: JSONValue] = ["artifacts": .array(contents)]
        missing["from_seq"] = sequence.map { .integer($0) }
        missing["log_from"] = log.map { .integer($0) }
        let parts = [
            sequence.map { _ in "batches" }, log.map { _ in "log bytes" },
            artifacts.isEmpty ? nil : "artifacts",
        ]
        let names = parts.compactMap { $0 }.joined(separator: " and ")
        self.init(
            .incomplete, "Some \(names) are missing.", details: ["missing": .object(missing)])
    }

    private init(hostState state: HostState) {
        let pause: Int64 = 5
        let reason: Reason =
            switch state {
            case .pending: .pendingApproval
            case .calibrating: .calibrating
            case .draining: .draining
            case .maintenance, .retired, .active: .maintenance
            case .quarantined: .quarantined
            }
        self.init(
            reason, "The host is \(state.rawValue).",
            details: ["retry_ns": .integer(pause * 1_000_000_000)], retryAfter: .seconds(pause))
    }

    /// The refusal for a failure of the database itself.
    init(_ failure: DatabaseFailure) {
        switch failure {
        case .unavailable, .timedOut, .serialization, .commitOutcomeUnknown:
            self.init(
                .databaseUnavailable, "The database cannot be reached now.",
                retryAfter: .seconds(2))
        case .closed, .cancelled:
            self.init(.shuttingDown, "The controller is stopping.", retryAfter: .seconds(5))
        case .invalidText: self.init(.invalidValue, "The text has NUL or is not UTF-8.")
        case .tooLong: self.init(.bodyTooLarge, "A value is too long to be stored.")
        default: self.init(.internalFault, "An internal error occurred.")
        }
    }
}
