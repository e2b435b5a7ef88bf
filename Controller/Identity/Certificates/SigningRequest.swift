import Crypto
import FleetModel
import SwiftASN1
import X509

/// A host's request for a certificate: a P-256 key that it has shown to hold.
///
/// Of the subject only the common name is read; what a certificate says is decided here.
package struct SigningRequest: Sendable {
    let publicKey: Certificate.PublicKey
    /// Nil when the subject has none.
    package let commonName: String?
    /// SHA-256 of the request's DER form in hexadecimal: the same request again is known by it.
    package let digest: String

    /// Longer texts are not read.
    package static let maximumBytes = 16 << 10

    /// Reads one PEM document and checks that its own key has signed it.
    package init(pem: String) throws(SigningRequestFailure) {
        guard pem.utf8.count <= Self.maximumBytes else {
            throw .malformed("it is longer than \(Self.maximumBytes) bytes")
        }
        let request: CertificateSigningRequest
        let bytes: [UInt8]
        do {
            request = try CertificateSigningRequest(pemEncoded: pem)
            var serializer = DER.Serializer()
            try serializer.serialize(request)
            bytes = serializer.serializedBytes
        } catch {
            throw .malformed("it is no PEM certificate signing request")
        }
        guard P256.Signing.PublicKey(request.publicKey) != nil else {
            throw .weak("its key is not an ECDSA key on P-256")
        }
        guard request.publicKey.isValidSignature(request.signature, for: request) else {
            throw .malformed("its signature is not that of its own key")
        }
        publicKey = request.publicKey
        commonName = request.subject.commonName
        digest = Hexadecimal.text(SHA256.hash(data: bytes))
    }
}

/// Why a request cannot be granted; the words of the API stand beside each case.
package enum SigningRequestFailure: Error, Equatable, Sendable {
    /// `bad_csr`
    case malformed(String)
    /// `csr_weak`
    case weak(String)
}

extension DistinguishedName {
    /// The first common name, nil without one.
    var commonName: String? {
        for part in self {
            for attribute in part where attribute.type == .RDNAttributeType.commonName {
                return String(describing: attribute.value)
            }
        }
        return nil
    }
}
