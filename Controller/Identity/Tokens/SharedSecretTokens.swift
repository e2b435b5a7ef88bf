import FleetModel
import JWTKit

/// Tokens that are signed with a secret which both sides know (HS256). Source: perfgate-api §3.5.
package struct SharedSecretTokens: Sendable {
    /// RFC 7518 §3.2 wants as many bits as the digest has.
    package static let minimumSecretBytes = 32

    private let keys: JWTKeyCollection
    private let issuer: String?
    private let audience: String?

    /// Why a secret is none.
    package struct Fault: Error, Sendable, CustomStringConvertible {
        package var description: String {
            "the secret for tokens has less than \(SharedSecretTokens.minimumSecretBytes) bytes; "
                + "make one with: openssl rand -hex 32"
        }
    }

    package init(
        secret: Secret, issuer: String? = nil, audience: String? = nil
    ) async throws(Fault) {
        guard secret.exposed.utf8.count >= Self.minimumSecretBytes else { throw Fault() }
        keys = JWTKeyCollection()
        self.issuer = issuer
        self.audience = audience
        await keys.add(hmac: HMACKey(from: secret.exposed), digestAlgorithm: .sha256)
    }

    static let algorithm = "HS256"

    /// The scopes are taken literally: `delete` alone does not read.
    func identity(of token: String, at now: ServerTime) async throws(TokenRefusal) -> KeyIdentity {
        let claims: TokenClaims
        do {
            claims = try await keys.verify(token, as: TokenClaims.self)
        } catch {
            throw .invalid("the signature does not fit")
        }
        try claims.requireInForce(at: now.seconds)
        if let issuer, let given = try claims.optionalText("iss"), given != issuer {
            throw .invalid("the issuer is another")
        }
        try requireAudience(of: claims)
        let subject = try claims.requiredText("sub")
        return KeyIdentity(
            id: "jwt:\(subject)", name: "jwt:\(subject)", scopes: try Self.scopes(of: claims),
            project: try claims.requiredText("project_id"))
    }

    private func requireAudience(of claims: TokenClaims) throws(TokenRefusal) {
        guard let given = try claims.optionalText("aud") else { return }
        guard let audience else { throw .invalid("no audience is configured, and it has one") }
        guard given == audience else { throw .invalid("the audience is another") }
    }

    private static func scopes(of claims: TokenClaims) throws(TokenRefusal) -> Set<Scope> {
        guard case .texts(let words)? = claims.members["scopes"] else {
            throw .invalid("the claim scopes is missing or no list of texts")
        }
        var scopes: Set<Scope> = []
        for word in words {
            guard let scope = Scope(rawValue: word) else {
                throw .invalid("the claim scopes has a word that is no scope")
            }
            scopes.insert(scope)
        }
        return scopes
    }
}

extension ServerTime {
    var seconds: Double { Double(microseconds) / 1_000_000 }
}
