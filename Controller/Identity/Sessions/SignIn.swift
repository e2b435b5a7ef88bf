package import Storage

/// Turns a key into a session, unless the address has tried too many wrong ones.
package struct SignIn: Sendable {
    package static let lifetime = Duration.seconds(7 * 24 * 3600)

    let keys: KeyStore
    let sessions: WebSessionStore
    let guesses: GuessLimit

    package init(keys: KeyStore, sessions: WebSessionStore, guesses: GuessLimit) {
        self.keys = keys
        self.sessions = sessions
        self.guesses = guesses
    }

    package enum Outcome: Sendable {
        case opened(SessionText, WebSessionStore.Session)
        case wrongKey
        case lockedOut(for: Duration)
    }

    package func open(key text: String, from address: String) async throws -> Outcome {
        if let wait = guesses.wait(for: address) { return .lockedOut(for: wait) }
        guard let given = APIKeyText(text),
            let key = try await keys.key(withDigest: given.digest.hex)
        else {
            guesses.noteFailure(from: address)
            return .wrongKey
        }
        let session = SessionText.generate()
        let stored = try await sessions.open(
            digest: session.digest.hex, key: key, lifetime: Self.lifetime)
        return .opened(session, stored)
    }

    package func close(_ session: SessionText) async throws {
        try await sessions.close(digest: session.digest.hex)
    }

    /// The session of a cookie's text; nil when it has ended.
    package func session(_ text: String) async throws -> (SessionText, WebSessionStore.Session)? {
        guard let given = SessionText(text),
            let stored = try await sessions.session(withDigest: given.digest.hex)
        else { return nil }
        return (given, stored)
    }
}
