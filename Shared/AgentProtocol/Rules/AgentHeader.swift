/// The headers of the agent protocol (API contract, §4.1).
package enum AgentHeader {
    /// On every call: `major.minor`.
    package static let version = "Fleetmark-Protocol"
    /// On every call but enroll, renew and session.
    package static let session = "Fleetmark-Session"
    /// On every call under `/attempts/`.
    package static let fence = "Fleetmark-Fence"
    /// `sha256:` and the digest of the plain body of a batch or part.
    package static let digest = "Fleetmark-Digest"
    /// On any reply: `graceful` or `now`, for the attempt of the call.
    package static let cancel = "Fleetmark-Cancel"
    /// On any reply: `session` asks for a new session soon.
    package static let resync = "Fleetmark-Resync"

    /// The one value of `resync`.
    package static let resyncSession = "session"
}

/// The paths of the agent protocol.
package enum AgentRoute {
    package static let enroll = "/agent/v1/enroll"
    package static let renew = "/agent/v1/renew"
    package static let session = "/agent/v1/session"
    /// Takes the query `wait_s`, 0 to 50.
    package static let claim = "/agent/v1/claim"
    /// Canaries that belong to no attempt.
    package static let canary = "/agent/v1/canary"
    /// Followed by an attempt's id.
    package static let attempts = "/agent/v1/attempts"
}
