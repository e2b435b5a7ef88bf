import Crypto
import FleetModel

/// The SHA-256 digest of a certificate's DER form, by which an operator names an authority.
package struct CertificateFingerprint: Hashable, Sendable, CustomStringConvertible {
    private let bytes: [UInt8]

    /// Accepts 64 hexadecimal digits of either case, with colons or without, after an optional
    /// `SHA256:`.
    package init?(_ text: String) {
        var rest = text.lowercased()[...]
        if rest.hasPrefix("sha256:") { rest = rest.dropFirst(7) }
        guard let bytes = Hexadecimal.bytes(rest.filter { $0 != ":" }), bytes.count == 32 else {
            return nil
        }
        self.bytes = bytes
    }

    package init(of certificate: [UInt8]) {
        bytes = Array(SHA256.hash(data: certificate))
    }

    package var description: String { "SHA256:" + Hexadecimal.text(bytes) }
}

/// SHA-256 in the spellings that the agent needs.
package enum AgentDigest {
    package static func hexadecimal(_ bytes: [UInt8]) -> String {
        Hexadecimal.text(SHA256.hash(data: bytes))
    }

    /// The value of the `Fleetmark-Digest` header.
    package static func header(_ bytes: [UInt8]) -> String { "sha256:" + hexadecimal(bytes) }
}
