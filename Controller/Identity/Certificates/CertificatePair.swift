import FleetModel
import SwiftASN1
import X509

/// A certificate chain and the private key of its leaf, parsed and known to fit together.
struct CertificatePair {
    let chain: [Certificate]
    let leaf: Certificate
    let key: Certificate.PrivateKey

    init(
        certificateBytes: [UInt8], certificatePath: String, keyBytes: [UInt8], keyPath: String
    ) throws(CertificateFailure) {
        chain = try certificateStep("read the certificate", certificatePath) {
            try PEMDocument.parseMultiple(
                pemString: String(decoding: certificateBytes, as: UTF8.self)
            )
            .filter { $0.discriminator == Certificate.defaultPEMDiscriminator }
            .map { try Certificate(pemDocument: $0) }
        }
        guard let leaf = chain.first else {
            throw CertificateFailure(
                operation: "read the certificate", path: certificatePath,
                reason: "the file holds no PEM certificate")
        }
        self.leaf = leaf
        key = try certificateStep("read the key", keyPath) {
            let documents = try PEMDocument.parseMultiple(
                pemString: String(decoding: keyBytes, as: UTF8.self))
            guard
                let document = documents.first(where: { $0.discriminator.hasSuffix("PRIVATE KEY") })
            else {
                throw CertificateFailure(
                    operation: "read the key", path: keyPath,
                    reason: "the file holds no PEM private key")
            }
            return try Certificate.PrivateKey(pemDocument: document)
        }
        guard key.publicKey == leaf.publicKey else {
            throw CertificateFailure(
                operation: "use the key", path: keyPath,
                reason: "it does not belong to the certificate in \(certificatePath)")
        }
    }

    /// The names of the leaf's subject alternative name extension, sorted.
    var names: [ServerName] {
        guard let alternatives = try? leaf.extensions.subjectAlternativeNames else { return [] }
        return alternatives.compactMap { name in
            switch name {
            case .dnsName(let text): .dns(text.lowercased())
            case .ipAddress(let address): .address(Array(address.bytes))
            default: nil
            }
        }.sorted()
    }
}
