import AgentProtocol

/// Why the service ends by itself.
package enum AgentStop: Error, Sendable, Equatable {
    /// A newer process of the same agent has opened a session.
    case superseded
    /// The controller has retired this agent, or knows its host as another one.
    case refused(String)
    /// The certificate is not accepted.
    case notSignedIn(String)
    /// The agent or the controller is too old.
    case incompatible(String)
    /// The state folder, the spool or the host itself.
    case local(String)
    /// A reply that cannot be read.
    case protocolBroken(String)
    case cancelled
}

extension AgentStop {
    /// The exit status (DESIGN, 3.20); with 6 a service is not started again, since that would only
    /// take the session away from another process, or be refused as before.
    package var exitStatus: Int32 {
        switch self {
        case .notSignedIn, .superseded: 6
        case .cancelled: 0
        case .refused, .incompatible, .local, .protocolBroken: 4
        }
    }

    /// What a refused or unreadable call means for the service as a whole.
    init(_ failure: CallFailure) {
        if case .transport(.certificateRefused) = failure {
            self = .notSignedIn(failure.description)
            return
        }
        guard case .refused(let refusal) = failure else {
            self = failure == .cancelled ? .cancelled : .protocolBroken(failure.description)
            return
        }
        switch refusal.status {
        case 401:
            self = .notSignedIn(
                refusal.description
                    + " Enrol this host anew with fleetmark-agent enroll --force.")
        case 403: self = .notSignedIn(refusal.description)
        case 426: self = .incompatible(refusal.description)
        default:
            self =
                refusal.reason == .sessionSuperseded
                ? .superseded : .refused(refusal.description)
        }
    }
}

extension AgentStop: CustomStringConvertible {
    package var description: String {
        switch self {
        case .superseded:
            "another process uses this agent's identity and has opened a newer session; "
                + "this one stops. One identity belongs to one process: enrol each host by itself"
        case .refused(let text), .notSignedIn(let text), .incompatible(let text),
            .local(let text), .protocolBroken(let text):
            text
        case .cancelled: "the agent was asked to stop"
        }
    }
}
