import CryptoExtras
import FoundationEssentials
import JWTKit
import Testing

/// Makes tokens as a provider does, and publishes its keys.
struct TokenSigner: Sendable {
    let id: String
    private let keys: JWTKeyCollection
    /// The public key, as it stands in a key set.
    let published: String

    /// A P-256 key.
    init(ecdsa id: String) async throws {
        self.id = id
        let key = ES256PrivateKey()
        let point = try #require(key.parameters)
        published = """
            {"kty":"EC","crv":"P-256","kid":"\(id)","alg":"ES256","use":"sig",\
            "x":"\(point.x)","y":"\(point.y)"}
            """
        keys = JWTKeyCollection()
        await keys.add(ecdsa: key, kid: JWKIdentifier(string: id))
    }

    /// An RSA key of 2,048 bits, one for all tests: making one takes long.
    init(rsa id: String) async throws {
        self.id = id
        let key = try Insecure.RSA.PrivateKey(backing: Self.rsaKey)
        let numbers = try key.publicKey.getKeyPrimitives()
        published = """
            {"kty":"RSA","kid":"\(id)","use":"sig","n":"\(Self.urlSafe(numbers.modulus))",\
            "e":"\(Self.urlSafe(numbers.publicExponent))"}
            """
        keys = JWTKeyCollection()
        await keys.add(rsa: key, digestAlgorithm: .sha256, kid: JWKIdentifier(string: id))
    }

    /// Of a shared secret.
    init(secret: String) async {
        id = ""
        published = ""
        keys = JWTKeyCollection()
        await keys.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
    }

    private static let rsaKey: _RSA.Signing.PrivateKey = {
        guard let key = try? _RSA.Signing.PrivateKey(keySize: .bits2048) else {
            preconditionFailure("no RSA key can be made")
        }
        return key
    }()

    func token(_ claims: [String: ClaimValue], id other: String? = nil) async throws -> String {
        guard !id.isEmpty else { return try await keys.sign(Claims(members: claims)) }
        guard let other else {
            return try await keys.sign(
                Claims(members: claims), kid: JWKIdentifier(string: id))
        }
        // Signed with this key under another's name.
        var header = JWTHeader()
        header.kid = other
        return try await keys.sign(Claims(members: claims), header: header)
    }

    /// Key sets as providers publish them.
    static func set(_ signers: TokenSigner...) -> [UInt8] {
        Array("{\"keys\":[\(signers.map(\.published).joined(separator: ","))]}".utf8)
    }

    private static func urlSafe(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }
}

enum ClaimValue: Codable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral
{
    case text(String)
    case number(Double)
    case texts([String])

    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int64) { self = .number(Double(value)) }
    init(arrayLiteral elements: String...) { self = .texts(elements) }

    init(from decoder: any Decoder) throws { self = .text("") }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .texts(let texts): try container.encode(texts)
        }
    }
}

private struct Claims: JWTPayload {
    let members: [String: ClaimValue]

    init(members: [String: ClaimValue]) { self.members = members }

    init(from decoder: any Decoder) throws { members = [:] }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(members)
    }

    func verify(using algorithm: some JWTAlgorithm) async throws {}
}
