import Crypto
import FleetModel

/// SHA-256 of a credential's whole text, in 64 lower-case hexadecimal digits: what is stored.
///
/// A plain hash suffices because each credential carries at least 128 random bits.
package struct CredentialDigest: Hashable, Sendable, CustomStringConvertible {
    package let hex: String

    package init(of text: String) { hex = Hexadecimal.text(SHA256.hash(data: Array(text.utf8))) }

    /// Takes a stored digest back; nil unless it is 64 lower-case hexadecimal digits.
    package init?(hex: String) {
        guard hex.utf8.count == 64, hex.utf8.allSatisfy(Hexadecimal.isLowerCase) else { return nil }
        self.hex = hex
    }

    package var description: String { hex }

    /// Compares in a time that does not depend on where the digests differ.
    package func isEqualInConstantTime(to other: Self) -> Bool {
        constantTimeEqual(hex, other.hex)
    }
}

/// Whether two texts are equal, in a time that depends on their lengths alone.
package func constantTimeEqual(_ first: String, _ second: String) -> Bool {
    let left = Array(first.utf8)
    let right = Array(second.utf8)
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for (one, other) in zip(left, right) { difference |= one ^ other }
    return difference == 0
}
