import FleetModel
package import Identity
package import Storage
package import WebSupport

/// Callers by the `Authorization` header: keys of the configuration, keys of the store, and tokens.
/// The refusals are those of perfgate-api §3.1, word for word.
package struct KeyAuthenticator: CallerAuthenticator {
    let keys: KeyStore
    let configured: ConfiguredKeys
    /// Nil where neither a secret nor a provider is configured.
    let tokens: TokenVerifier?

    package init(
        keys: KeyStore, configured: ConfiguredKeys = .none, tokens: TokenVerifier? = nil
    ) {
        self.keys = keys
        self.configured = configured
        self.tokens = tokens
    }

    package func caller(authorization: String?, peer: Peer) async throws -> Caller {
        guard let authorization else { return .anonymous }
        if let text = authorization.text(after: "Bearer ") { return .key(try await key(text)) }
        if let text = authorization.text(after: "Token ") { return .key(try await token(text)) }
        throw APIError.credentialsMissing
    }

    private func key(_ text: String) async throws -> KeyIdentity {
        guard let text = APIKeyText(text) else {
            throw APIError(.credentialsInvalid, "Invalid API key format")
        }
        if let key = configured.key(of: text) {
            guard try await isInForce(key) else {
                throw APIError(.credentialsExpired, "API key has expired")
            }
            return key.identity
        }
        guard let key = try await keys.key(withDigest: text.digest.hex) else {
            throw APIError(.credentialsInvalid, "Invalid API key")
        }
        return KeyIdentity(key)
    }

    private func isInForce(_ key: ConfiguredKey) async throws -> Bool {
        guard let end = key.expiresAt else { return true }
        return try await keys.now() < end
    }

    private func token(_ text: String) async throws -> KeyIdentity {
        guard let tokens else { throw APIError(TokenRefusal.unconfigured) }
        let found: TokenVerifier.Outcome
        do {
            found = try await tokens.outcome(of: text)
        } catch {
            throw APIError(error)
        }
        guard found.isMapped else { throw APIError(TokenRefusal.unmapped(subject: found.subject)) }
        return found.identity
    }
}

extension String {
    /// The rest of a text that begins so.
    fileprivate func text(after prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}

extension KeyIdentity {
    /// A role that nobody knows gives nothing.
    init(_ key: KeyStore.Key) {
        let role = Role(rawValue: key.role)?.scopes ?? []
        self.init(
            id: key.id.text, name: key.name,
            scopes: role.union(key.grants.compactMap(Scope.init)), project: key.project,
            benchmarks: key.pattern.map { BenchmarkPattern($0) })
    }
}

extension APIError {
    /// Source: perfgate-api §3.1.
    init(_ refusal: TokenRefusal) {
        switch refusal {
        case .unconfigured:
            self.init(.jwtUnconfigured, "JWT/OIDC authentication is not configured")
        case .expired: self.init(.credentialsExpired, "JWT token has expired")
        case .invalid(let reason):
            self.init(.credentialsInvalid, "invalid JWT token: \(reason)")
        case .unmapped(let subject):
            self.init(
                .tokenUnmapped, "invalid JWT token: nothing is mapped to its identity",
                details: ["subject": .string(String(subject.prefix(256)))])
        case .providerUnavailable(let issuer):
            self.init(
                .oidcProviderError, "The keys of \(issuer) cannot be read; try again.",
                retryAfter: .seconds(60))
        }
    }
}
