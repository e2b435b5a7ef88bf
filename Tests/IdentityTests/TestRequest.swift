import Crypto
import FleetModel
import Identity
import SwiftASN1
import X509

/// Signing requests as a host makes them, and as none should.
enum TestRequest {
    static func pem(
        name: String = "bench-07", key: Certificate.PrivateKey = .init(P256.Signing.PrivateKey()),
        algorithm: Certificate.SignatureAlgorithm = .ecdsaWithSHA256
    ) throws -> String {
        try CertificateSigningRequest(
            version: .v1, subject: try DistinguishedName { CommonName(name) }, privateKey: key,
            attributes: CertificateSigningRequest.Attributes(), signatureAlgorithm: algorithm
        ).serializeAsPEM().pemString
    }

    /// A request whose signature belongs to another one.
    static func forged() throws -> String {
        let (one, other) = (try der(pem()), try der(pem()))
        // Both are as long as each other but for the signature's integers at the end.
        let body = one.dropLast(40) + other.suffix(40)
        return PEMDocument(type: "CERTIFICATE REQUEST", derBytes: Array(body)).pemString
    }

    private static func der(_ pem: String) throws -> [UInt8] {
        Array(try PEMDocument(pemString: pem).derBytes)
    }

    static func agent() -> AgentID {
        var generator = SystemRandomNumberGenerator()
        return AgentID(at: ServerTime(microseconds: 1_800_000_000_000_000), using: &generator)
    }
}
