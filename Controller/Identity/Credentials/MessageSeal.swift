import Crypto
import FleetModel

/// Seals short texts that clients carry for us, such as cursors: HMAC-SHA-256.
package struct MessageSeal: Sendable {
    private let key: SymmetricKey

    /// - Parameter key: shared by all controllers of an installation; at least 32 bytes.
    package init(key: [UInt8]) {
        precondition(key.count >= 32, "a seal's key has at least 32 bytes")
        self.key = SymmetricKey(data: key)
    }

    /// A key of its own, for an installation of one process.
    package static func ephemeral() -> Self { Self(key: randomKey()) }

    /// Of the key that `text` gives in hexadecimal; nil for any other text.
    package init?(hexadecimalKey text: String) {
        guard let bytes = Hexadecimal.bytes(text), bytes.count >= 32 else { return nil }
        self.init(key: bytes)
    }

    /// A fresh key in hexadecimal.
    package static func newKey() -> String { Hexadecimal.text(randomKey()) }

    private static func randomKey() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// The first 128 bits of the code, in hexadecimal.
    package func code(for text: String) -> String {
        let whole = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
        return Hexadecimal.text(Array(whole).prefix(16))
    }

    package func isValid(_ code: String, for text: String) -> Bool {
        constantTimeEqual(code, self.code(for: text))
    }
}
