import Crypto

/// The SHA-256 of bytes, as 64 lower-case hexadecimal digits: what suites, credentials and batches
/// are known by.
package enum SHA256Text {
    package static func of(_ bytes: [UInt8]) -> String { text(of: SHA256.hash(data: bytes)) }

    package static func of(_ text: String) -> String { of(Array(text.utf8)) }

    static func text(of digest: SHA256Digest) -> String {
        var text = ""
        for byte in digest {
            let digits = String(byte, radix: 16)
            text += digits.count == 1 ? "0" + digits : digits
        }
        return text
    }
}
