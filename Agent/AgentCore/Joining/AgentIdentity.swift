package import AgentProtocol
package import FleetModel

/// Who this agent is and whom it trusts; made by `enroll`, kept in a file of mode 0600.
package struct AgentIdentity: WireMessage {
    package let controller: String
    package let agentID: AgentID
    package let hostID: HostID
    package let hostName: String
    /// PEM.
    package let certificate: String
    /// PEM; never leaves this host.
    package let key: Secret
    /// The pinned authorities in DER.
    package let authorities: [Base64Bytes]
    /// On the controller's clock.
    package let renewAfter: ServerTime

    package init(
        controller: String, agentID: AgentID, hostID: HostID, hostName: String,
        certificate: String, key: Secret, authorities: [Base64Bytes], renewAfter: ServerTime
    ) {
        self.controller = controller
        self.agentID = agentID
        self.hostID = hostID
        self.hostName = hostName
        self.certificate = certificate
        self.key = key
        self.authorities = authorities
        self.renewAfter = renewAfter
    }

    private enum CodingKeys: String, CodingKey {
        case controller
        case agentID = "agent_id"
        case hostID = "host_id"
        case hostName = "host_name"
        case certificate
        case key
        case authorities = "authorities_der"
        case renewAfter = "renew_after_us"
    }
}

extension AgentIdentity {
    package func validate() throws(FieldProblem) {
        guard let certificate = AgentCertificate(pem: certificate) else {
            throw FieldProblem("/certificate", "It is no agent's certificate.")
        }
        guard let key = AgentKey(pem: key), key.fits(certificate) else {
            throw FieldProblem("/key", "It does not belong to the certificate.")
        }
        guard AuthorityPins(authorities) != nil else {
            throw FieldProblem("/authorities_der", "No authority is pinned.")
        }
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
