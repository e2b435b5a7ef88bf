import FleetModel
import Storage
import TestSupport
import Testing

/// Browsers that are signed in: as long as they and their key are.
@Suite struct WebSessionTests {
    private static func key(until end: ServerTime? = nil) -> KeyStore.Key {
        KeyStore.Key(
            id: QueueFixture.fresh(), name: "reader", prefix: "pg_live_ab", role: "viewer",
            project: nil, expiresAt: end)
    }

    @Test(arguments: TestBackend.available)
    func `a session is its key's until it is closed`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let sessions = WebSessionStore(fixture.database)
            let key = try await KeyStore(fixture.database).create(
                Self.key(), digest: "of the key")
            let opened = try await sessions.open(
                digest: "cookie", key: key, lifetime: .seconds(60))
            #expect(try await sessions.session(withDigest: "cookie") == opened)
            #expect(try await sessions.session(withDigest: "other") == nil)
            try await sessions.close(digest: "cookie")
            #expect(try await sessions.session(withDigest: "cookie") == nil)
            // Closing again is no error.
            try await sessions.close(digest: "cookie")
        }
    }

    @Test(arguments: TestBackend.available)
    func `a session ends by itself, and no later than its key`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let sessions = WebSessionStore(fixture.database)
            let keys = KeyStore(fixture.database)
            let lasting = Self.key()
            try await keys.create(lasting, digest: "lasting")
            _ = try await sessions.open(digest: "past", key: lasting, lifetime: .seconds(-1))
            #expect(try await sessions.session(withDigest: "past") == nil)
            let soon = ServerTime(microseconds: wallMicroseconds()) + .seconds(30)
            let short = Self.key(until: soon)
            try await keys.create(short, digest: "short")
            let opened = try await sessions.open(
                digest: "short", key: short, lifetime: .seconds(3600))
            #expect(opened.expiresAt == soon)
            let over = Self.key(until: ServerTime(microseconds: 1))
            try await keys.create(over, digest: "over")
            _ = try await sessions.open(digest: "over", key: over, lifetime: .seconds(60))
            #expect(try await sessions.session(withDigest: "over") == nil)
        }
    }
}
