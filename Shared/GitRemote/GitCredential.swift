/// What opens a remote for one call. Lives in memory and in the environment of one git process.
package struct GitCredential: Sendable, CustomStringConvertible {
    /// Sent as the password of HTTP basic authentication (RFC 7617).
    let token: String
    let user: String

    /// - Parameters:
    ///   - token: 1 to 8192 printable ASCII characters without blanks.
    ///   - user: the name beside it; forges accept any one for tokens.
    package init?(token: String, user: String = "x-access-token") {
        let isPrintable = { (text: String) in
            !text.isEmpty && text.utf8.count <= 8192
                && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        }
        guard isPrintable(token), isPrintable(user), !user.contains(":") else { return nil }
        self.token = token
        self.user = user
    }

    package var description: String { "•••" }

    /// The value of an HTTP `Authorization` header.
    package var authorization: String { "Basic " + Self.base64(Array("\(user):\(token)".utf8)) }

    /// RFC 4648 §4.
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var word: UInt32 = 0
            for byte in group { word = word << 8 | UInt32(byte) }
            word <<= UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                let digit = Int(word >> UInt32(18 - 6 * place)) & 63
                text.append(place <= group.count ? alphabet[digit] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
