import FleetModel
import HTTPTypes
import Hummingbird
import Identity
import Storage
import Testing

@testable import FleetmarkController
@testable import WebSupport

/// A key of the configuration opens a browser's session like a stored one.
@Suite struct ConfiguredSignInTests {
    private static let key = "pg_test_" + String(repeating: "7a", count: 16)

    private static func cookie(_ reply: Reply) -> String {
        let text = reply.headers[.setCookie] ?? ""
        return String(text.prefix { $0 != ";" })
    }

    private static func read(_ fixture: APIFixture, _ cookie: String) async throws -> Reply {
        try await fixture.call(.get, "/session", as: .anonymous, headers: [.cookie: cookie])
    }

    @Test func `it opens a session, until somebody signs out`() async throws {
        try await APIFixture.with(configure: { configuration in
            try? configuration.credentials.add(key: "contributor:\(Self.key):demo")
        }) { fixture in
            let opened = try await fixture.post(
                "/sessions", as: .anonymous, ["key": .string(Self.key)])
            #expect(opened.status == 201, "\(opened.text)")
            #expect(opened["key"]["id"].string?.hasPrefix("configured-") == true)
            #expect(opened["key"]["project"].string == "demo")
            let cookie = Self.cookie(opened)
            let read = try await Self.read(fixture, cookie)
            #expect(read.status == 200, "\(read.text)")
            #expect(read["scopes"].items.map(\.string) == ["read", "write"])
            let token = try #require(read["csrf_token"].string)
            var headers = HTTPFields()
            headers[.cookie] = cookie
            let refused = try await fixture.call(
                .delete, "/session", as: .anonymous, headers: headers)
            #expect(refused.reason == "csrf_failed")
            headers[HeaderName.formToken] = token
            let closed = try await fixture.call(
                .delete, "/session", as: .anonymous, headers: headers)
            #expect(closed.status == 204)
            #expect(try await Self.read(fixture, cookie).reason == "session_expired")
        }
    }

    @Test func `it ends with the key, and a key that has ended opens none`() async throws {
        try await APIFixture.with(configure: { configuration in
            try? configuration.credentials.add(key: "viewer:\(Self.key):demo")
        }) { fixture in
            let opened = try await fixture.post(
                "/sessions", as: .anonymous, ["key": .string(Self.key)])
            let cookie = Self.cookie(opened)
            #expect(try await Self.read(fixture, cookie).status == 200)
            let signIn = SignIn(
                keys: KeyStore(fixture.database), sessions: WebSessionStore(fixture.database),
                guesses: GuessLimit())
            let text = String(cookie.drop { $0 != "=" }.dropFirst())
            #expect(try await signIn.session(text) == nil)
            let ended = try ConfiguredKey(
                role: "viewer", key: Self.key, project: "demo",
                expiresAt: fixture.clock.now + .seconds(-1))
            let late = SignIn(
                keys: KeyStore(fixture.database), sessions: WebSessionStore(fixture.database),
                guesses: GuessLimit(), configured: ConfiguredKeys([ended]))
            #expect(try await late.session(text) == nil)
            guard case .wrongKey = try await late.open(key: Self.key, from: "a") else {
                Issue.record("a key that has ended opened a session")
                return
            }
        }
    }
}
