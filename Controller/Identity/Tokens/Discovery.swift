import FoundationEssentials

/// What an issuer publishes of itself. Source: OpenID Connect Discovery 1.0, §4.
struct Discovery: Sendable {
    let keySetURL: String

    struct Refused: Error {}

    static func address(of issuer: String) -> String {
        var base = issuer
        while base.hasSuffix("/") { base.removeLast() }
        return base + "/.well-known/openid-configuration"
    }

    /// Refuses a document of another issuer, and keys that anybody on the way could change.
    init(_ document: [UInt8], of issuer: String) throws {
        let read = try JSONDecoder().decode(Document.self, from: Data(document))
        guard read.issuer == issuer, TokenProvider.isTrustworthy(read.jwks_uri) else {
            throw Refused()
        }
        keySetURL = read.jwks_uri
    }

    private struct Document: Decodable {
        let issuer: String
        let jwks_uri: String
    }
}
