import Crypto
package import FleetModel
import FoundationEssentials
import SwiftASN1
import X509

/// The installation's own certificate authority: ECDSA P-256, made at the first start.
///
/// It is kept in two files, its certificate and its key, whose mode is 0600.
package struct CertificateAuthority: Sendable {
    let certificate: Certificate
    let key: Certificate.PrivateKey
    /// The CA's certificate, PEM.
    package let certificatePEM: String
    /// `SHA256:` and the digest of the certificate's DER form in hexadecimal, for pinning.
    package let fingerprint: String

    /// How long a new authority lives.
    static let lifetime = Duration.seconds(3650 * 86400)

    private init(certificate: Certificate, key: Certificate.PrivateKey) throws {
        self.certificate = certificate
        self.key = key
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        fingerprint = "SHA256:" + Hexadecimal.text(SHA256.hash(data: serializer.serializedBytes))
        certificatePEM = try certificate.serializeAsPEM().pemString + "\n"
    }

    package var name: String { certificate.subject.description }
    package var validUntil: ServerTime { ServerTime(certificate.notValidAfter) }
    /// In hexadecimal.
    package var serial: String { ClientCertificate.text(of: certificate.serialNumber) }

    /// Loads the authority of a folder, or makes it when both files are missing.
    package static func open(
        directory: String, now: ServerTime
    ) throws(CertificateFailure) -> CertificateAuthority {
        try open(
            certificateFile: PrivateFile(path: directory + "/ca.crt"),
            keyFile: PrivateFile(path: directory + "/ca.key"), now: now)
    }

    static func open(
        certificateFile: PrivateFile, keyFile: PrivateFile, now: ServerTime
    ) throws(CertificateFailure) -> CertificateAuthority {
        switch (certificateFile.exists, keyFile.exists) {
        case (true, true):
            return try load(certificateFile, keyFile)
        case (false, false):
            return try make(certificateFile, keyFile, now: now)
        case (false, true):
            throw CertificateFailure(
                operation: "open the authority", path: certificateFile.path,
                reason: "the file is missing although the key exists")
        case (true, false):
            throw CertificateFailure(
                operation: "open the authority", path: keyFile.path,
                reason: "the file is missing although the certificate exists")
        }
    }

    private static func load(
        _ certificateFile: PrivateFile, _ keyFile: PrivateFile
    ) throws(CertificateFailure) -> CertificateAuthority {
        let mode = try keyFile.permissions()
        guard mode & 0o077 == 0 else {
            throw CertificateFailure(
                operation: "use the key", path: keyFile.path,
                reason: "other users may read it (mode \(String(mode, radix: 8))); chmod 600 it")
        }
        let pair = try CertificatePair(
            certificateBytes: certificateFile.read(), certificatePath: certificateFile.path,
            keyBytes: keyFile.read(), keyPath: keyFile.path)
        return try certificateStep("read the authority", certificateFile.path) {
            try CertificateAuthority(certificate: pair.leaf, key: pair.key)
        }
    }

    /// The key is written first: a crash between the two leaves a key without certificate, which
    /// is reported and not silently replaced.
    private static func make(
        _ certificateFile: PrivateFile, _ keyFile: PrivateFile, now: ServerTime
    ) throws(CertificateFailure) -> CertificateAuthority {
        let authority = try generate(now: now)
        try keyFile.replace(with: Array(try authority.keyPEM().exposed.utf8), mode: 0o600)
        try certificateFile.replace(with: Array(authority.certificatePEM.utf8), mode: 0o644)
        return authority
    }

    /// A new authority that is in no file yet.
    static func generate(now: ServerTime) throws(CertificateFailure) -> CertificateAuthority {
        try certificateStep("make", "an authority") {
            let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
            var generator = SystemRandomNumberGenerator()
            let suffix = Hexadecimal.text(generator.next(), digits: 8)
            let name = try DistinguishedName { CommonName("Fleetmark CA \(suffix)") }
            let certificate = try Certificate(
                version: .v3, serialNumber: .init(), publicKey: key.publicKey,
                notValidBefore: (now + .seconds(-300)).date,
                notValidAfter: (now + lifetime).date, issuer: name, subject: name,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                    SubjectKeyIdentifier(hash: key.publicKey)
                }, issuerPrivateKey: key)
            return try CertificateAuthority(certificate: certificate, key: key)
        }
    }

    func keyPEM() throws(CertificateFailure) -> Secret {
        try certificateStep("write the key of", name) {
            Secret(try key.serializeAsPEM().pemString + "\n")
        }
    }
}

/// Gives every error of the certificate libraries our one shape.
func certificateStep<Value>(
    _ operation: String, _ path: String, _ body: () throws -> Value
) throws(CertificateFailure) -> Value {
    do {
        return try body()
    } catch let failure as CertificateFailure {
        throw failure
    } catch {
        throw CertificateFailure(operation: operation, path: path, reason: "\(error)")
    }
}

extension ServerTime {
    /// Such as `2031-04-30T12:00:00Z`.
    package var calendarText: String { date.formatted(.iso8601) }
    var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

    init(_ date: Date) {
        self.init(microseconds: Int64(date.timeIntervalSince1970.rounded() * 1_000_000))
    }
}
