import AgentProtocol
import CrashPoints
package import Hummingbird
import Identity
package import Storage
package import WebSupport

/// A fresh certificate for an agent whose present one is in force.
package struct RenewalRoutes<Context: FleetContext>: RouteGroup {
    let certificates: CertificateStore
    let issuing: CertificateIssuing

    package init(certificates: CertificateStore, issuing: CertificateIssuing) {
        self.certificates = certificates
        self.issuing = issuing
    }

    package func add(to router: RouterGroup<Context>) {
        router.post("renew", use: renew)
    }

    /// 200; 400 `bad_csr csr_weak`, 401 also for a revocation meanwhile, 403 `host_mismatch`,
    /// 410 `retired`.
    @Sendable private func renew(_ request: Request, _ context: Context) async throws -> Response {
        let call = AgentCall(request: request, context: context)
        let agent = try context.requireAgent()
        guard let presented = context.peer.certificate else { throw APIError.credentialsMissing }
        try call.requireVersion()
        let message = try await call.message(RenewRequest.self)
        let asked = try CertificateIssuing.request(message.csr)
        if let name = asked.commonName, let named = ClientCertificate.agent(namedBy: name),
            named != agent.agentID
        {
            throw APIError(.hostMismatch, "The signing request names another agent.")
        }
        let issued = try issuing.certificate(for: agent.agentID, answering: asked)
        CrashPoint.renewalIssuing.reach()
        let certificate = try await certificates.renew(
            issued, presenting: presented.serial, agent: agent.agentID, host: agent.hostID)
        CrashPoint.renewalIssued.reach()
        return try AgentCall<Context>.reply(
            RenewReply(
                certificate: certificate.pem, authority: issuing.bundlePEM, jobKeys: [],
                renewAfter: CertificateIssuing.renewal(of: certificate)))
    }
}
