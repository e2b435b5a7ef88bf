import AgentProtocol
package import FleetModel
package import Identity
import Storage
import WebSupport

/// Answers signing requests with certificates of the authority in force.
package struct CertificateIssuing: Sendable {
    let authorities: FleetAuthorities
    let now: @Sendable () -> ServerTime

    package init(authorities: FleetAuthorities, now: @escaping @Sendable () -> ServerTime) {
        self.authorities = authorities
        self.now = now
    }

    /// Throws 400 `bad_csr csr_weak`.
    static func request(_ pem: String) throws(APIError) -> SigningRequest {
        do throws(SigningRequestFailure) {
            return try SigningRequest(pem: pem)
        } catch {
            switch error {
            case .malformed(let what):
                throw APIError(
                    .badCSR, "The signing request cannot be used: \(what).",
                    details: ["pointer": "/csr"])
            case .weak(let what):
                throw APIError(
                    .csrWeak, "The signing request cannot be used: \(what).",
                    details: ["pointer": "/csr"])
            }
        }
    }

    func certificate(
        for agent: AgentID, answering request: SigningRequest
    ) throws -> CertificateRecord.New {
        let issued = try authorities.present.issuing.issueAgentCertificate(
            for: agent, answering: request, now: now())
        return CertificateRecord.New(
            serial: issued.serial, requestDigest: request.digest, pem: issued.pem,
            validFrom: issued.validFrom, validUntil: issued.validUntil)
    }

    /// What agents shall trust from now on.
    var bundlePEM: String { authorities.present.bundlePEM }

    static func renewal(of certificate: CertificateRecord) -> ServerTime {
        IssuedCertificate.renewal(from: certificate.validFrom, until: certificate.validUntil)
    }
}
