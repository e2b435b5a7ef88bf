import Crypto
package import FleetModel
import X509

/// The listeners' certificate: issued by our own authority, or the site's own pair of files.
///
/// Nothing is watched; the owner calls `refresh` when a signal or a timer says so.
package actor ServerCertificateStore {
    /// Where the certificate comes from.
    package enum Source: Sendable {
        /// Kept in `folder` as `server.crt` and `server.key`; issued again when needed.
        case ownAuthority(
            FleetAuthorities, folder: String, names: [ServerName], validity: Duration)
        /// The site's files, taken over when their bytes change.
        case files(certificate: String, key: String)
    }

    /// What a refresh found.
    package enum Change: Sendable {
        case unchanged
        case replaced(ServerCertificate)
        /// The new pair cannot be used; the former one stays in force.
        case broken(CertificateFailure)
    }

    package private(set) var current: ServerCertificate
    private let source: Source
    private var digest: [UInt8]

    /// Fails when there is no usable certificate to start with.
    package init(_ source: Source, now: ServerTime) throws(CertificateFailure) {
        self.source = source
        switch source {
        case .ownAuthority:
            current = try Self.issuedOrKept(source, now: now)
            digest = []
        case .files(let certificate, let key):
            let loaded = try Self.load(certificate: certificate, key: key)
            current = loaded.certificate
            digest = loaded.digest
        }
    }

    /// Looks whether the certificate must change and changes it.
    package func refresh(now: ServerTime) -> Change {
        do throws(CertificateFailure) {
            switch source {
            case .ownAuthority(let authorities, _, _, _):
                let isOurs = current.chainPEM.hasSuffix(
                    authorities.present.serving.certificatePEM)
                guard !isOurs || current.isDueForRenewal(at: now) else { return .unchanged }
                current = try Self.issuedOrKept(source, now: now)
            case .files(let certificate, let key):
                let loaded = try Self.load(certificate: certificate, key: key)
                guard loaded.digest != digest else { return .unchanged }
                digest = loaded.digest
                current = loaded.certificate
            }
            return .replaced(current)
        } catch {
            return .broken(error)
        }
    }

    /// The kept certificate when it is ours, names the same and lives long enough; else a new one.
    private static func issuedOrKept(
        _ source: Source, now: ServerTime
    ) throws(CertificateFailure) -> ServerCertificate {
        guard case .ownAuthority(let authorities, let folder, let names, let validity) = source
        else { preconditionFailure("only an own authority issues") }
        let authority = authorities.present.serving
        let certificateFile = PrivateFile(path: folder + "/server.crt")
        let keyFile = PrivateFile(path: folder + "/server.key")
        if certificateFile.exists, keyFile.exists,
            let kept = try? load(certificate: certificateFile.path, key: keyFile.path),
            kept.certificate.chainPEM.hasSuffix(authority.certificatePEM),
            kept.certificate.names == Array(Set(names)).sorted(),
            !kept.certificate.isDueForRenewal(at: now)
        {
            return kept.certificate
        }
        let issued = try authority.issueServerCertificate(
            names: Array(Set(names)).sorted(), validity: validity, now: now)
        try keyFile.replace(with: Array(issued.keyPEM.exposed.utf8), mode: 0o600)
        try certificateFile.replace(with: Array(issued.chainPEM.utf8), mode: 0o644)
        return issued
    }

    private static func load(
        certificate: String, key: String
    ) throws(CertificateFailure) -> (certificate: ServerCertificate, digest: [UInt8]) {
        let certificateBytes = try PrivateFile(path: certificate).read()
        let keyBytes = try PrivateFile(path: key).read()
        let pair = try CertificatePair(
            certificateBytes: certificateBytes, certificatePath: certificate, keyBytes: keyBytes,
            keyPath: key)
        let loaded = ServerCertificate(
            chainPEM: String(decoding: certificateBytes, as: UTF8.self),
            keyPEM: Secret(String(decoding: keyBytes, as: UTF8.self)), names: pair.names,
            validFrom: ServerTime(pair.leaf.notValidBefore),
            validUntil: ServerTime(pair.leaf.notValidAfter))
        return (loaded, Array(SHA256.hash(data: certificateBytes + [0] + keyBytes)))
    }
}
