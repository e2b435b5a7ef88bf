import Crypto
package import FleetModel
import SwiftASN1
import X509

extension CertificateAuthority {
    /// Issues a certificate with a fresh P-256 key for TLS servers.
    ///
    /// At least one name is needed; the first DNS name becomes the subject's common name. The
    /// validity is shortened so that it ends no later than the authority itself.
    package func issueServerCertificate(
        names: [ServerName], validity: Duration, now: ServerTime
    ) throws(CertificateFailure) -> ServerCertificate {
        guard !names.isEmpty else {
            throw CertificateFailure(
                operation: "issue", path: "server certificate", reason: "no name was given")
        }
        let start = now + .seconds(-300)
        let end = min(now + validity, validUntil)
        guard start < end else {
            throw CertificateFailure(
                operation: "issue", path: "server certificate", reason: "the authority has expired")
        }
        return try certificateStep("issue", "server certificate") {
            let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
            let leaf = try Certificate(
                version: .v3, serialNumber: .init(), publicKey: key.publicKey,
                notValidBefore: start.date, notValidAfter: end.date,
                issuer: certificate.subject,
                subject: try DistinguishedName { CommonName(commonName(of: names)) },
                extensions: try serverExtensions(names: names, key: key.publicKey),
                issuerPrivateKey: self.key)
            return ServerCertificate(
                chainPEM: try leaf.serializeAsPEM().pemString + "\n" + certificatePEM,
                keyPEM: Secret(try key.serializeAsPEM().pemString + "\n"),
                names: names.sorted(), validFrom: ServerTime(leaf.notValidBefore),
                validUntil: ServerTime(leaf.notValidAfter))
        }
    }

    private func serverExtensions(
        names: [ServerName], key: Certificate.PublicKey
    ) throws -> Certificate.Extensions {
        let authorityKey = try certificate.extensions.subjectKeyIdentifier?.keyIdentifier
        return try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage([.serverAuth])
            SubjectAlternativeNames(names.map(generalName))
            SubjectKeyIdentifier(hash: key)
            AuthorityKeyIdentifier(keyIdentifier: authorityKey)
        }
    }

    private func commonName(of names: [ServerName]) -> String {
        for case .dns(let name) in names { return String(name.prefix(64)) }
        return "fleetmark"
    }

    private func generalName(_ name: ServerName) -> GeneralName {
        switch name {
        case .dns(let text): .dnsName(text)
        case .address(let bytes): .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
        }
    }
}
