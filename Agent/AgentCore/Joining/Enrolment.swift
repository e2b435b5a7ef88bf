package import AgentProtocol
import CrashPoints
import FleetModel
package import HostFacts
package import Logging

/// Joins a fleet: proves the controller, makes a key, spends the token for a certificate.
package struct Enrolment: Sendable {
    package let address: ControllerAddress
    package let token: Secret
    /// Of the authority that the controller must prove to belong to.
    package let fingerprint: CertificateFingerprint
    package let agentVersion: String

    package init(
        address: ControllerAddress, token: Secret, fingerprint: CertificateFingerprint,
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

    /// Throws: `CallFailure`; the pending key stays for another try.
    package func run(
        host: HostIdentity, with pending: PendingEnrolment, pause: @escaping ControllerClient.Pause,
        policy: CallRetry,
        logger: Logger
    ) async throws(CallFailure) -> Result {
        let pins = AuthorityPins(one: try await provenAuthority())
        guard let key = AgentKey(pem: pending.key) else {
            throw .malformed("the pending key cannot be read")
        }
        let request = request(host, csr: pending.csr)
        let client: ControllerClient
        do throws(TransportFailure) {
            client = ControllerClient(
                transport: try PinnedTransport(
                    address: address, authorities: pins.certificates, own: nil),
                policy: policy, pause: pause, logger: logger)
        } catch {
            throw .transport(error)
        }
        let reply = try await Self.ask(request, by: client)
        guard let certificate = AgentCertificate(pem: reply.certificate),
            key.fits(certificate), certificate.agent == reply.agentID
        else { throw .malformed("it holds no certificate for this host's key") }
        return Result(
            identity: AgentIdentity(
                controller: address.text, agentID: reply.agentID, hostID: reply.hostID,
                hostName: host.name, certificate: reply.certificate, key: key.pem,
                authorities: pins.following(bundlePEM: reply.authority).certificates,
                renewAfter: reply.renewAfter),
            hostState: reply.state.text)
    }

    private static func ask(
        _ request: EnrollRequest, by client: ControllerClient
    ) async throws(CallFailure) -> EnrollReply {
        let reply: EnrollReply
        do throws(CallFailure) {
            let call = AgentCall("POST", AgentRoute.enroll)
            CrashPoint.enrolmentAsking.reach()
            (reply, _) = try await client.exchange(request, call, tries: 5)
        } catch {
            await client.shutdown()
            throw error
        }
        CrashPoint.enrolmentAnswered.reach()
        await client.shutdown()
        return reply
    }

    private func provenAuthority() async throws(CallFailure) -> [UInt8] {
        do throws(TransportFailure) {
            return try await AuthorityPeek.authority(of: address, fingerprint: fingerprint)
        } catch {
            throw .transport(error)
        }
    }

    private func request(_ host: HostIdentity, csr: String) -> EnrollRequest {
        EnrollRequest(
            token: token, csr: csr,
            host: EnrollHost(
                name: host.name, machineIDHash: host.machineIDHash,
                boardSerialHash: host.boardSerialHash, architecture: host.architecture,
                operatingSystem: host.operatingSystem, kernel: host.kernel,
                cpuModel: host.cpuModel, cores: host.cores, memoryBytes: host.memoryBytes),
            agentVersion: agentVersion, offeredVersions: .supported)
    }
}
