import FoundationEssentials

/// The first part of a token, which says how it is signed. Source: RFC 7515 §4.1.
struct TokenHeader: Decodable {
    /// Longer tokens are refused unread.
    static let maximumTokenBytes = 16 << 10

    let algorithm: String
    let keyID: String?

    private enum CodingKeys: String, CodingKey {
        case algorithm = "alg"
        case keyID = "kid"
    }

    init(of token: String) throws(TokenRefusal) {
        guard token.utf8.count <= Self.maximumTokenBytes else {
            throw .invalid("it is longer than \(Self.maximumTokenBytes) bytes")
        }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64URL.decoded(parts[0]),
            let header = try? JSONDecoder().decode(Self.self, from: bytes)
        else { throw .invalid("it is no signed token") }
        self = header
    }
}

/// What a token says before its signature is checked: a hint where to look, and nothing more.
enum UnverifiedToken {
    static func issuer(of token: String) -> String? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64URL.decoded(parts[1]) else { return nil }
        return (try? JSONDecoder().decode(Issuer.self, from: bytes))?.iss
    }

    private struct Issuer: Decodable {
        let iss: String
    }
}

/// Base64 for addresses, without padding. Source: RFC 4648 §5.
enum Base64URL {
    static func decoded(_ text: some StringProtocol) -> Data? {
        let plain = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return Data(
            base64Encoded: String(plain) + String(repeating: "=", count: (4 - plain.count % 4) % 4))
    }
}
