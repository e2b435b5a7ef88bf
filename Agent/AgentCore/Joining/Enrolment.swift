package import AgentProtocol
import FleetModel
package import HostFacts
package import Logging

/// Joins a fleet: proves the controller, spends the token, keeps what comes back.
package struct Enrolment: Sendable {
    package let address: ControllerAddress
    package let token: Secret
    /// Required for TLS.
    package let fingerprint: CertificateFingerprint?
    package let agentVersion: String

    package init(
        address: ControllerAddress, token: Secret, fingerprint: CertificateFingerprint?,
        agentVersion: String
    ) {
        self.address = address
        self.token = token
        self.fingerprint = fingerprint
        self.agentVersion = agentVersion
    }

    /// What came of it.
    package struct Result: Sendable {
        package let identity: AgentIdentity
        /// `pending` until an operator approves.
        package let hostState: String
    }

    /// Throws: `CallFailure`; nothing is kept then.
    package func run(
        host: HostIdentity, pause: @escaping ControllerClient.Pause, policy: CallRetry,
        logger: Logger
    ) async throws(CallFailure) -> Result {
        let authority = try await provenAuthority()
        let client: ControllerClient
        do throws(TransportFailure) {
            client = ControllerClient(
                transport: try PinnedTransport(address: address, authority: authority),
                credential: nil, policy: policy, pause: pause, logger: logger)
        } catch {
            throw .transport(error)
        }
        let reply: EnrollReply
        do throws(CallFailure) {
            let call = AgentCall("POST", AgentRoute.enroll)
            (reply, _) = try await client.exchange(request(host), call, tries: 5)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
        guard let credential = reply.credential else {
            throw .malformed("it holds no credential")
        }
        return Result(
            identity: AgentIdentity(
                controller: address.text, agentID: reply.agentID, hostID: reply.hostID,
                hostName: host.name, credential: credential,
                authority: authority.map { Base64Bytes($0) }),
            hostState: reply.state.text)
    }

    private func provenAuthority() async throws(CallFailure) -> [UInt8]? {
        guard address.isTLS else { return nil }
        guard let fingerprint else {
            throw .transport(.untrusted("no fingerprint of its authority was given"))
        }
        do throws(TransportFailure) {
            return try await AuthorityPeek.authority(of: address, fingerprint: fingerprint)
        } catch {
            throw .transport(error)
        }
    }

    private func request(_ host: HostIdentity) -> EnrollRequest {
        EnrollRequest(
            token: token,
            host: EnrollHost(
                name: host.name, machineIDHash: host.machineIDHash,
                boardSerialHash: host.boardSerialHash, architecture: host.architecture,
                operatingSystem: host.operatingSystem, kernel: host.kernel,
                cpuModel: host.cpuModel, cores: host.cores, memoryBytes: host.memoryBytes),
            agentVersion: agentVersion, offeredVersions: .supported)
    }
}
