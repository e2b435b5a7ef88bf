import Crypto
package import FleetModel
import SwiftASN1
import X509

extension CertificateAuthority {
    /// How long an agent's certificate lives. Source: API contract, §4.1.
    package static let agentLifetime = Duration.seconds(30 * 86400)

    /// Certifies the request's key as the agent's, for TLS clients only.
    ///
    /// It begins five minutes ago, for clocks that are behind, and ends with the authority itself
    /// if that is sooner.
    package func issueAgentCertificate(
        for agent: AgentID, answering request: SigningRequest,
        validity: Duration = agentLifetime, now: ServerTime
    ) throws(CertificateFailure) -> IssuedCertificate {
        let (start, end) = (now + .seconds(-300), min(now + validity, validUntil))
        guard start < end else {
            throw CertificateFailure(
                operation: "issue", path: "an agent's certificate",
                reason: "the authority has expired")
        }
        return try certificateStep("issue", "an agent's certificate") {
            let authorityKey = try certificate.extensions.subjectKeyIdentifier?.keyIdentifier
            let leaf = try Certificate(
                version: .v3, serialNumber: .init(), publicKey: request.publicKey,
                notValidBefore: start.date, notValidAfter: end.date,
                issuer: certificate.subject,
                subject: try DistinguishedName {
                    CommonName(ClientCertificate.subjectPrefix + agent.text)
                },
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.clientAuth])
                    SubjectKeyIdentifier(hash: request.publicKey)
                    AuthorityKeyIdentifier(keyIdentifier: authorityKey)
                }, issuerPrivateKey: key)
            return IssuedCertificate(
                pem: try leaf.serializeAsPEM().pemString + "\n",
                serial: ClientCertificate.text(of: leaf.serialNumber),
                validFrom: ServerTime(leaf.notValidBefore),
                validUntil: ServerTime(leaf.notValidAfter))
        }
    }

    /// Whether the certificate names this authority as its issuer; that it truly is, the
    /// handshake has verified.
    func isNamed(by certificate: ClientCertificate) -> Bool {
        let own = try? self.certificate.extensions.subjectKeyIdentifier?.keyIdentifier
        return own.map { Array($0) } == certificate.authorityKey
    }
}
