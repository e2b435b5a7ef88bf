import Crypto
import FleetModel
import Identity
import SwiftASN1
import X509

/// An agent's key with the certificate that an authority gave it.
struct TestAgent {
    let id: AgentID
    let keyPEM: String
    let certificate: IssuedCertificate

    init(id: AgentID, keyPEM: String, certificate: IssuedCertificate) {
        self.id = id
        self.keyPEM = keyPEM
        self.certificate = certificate
    }

    init(
        of authority: CertificateAuthority, validity: Duration = .seconds(3600),
        at now: ServerTime = LiveServer.now()
    ) throws {
        var generator = SystemRandomNumberGenerator()
        id = AgentID(at: now, using: &generator)
        let key = P256.Signing.PrivateKey()
        keyPEM = key.pemRepresentation
        let request = try CertificateSigningRequest(
            version: .v1, subject: try DistinguishedName { CommonName("an agent") },
            privateKey: Certificate.PrivateKey(key),
            attributes: CertificateSigningRequest.Attributes(),
            signatureAlgorithm: .ecdsaWithSHA256)
        certificate = try authority.issueAgentCertificate(
            for: id, answering: try SigningRequest(pem: request.serializeAsPEM().pemString),
            validity: validity, now: now)
    }
}
