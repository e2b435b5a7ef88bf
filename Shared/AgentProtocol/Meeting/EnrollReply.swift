package import FleetModel

/// What a host gets when it joins; answered again for the same token and request within 10 min.
package struct EnrollReply: WireMessage {
    package let agentID: AgentID
    package let hostID: HostID
    /// `pending` until an operator approves, else `calibrating`.
    package let state: Word<HostState>
    /// Client certificate in PEM.
    package let certificate: String
    /// Certificates of the installation's authorities in PEM, to be pinned; two in a rotation.
    package let authority: String
    package let jobKeys: [JobKey]
    package let renewAfter: ServerTime

    package init(
        agentID: AgentID, hostID: HostID, state: Word<HostState>, certificate: String,
        authority: String, jobKeys: [JobKey] = [], renewAfter: ServerTime
    ) {
        self.agentID = agentID
        self.hostID = hostID
        self.state = state
        self.certificate = certificate
        self.authority = authority
        self.jobKeys = jobKeys
        self.renewAfter = renewAfter
    }

    private enum CodingKeys: String, CodingKey {
        case agentID = "agent_id"
        case hostID = "host_id"
        case state
        case certificate
        case authority = "ca"
        case jobKeys = "job_keys"
        case renewAfter = "renew_after_us"
    }
}

/// A public key that signs job descriptions.
package struct JobKey: Codable, Sendable, Equatable {
    package let keyID: String
    /// `ed25519`.
    package let algorithm: String
    package let publicKey: Base64Bytes

    package init(
        keyID: String, algorithm: String, publicKey: Base64Bytes
    ) {
        self.keyID = keyID
        self.algorithm = algorithm
        self.publicKey = publicKey
    }

    private enum CodingKeys: String, CodingKey {
        case keyID = "key_id"
        case algorithm = "alg"
        case publicKey = "public_key"
    }
}
