package import FleetModel
package import Storage

/// Turns a key into a session, unless the address has tried too many wrong ones.
package struct SignIn: Sendable {
    package static let lifetime = Duration.seconds(7 * 24 * 3600)

    let keys: KeyStore
    let sessions: WebSessionStore
    let guesses: GuessLimit
    let configured: ConfiguredKeys

    /// `configured`: keys that are in no store.
    package init(
        keys: KeyStore, sessions: WebSessionStore, guesses: GuessLimit,
        configured: ConfiguredKeys = .none
    ) {
        self.keys = keys
        self.sessions = sessions
        self.guesses = guesses
        self.configured = configured
    }

    /// A browser that is signed in.
    package struct Session: Sendable {
        package let key: KeyIdentity
        package let expiresAt: ServerTime
    }

    package enum Outcome: Sendable {
        case opened(SessionText, Session)
        case wrongKey
        case lockedOut(for: Duration)
    }

    package func open(key text: String, from address: String) async throws -> Outcome {
        if let wait = guesses.wait(for: address) { return .lockedOut(for: wait) }
        let session = SessionText.generate()
        guard let given = APIKeyText(text), let opened = try await open(session, with: given)
        else {
            guesses.noteFailure(from: address)
            return .wrongKey
        }
        return .opened(session, opened)
    }

    /// Nil for a key that is not in force.
    private func open(_ session: SessionText, with text: APIKeyText) async throws -> Session? {
        if let key = configured.key(of: text) {
            guard try await isInForce(key, at: keys.now()) else { return nil }
            let end = try await sessions.open(
                digest: session.digest.hex, credential: text.digest.hex, until: key.expiresAt,
                lifetime: Self.lifetime)
            return Session(key: key.identity, expiresAt: end)
        }
        guard let key = try await keys.key(withDigest: text.digest.hex) else { return nil }
        let stored = try await sessions.open(
            digest: session.digest.hex, key: key, lifetime: Self.lifetime)
        return Session(key: KeyIdentity(stored.key), expiresAt: stored.expiresAt)
    }

    private func isInForce(_ key: ConfiguredKey, at now: ServerTime) -> Bool {
        key.expiresAt.map { now < $0 } ?? true
    }

    package func close(_ session: SessionText) async throws {
        try await sessions.close(digest: session.digest.hex)
    }

    /// The session of a cookie's text; nil when it has ended, and when its key stands in the
    /// configuration no more.
    package func session(_ text: String) async throws -> (SessionText, Session)? {
        guard let given = SessionText(text) else { return nil }
        if let stored = try await sessions.session(withDigest: given.digest.hex) {
            return (
                given, Session(key: KeyIdentity(stored.key), expiresAt: stored.expiresAt)
            )
        }
        guard !configured.isEmpty,
            let stored = try await sessions.configured(withDigest: given.digest.hex),
            let key = configured.key(withDigest: stored.credential), isInForce(key, at: stored.now)
        else { return nil }
        return (given, Session(key: key.identity, expiresAt: stored.expiresAt))
    }
}
