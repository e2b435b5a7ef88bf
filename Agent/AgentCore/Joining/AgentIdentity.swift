package import AgentProtocol
package import FleetModel

/// Who this agent is and whom it trusts; made by `enroll`, kept in a file of mode 0600.
package struct AgentIdentity: WireMessage {
    package let controller: String
    package let agentID: AgentID
    package let hostID: HostID
    package let hostName: String
    package let credential: Secret
    /// The pinned authority in DER; absent for plain HTTP on loopback.
    package let authority: Base64Bytes?

    package init(
        controller: String, agentID: AgentID, hostID: HostID, hostName: String,
        credential: Secret, authority: Base64Bytes?
    ) {
        self.controller = controller
        self.agentID = agentID
        self.hostID = hostID
        self.hostName = hostName
        self.credential = credential
        self.authority = authority
    }

    private enum CodingKeys: String, CodingKey {
        case controller
        case agentID = "agent_id"
        case hostID = "host_id"
        case hostName = "host_name"
        case credential
        case authority = "authority_der"
    }
}

/// Keeps the identity in the state folder.
package struct AgentIdentityStore: Sendable {
    private let folder: StateFolder

    package init(_ folder: StateFolder) { self.folder = folder }

    /// Returns: `nil` for a host that was never enrolled.
    package func load() throws(StateFailure) -> AgentIdentity? {
        let bytes: [UInt8]
        do throws(StateFailure) {
            bytes = try folder.read(folder.identity, secret: true)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
        do throws(MessageProblem) {
            return try WireCodec.decode(AgentIdentity.self, from: bytes)
        } catch {
            throw StateFailure(
                "read", folder.identity, reason: "\(error.message) Enrol again with --force.")
        }
    }

    package func save(_ identity: AgentIdentity) throws(StateFailure) {
        let bytes: [UInt8]
        do {
            bytes = try WireCodec.encode(identity)
        } catch {
            throw StateFailure("write", folder.identity, reason: "\(error)")
        }
        try folder.write(bytes, to: folder.identity)
    }
}
