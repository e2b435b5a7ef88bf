import AgentProtocol
package import FleetModel
package import Hummingbird
import Identity
import Pipeline
package import Storage
package import WebSupport

/// Enrolment: the one call of the agents' listener that needs no credential but its token.
package struct EnrolmentRoutes<Context: FleetContext>: RouteGroup {
    let enrolments: EnrolmentStore
    let authorityPEM: String
    let now: @Sendable () -> ServerTime

    package init(
        enrolments: EnrolmentStore, authorityPEM: String,
        now: @escaping @Sendable () -> ServerTime
    ) {
        self.enrolments = enrolments
        self.authorityPEM = authorityPEM
        self.now = now
    }

    package func add(to router: RouterGroup<Context>) {
        router.post("enroll", use: enroll)
    }

    /// 201; 401 `enrolment_token_…`, 409 `identity_changed`, 426.
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
        let credential = AgentCredentialText.generate()
        let enrolled = try await enrolments.enrol(
            newcomer(message, token: token, credential: credential))
        let reply = EnrollReply(
            agentID: enrolled.agent, hostID: enrolled.host, state: Word(enrolled.state),
            credential: AgentProtocol.Secret(credential.secret.exposed), authority: authorityPEM)
        return try AgentCall<Context>.reply(reply, status: .created)
    }

    private func newcomer(
        _ message: EnrollRequest, token: EnrolmentTokenText, credential: AgentCredentialText
    ) -> EnrolmentStore.Newcomer {
        var random = SystemRandomNumberGenerator()
        let host = message.host
        return EnrolmentStore.Newcomer(
            tokenDigest: token.digest.hex, name: host.name, machineDigest: host.machineIDHash,
            hostClass: HostClassName.standard,
            facts: HostFactsSummary(
                architecture: host.architecture, os: host.operatingSystem, kernel: host.kernel,
                cpuModel: host.cpuModel, cores: Int64(host.cores), memoryBytes: host.memoryBytes),
            agentVersion: message.agentVersion, credentialDigest: credential.digest.hex,
            host: HostID(at: now(), using: &random), agent: AgentID(at: now(), using: &random))
    }
}
