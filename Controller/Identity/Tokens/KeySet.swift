import FoundationEssentials
import JWTKit

/// The public keys of a provider, by their ids. Source: RFC 7517.
///
/// Keys of other kinds than RSA and P-256, and such that are broken, are left out: one strange key
/// must not shut out who is signed with another.
struct KeySet: Sendable {
    /// More are not looked at.
    static let maximumKeys = 100
    /// Base64 digits of a number in a key: 8,192 bits.
    private static let maximumNumber = 1_368

    private let keys: [String: Key]

    struct Key: Sendable {
        /// `RS256` or `ES256`.
        let algorithm: String
        private let verifier: JWTKeyCollection

        fileprivate init?(_ jwk: JWK) async {
            guard let id = jwk.keyIdentifier else { return nil }
            switch jwk.keyType {
            case .rsa: algorithm = "RS256"
            case .ecdsa: algorithm = "ES256"
            default: return nil
            }
            // The same key may be published for another algorithm; then it is not for this one.
            var jwk = jwk
            guard jwk.algorithm == nil || jwk.algorithm?.rawValue == algorithm else { return nil }
            jwk.algorithm = JWK.Algorithm(rawValue: algorithm)
            let collection = JWTKeyCollection()
            guard (try? await collection.add(jwk: jwk)) != nil,
                (try? await collection.getKey(for: id, alg: algorithm)) != nil
            else { return nil }
            verifier = collection
        }

        func claims(of token: String) async throws(TokenRefusal) -> TokenClaims {
            do {
                return try await verifier.verify(token, as: TokenClaims.self)
            } catch {
                throw .invalid("the signature does not fit")
            }
        }
    }

    /// Nil when the text is no key set at all.
    init?(_ document: [UInt8]) async {
        guard let read = try? JSONDecoder().decode(Document.self, from: Data(document)) else {
            return nil
        }
        var keys: [String: Key] = [:]
        for case let jwk? in read.keys.prefix(Self.maximumKeys).map(\.jwk) {
            guard let id = jwk.keyIdentifier?.string,
                (jwk.modulus ?? "").utf8.count <= Self.maximumNumber,
                (jwk.exponent ?? "").utf8.count <= Self.maximumNumber,
                let key = await Key(jwk)
            else { continue }
            keys[id] = key
        }
        self.keys = keys
    }

    func key(_ id: String) -> Key? { keys[id] }

    private struct Document: Decodable {
        let keys: [Entry]
    }

    /// Nil where the library does not know the kind of key.
    private struct Entry: Decodable {
        let jwk: JWK?

        init(from decoder: any Decoder) throws { jwk = try? JWK(from: decoder) }
    }
}
