import FleetmarkController
import Hummingbird
import Testing

@testable import WebSupport

/// Signing in through a proxy, which gives every call its own address and perhaps its own host.
@Suite struct ProxyTests {
    private static func signIn(
        _ fixture: APIFixture, _ key: String, from headers: [String: String]
    ) async throws -> Reply {
        try await fixture.call(
            .post, "/sessions", as: .anonymous, ["key": .string(key)],
            headers: HTTPFields(named: headers))
    }

    /// A wrong key from a client behind the proxy; what it claims itself stands first.
    private static func guess(_ fixture: APIFixture, for client: String) async throws -> Int {
        try await signIn(
            fixture, "pg_test_" + String(repeating: "9", count: 32),
            from: ["X-Forwarded-For": "198.51.100.7, \(client)"]
        ).status
    }

    @Test func `a client that guesses locks itself out and nobody else`() async throws {
        try await APIFixture.with(configure: {
            $0.publicListener.trustedProxies = ["unix"]
            $0.publicListener.wrongKeysPerMinute = ControllerConfiguration.usualWrongKeys
        }) { fixture in
            var last = 0
            for _ in 0..<12 { last = try await Self.guess(fixture, for: "192.0.2.1") }
            #expect(last == 429)
            #expect(try await Self.guess(fixture, for: "192.0.2.2") == 401)
        }
    }

    @Test func `nobody is believed who is no trusted proxy`() async throws {
        try await APIFixture.with(configure: {
            $0.publicListener.wrongKeysPerMinute = ControllerConfiguration.usualWrongKeys
        }) { fixture in
            var last = 0
            for number in 0..<12 {
                last = try await Self.guess(fixture, for: "192.0.2.\(number)")
            }
            #expect(last == 429)
        }
    }

    @Test func `the public address is this site, whatever host the proxy gives the call`()
        async throws
    {
        try await APIFixture.with(configure: {
            $0.publicListener.url = "https://fleet.example.org"
        }) { fixture in
            let key = SampleCaller.admin.keyText ?? ""
            for (origin, status) in [
                ("https://fleet.example.org", 201), ("https://other.example.org", 403),
                ("https://fleet.example.org.other.example", 403), ("null", 403),
            ] {
                let reply = try await Self.signIn(fixture, key, from: ["Origin": origin])
                #expect(reply.status == status, "\(origin)")
            }
        }
    }

    @Test(arguments: [
        ("203.0.113.9", "203.0.113.9"), ("10.0.0.1, 2001:db8::7", "2001:db8::7"),
        ("203.0.113.9, nonsense", "192.0.2.1"), ("", "192.0.2.1"),
    ])
    func `the last address counts, and only an address`(_ header: String, _ address: String) {
        let peer = Peer(address: "192.0.2.1", certificate: nil)
        let headers = HTTPFields(named: ["X-Forwarded-For": header])
        #expect(peer.forwarded(headers).address == address)
    }
}
