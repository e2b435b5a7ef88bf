import AgentProtocol
import CrashPoints
package import FleetModel
package import Hummingbird
import Identity
import Pipeline
package import Storage
package import WebSupport

/// Enrolment: the one call of the agents' listener that needs no certificate but its token.
package struct EnrolmentRoutes<Context: FleetContext>: RouteGroup {
    let enrolments: EnrolmentStore
    let issuing: CertificateIssuing
    let now: @Sendable () -> ServerTime

    package init(
        enrolments: EnrolmentStore, issuing: CertificateIssuing,
        now: @escaping @Sendable () -> ServerTime
    ) {
        self.enrolments = enrolments
        self.issuing = issuing
        self.now = now
    }

    package func add(to router: RouterGroup<Context>) {
        router.post("enroll", use: enroll)
    }

    /// 201; 400 `bad_csr csr_weak`, 401 `enrolment_token_…`, 409 `identity_changed`, 426.
    @Sendable private func enroll(_ request: Request, _ context: Context) async throws -> Response {
        let call = AgentCall(request: request, context: context)
        try call.requireVersion()
        let message = try await call.message(EnrollRequest.self)
        guard ProtocolRange.supported.highestShared(with: message.offeredVersions) != nil else {
            throw APIError.unsupportedProtocol
        }
        guard let token = EnrolmentTokenText(message.token.revealed) else {
            throw StoreFailure.tokenInvalid
        }
        // Nothing is signed for those who hold no token at all.
        try await enrolments.requireKnown(tokenDigest: token.digest.hex)
        let newcomer = try newcomer(message, token: token)
        CrashPoint.enrolmentSpending.reach()
        let enrolled = try await enrolments.enrol(newcomer)
        CrashPoint.enrolmentSpent.reach()
        let reply = EnrollReply(
            agentID: enrolled.agent, hostID: enrolled.host, state: Word(enrolled.state),
            certificate: enrolled.certificate.pem, authority: issuing.bundlePEM,
            renewAfter: CertificateIssuing.renewal(of: enrolled.certificate))
        return try AgentCall<Context>.reply(reply, status: .created)
    }

    private func newcomer(
        _ message: EnrollRequest, token: EnrolmentTokenText
    ) throws -> EnrolmentStore.Newcomer {
        var random = SystemRandomNumberGenerator()
        let host = message.host
        let agent = AgentID(at: now(), using: &random)
        let asked = try CertificateIssuing.request(message.csr)
        return EnrolmentStore.Newcomer(
            tokenDigest: token.digest.hex, name: host.name, machineDigest: host.machineIDHash,
            hostClass: HostClassName.standard,
            facts: HostFactsSummary(
                architecture: host.architecture, os: host.operatingSystem, kernel: host.kernel,
                cpuModel: host.cpuModel, cores: Int64(host.cores), memoryBytes: host.memoryBytes),
            agentVersion: message.agentVersion,
            certificate: try issuing.certificate(for: agent, answering: asked),
            host: HostID(at: now(), using: &random), agent: agent)
    }
}
