package import AgentProtocol
import Crypto
package import FleetModel
import SwiftASN1
import X509

/// The key that proves who this agent is; made here, and never sent anywhere.
package struct AgentKey: Sendable {
    private let key: P256.Signing.PrivateKey

    package static func generate() -> AgentKey { AgentKey(key: P256.Signing.PrivateKey()) }

    private init(key: P256.Signing.PrivateKey) { self.key = key }

    /// Reads a PEM document as `pem` writes it; nil for anything else.
    package init?(pem: Secret) {
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: pem.revealed) else {
            return nil
        }
        self.key = key
    }

    /// PKCS #8.
    package var pem: Secret { Secret(key.pemRepresentation + "\n") }

    /// A certificate signing request in PEM; `agent` is nil before the fleet has named it.
    package func signingRequest(for agent: AgentID?) throws(CallFailure) -> String {
        do {
            let name = agent.map { AgentCertificate.subjectPrefix + $0.text } ?? "fleetmark agent"
            let request = try CertificateSigningRequest(
                version: .v1, subject: try DistinguishedName { CommonName(name) },
                privateKey: Certificate.PrivateKey(key),
                attributes: CertificateSigningRequest.Attributes(),
                signatureAlgorithm: .ecdsaWithSHA256)
            return try request.serializeAsPEM().pemString + "\n"
        } catch {
            throw .malformed("no signing request can be made: \(error)")
        }
    }

    /// Whether the certificate is for this key.
    package func fits(_ certificate: AgentCertificate) -> Bool {
        certificate.publicKey == Array(key.publicKey.x963Representation)
    }
}
