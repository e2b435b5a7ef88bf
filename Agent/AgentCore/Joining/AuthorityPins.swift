package import AgentProtocol
import SwiftASN1

/// The authorities that this agent trusts, in DER; never empty.
package struct AuthorityPins: Sendable, Equatable {
    package let certificates: [Base64Bytes]

    /// More than a rotation needs.
    private static let most = 8

    package init?(_ certificates: [Base64Bytes]) {
        guard (1...Self.most).contains(certificates.count) else { return nil }
        self.certificates = certificates
    }

    init(one certificate: [UInt8]) { certificates = [Base64Bytes(certificate)] }

    /// The pins after a controller that was proven by the present ones has named its authorities.
    ///
    /// They replace the present ones if one of these is among them. If none is, the listener's
    /// certificate comes from the site's own authority, which no controller changes.
    func following(bundlePEM: String) -> AuthorityPins {
        guard let documents = try? PEMDocument.parseMultiple(pemString: bundlePEM) else {
            return self
        }
        let named = documents.filter { $0.discriminator == "CERTIFICATE" }
            .map { Base64Bytes($0.derBytes) }
        guard named.contains(where: certificates.contains) else { return self }
        return AuthorityPins(named) ?? self
    }
}
