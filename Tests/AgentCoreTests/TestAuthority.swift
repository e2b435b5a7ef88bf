import AgentCore
import AgentProtocol
import Crypto
import FleetModel
import Foundation
import SwiftASN1
import X509

/// An authority in memory that answers signing requests as a controller does.
struct TestAuthority {
    let pem: String
    private let name: DistinguishedName
    private let key: Certificate.PrivateKey

    init(_ name: String = "test authority") throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        self.key = key
        self.name = try DistinguishedName { CommonName(name) }
        let now = Date()
        pem =
            try Certificate(
                version: .v3, serialNumber: .init(), publicKey: key.publicKey,
                notValidBefore: now - 60, notValidAfter: now + 86400, issuer: self.name,
                subject: self.name,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                }, issuerPrivateKey: key
            ).serializeAsPEM().pemString + "\n"
    }

    var der: Base64Bytes {
        get throws { Base64Bytes(Array(try PEMDocument(pemString: pem).derBytes)) }
    }

    func certify(
        _ request: String, as agent: AgentID = Samples.agent, until end: Date = Date() + 3600
    ) throws -> String {
        let request = try CertificateSigningRequest(pemEncoded: request)
        return try Certificate(
            version: .v3, serialNumber: .init(), publicKey: request.publicKey,
            notValidBefore: end - 7200, notValidAfter: end, issuer: name,
            subject: try DistinguishedName { CommonName("agent:\(agent)") },
            extensions: Certificate.Extensions(), issuerPrivateKey: key
        ).serializeAsPEM().pemString + "\n"
    }

    /// A certificate for a server on 127.0.0.1, with its key.
    func server() throws -> (certificate: String, key: String) {
        let own = P256.Signing.PrivateKey()
        let now = Date()
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(own.publicKey),
            notValidBefore: now - 60, notValidAfter: now + 3600, issuer: name,
            subject: try DistinguishedName { CommonName("server") },
            extensions: try Certificate.Extensions {
                SubjectAlternativeNames([
                    .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))
                ])
            }, issuerPrivateKey: key)
        return (
            try certificate.serializeAsPEM().pemString + "\n", own.pemRepresentation + "\n"
        )
    }

    /// An enrolled agent's identity whose renewal is due at the moment.
    func identity(renewAfter: ServerTime) throws -> AgentIdentity {
        let key = AgentKey.generate()
        return AgentIdentity(
            controller: "https://127.0.0.1:1", agentID: Samples.agent, hostID: Samples.host,
            hostName: "bench-07",
            certificate: try certify(try key.signingRequest(for: Samples.agent)), key: key.pem,
            authorities: [try der], renewAfter: renewAfter)
    }
}
