import Crypto
import FoundationEssentials

@testable import WebSupport

/// Tokens as a CI system or a forge signs them.
struct SampleTokens: Sendable {
    static let issuer = "https://id.example.org"
    static let secret = "a secret of at least thirty-two bytes"
    private let key = P256.Signing.PrivateKey()

    /// As the provider publishes its key.
    var keySet: String {
        let point = key.publicKey.rawRepresentation
        return """
            {"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"\(Self.encoded(point.prefix(32)))",\
            "y":"\(Self.encoded(point.suffix(32)))"}]}
            """
    }

    /// Of the provider, for an hour.
    func token(subject: String, _ claims: [String: JSONValue] = [:]) throws -> String {
        let all = claims.merging([
            "iss": .string(Self.issuer), "sub": .string(subject), "aud": "perfgate",
            "exp": .integer(Self.inAnHour),
        ]) { given, _ in given }
        let signed = Self.unsigned(["alg": "ES256", "kid": "k"], all)
        let signature = try key.signature(for: Data(signed.utf8))
        return signed + "." + Self.encoded(signature.rawRepresentation)
    }

    /// Of the shared secret, for an hour.
    static func shared(scopes: [JSONValue], _ claims: [String: JSONValue] = [:]) -> String {
        let all = claims.merging([
            "sub": "nightly", "project_id": "lantern", "scopes": .array(scopes),
            "exp": .integer(inAnHour),
        ]) { given, _ in given }
        let signed = unsigned(["alg": "HS256", "typ": "JWT"], all)
        let code = HMAC<SHA256>.authenticationCode(
            for: Data(signed.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return signed + "." + encoded(Data(code))
    }

    private static var inAnHour: Int64 { Int64(Date().timeIntervalSince1970) + 3600 }

    private static func unsigned(
        _ header: [String: JSONValue], _ claims: [String: JSONValue]
    ) -> String {
        [header, claims].map { encoded(Data(JSONValue.object($0).text.utf8)) }
            .joined(separator: ".")
    }

    private static func encoded(_ data: some DataProtocol) -> String {
        Data(data).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }
}
