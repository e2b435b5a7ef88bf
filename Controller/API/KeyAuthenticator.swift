import FleetModel
package import Identity
package import Storage
package import WebSupport

/// Callers by the `Authorization` header: keys of the configuration, keys of the store, and tokens.
/// The refusals are those of perfgate-api §3.1, word for word.
package struct KeyAuthenticator: CallerAuthenticator {
    let keys: KeyStore
    let configured: ConfiguredKeys
    let users: UserStore
    /// Nil where neither a secret nor a provider is configured.
    let tokens: TokenVerifier?
    let guesses: GuessLimit

    package init(
        keys: KeyStore, users: UserStore, configured: ConfiguredKeys = .none,
        tokens: TokenVerifier? = nil, guesses: GuessLimit
    ) {
        self.keys = keys
        self.users = users
        self.configured = configured
        self.tokens = tokens
        self.guesses = guesses
    }

    package func caller(authorization: String?, peer: Peer) async throws -> Caller {
        guard let authorization else { return .anonymous }
        if let text = authorization.text(after: "Bearer ") {
            return .key(try await limited(text, peer) { try await key(text) })
        }
        if let text = authorization.text(after: "Token ") {
            return .key(try await limited(text, peer) { try await token(text) })
        }
        throw APIError.credentialsMissing
    }

    /// Refuses at once where too many wrong ones came from. Tokens that have expired, or that
    /// nothing is mapped to, are no guesses.
    private func limited(
        _ text: String, _ peer: Peer, _ check: () async throws -> KeyIdentity
    ) async throws -> KeyIdentity {
        let digest = CredentialDigest(of: text)
        if let wait = guesses.wait(for: peer.address, with: digest) {
            throw APIError.lockedOut(for: wait)
        }
        do {
            let identity = try await check()
            guesses.noteSuccess(of: digest)
            return identity
        } catch let refusal as APIError where refusal.reason == .credentialsInvalid {
            guesses.noteFailure(from: peer.address, with: digest)
            throw refusal
        }
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
        let user = try await user(of: found)
        guard found.isMapped || user != nil else {
            throw APIError(TokenRefusal.unmapped(subject: found.subject))
        }
        return user.map { found.identity.held(by: $0) } ?? found.identity
    }

    /// Who a provider names may be a user here: then what the user was given counts too, and a
    /// user out of action stays out.
    private func user(of found: TokenVerifier.Outcome) async throws -> UserStore.Holder? {
        guard let issuer = found.issuer else { return nil }
        let user = try await users.holder(of: .init(issuer: issuer, subject: found.subject))
        guard user?.isDisabled != true else {
            throw APIError(.credentialsInvalid, "invalid JWT token: the user is out of action")
        }
        return user
    }
}

extension String {
    /// The rest of a text that begins so.
    fileprivate func text(after prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}

extension APIError {
    static func lockedOut(for wait: Duration) -> APIError {
        let seconds = Int64((wait / .seconds(1)).rounded(.up))
        return APIError(
            .lockedOut,
            "Too many wrong keys came from this address; it may try again in \(seconds) s.",
            retryAfter: wait)
    }

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
