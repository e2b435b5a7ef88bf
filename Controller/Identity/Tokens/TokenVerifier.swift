package import FleetModel

/// Turns a token into who calls: one of a shared secret, or one of a provider.
package struct TokenVerifier: Sendable {
    private let shared: SharedSecretTokens?
    private let providers: [(provider: TokenProvider, keys: KeySetCache)]
    private let now: @Sendable () -> ServerTime

    /// The providers are tried in their order.
    package init(
        shared: SharedSecretTokens?, providers: [TokenProvider],
        documents: any ProviderDocuments, settings: KeySetSettings = KeySetSettings(),
        now: @escaping @Sendable () -> ServerTime,
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.shared = shared
        self.providers = providers.map { provider in
            let keys = KeySetCache(
                provider, documents: documents, settings: settings, now: clock)
            return (provider, keys)
        }
        self.now = now
    }

    /// Who is named, and by whom.
    package struct Outcome: Sendable {
        package let identity: KeyIdentity
        /// Nil for tokens of the shared secret.
        package let issuer: String?
        package let subject: String
        /// Whether the configuration gives this subject anything; a user of this installation may
        /// have been given something by others.
        package let isMapped: Bool
    }

    package func outcome(of token: String) async throws(TokenRefusal) -> Outcome {
        guard shared != nil || !providers.isEmpty else { throw .unconfigured }
        let header = try TokenHeader(of: token)
        if header.algorithm == SharedSecretTokens.algorithm, let shared {
            let identity = try await shared.identity(of: token, at: now())
            return Outcome(
                identity: identity, issuer: nil, subject: identity.id, isMapped: true)
        }
        guard ["RS256", "ES256"].contains(header.algorithm), !providers.isEmpty else {
            throw .invalid("its algorithm is not taken here")
        }
        guard let keyID = header.keyID else { throw .invalid("its header names no key") }
        guard let issuer = UnverifiedToken.issuer(of: token) else {
            throw .invalid("the claim iss is missing or no text")
        }
        var last = TokenRefusal.invalid("its issuer is none that is configured")
        var unmapped: Outcome?
        // Only whom the token itself names is worth a look at its keys.
        for (provider, keys) in providers where provider.issuer == issuer {
            do throws(TokenRefusal) {
                let found = try await outcome(
                    of: token, signed: (header.algorithm, keyID), by: provider, keys)
                if found.isMapped { return found }
                unmapped = unmapped ?? found
            } catch {
                last = error
            }
        }
        guard let unmapped else { throw last }
        return unmapped
    }

    private func outcome(
        of token: String, signed: (algorithm: String, keyID: String), by provider: TokenProvider,
        _ keys: KeySetCache
    ) async throws(TokenRefusal) -> Outcome {
        guard let key = try await keys.key(signed.keyID) else {
            throw .invalid("its key is none of its issuer's")
        }
        guard key.algorithm == signed.algorithm else {
            throw .invalid("its algorithm is not that of its key")
        }
        let claims = try await key.claims(of: token)
        try claims.requireInForce(at: now().seconds)
        guard try claims.requiredText("iss") == provider.issuer else {
            throw .invalid("the issuer is another")
        }
        try Self.require(audience: provider.audience, of: claims)
        let subject = try claims.requiredText("sub")
        let name = try claims.requiredText(provider.claim)
        let mapping = provider.mapping(of: name)
        let id = "oidc:\(subject)"
        return Outcome(
            identity: KeyIdentity(
                id: id, name: id, scopes: mapping?.role.scopes ?? [],
                project: mapping?.project ?? ""),
            issuer: provider.issuer, subject: subject, isMapped: mapping != nil)
    }

    private static func require(
        audience: String, of claims: TokenClaims
    ) throws(TokenRefusal) {
        switch claims.members["aud"] {
        case .text(audience): return
        case .texts(let given) where given.contains(audience): return
        default: throw .invalid("the audience is another")
        }
    }
}
