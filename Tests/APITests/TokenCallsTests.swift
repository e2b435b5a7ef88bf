import Hummingbird
import HummingbirdTesting
import Identity
import NIOCore
import Testing

@testable import FleetmarkController
@testable import WebSupport

/// Calls with tokens and with keys of the configuration.
@Suite struct TokenCallsTests {
    private struct OneDocument: ProviderDocuments {
        let text: String

        func document(at url: String) async throws -> [UInt8] { Array(text.utf8) }
    }

    private static let key = "pg_test_" + String(repeating: "c0", count: 16)

    private static func with(
        _ tokens: SampleTokens = SampleTokens(),
        _ body: @escaping @Sendable (SampleFleet) async throws -> Void
    ) async throws {
        try await SampleFleet.with(
            configure: { configuration in
                configuration.credentials.setToken(
                    secret: SampleTokens.secret + "\n", issuer: nil, audience: nil)
                configuration.credentials.tokens.documents = OneDocument(text: tokens.keySet)
                try? configuration.credentials.addProvider(
                    "issuer=\(SampleTokens.issuer),jwks_url=\(SampleTokens.issuer)/keys,"
                        + "mapping=system:ci:vault:contributor")
                try? configuration.credentials.add(key: "Viewer:\(key):vault")
            }, body)
    }

    private func get(
        _ fleet: SampleFleet, _ path: String, _ authorization: String
    ) async throws -> Reply {
        try await fleet.fixture.call(
            .get, path, as: .anonymous, headers: [.authorization: authorization])
    }

    @Test func `a token of the secret does what its scopes say`() async throws {
        try await Self.with { fleet in
            let reader = "Token " + SampleTokens.shared(scopes: ["read"])
            #expect(try await get(fleet, "/projects/lantern", reader).status == 200)
            #expect(try await get(fleet, "/projects/vault", reader).reason == "unknown_project")
            #expect(try await get(fleet, "/keys", reader).reason == "scope_missing")
            let me = try await get(fleet, "/me", reader)
            #expect(me["id"].string == "jwt:nightly")
            #expect(me["scopes"].items == ["read"])
            let admin = "Token " + SampleTokens.shared(scopes: ["admin"])
            #expect(try await get(fleet, "/keys", admin).status == 200)
            let over = SampleTokens.shared(scopes: ["read"], ["exp": 1])
            let late = try await get(fleet, "/projects", "Token " + over)
            #expect(late.reason == "credentials_expired")
            #expect(late["message"].string == "JWT token has expired")
            // With `Bearer` it is taken for a key.
            let asKey = try await get(fleet, "/projects", "Bearer " + String(reader.dropFirst(6)))
            #expect(asKey["message"].string == "Invalid API key format")
        }
    }

    @Test func `a token of a provider is mapped, or its user's`() async throws {
        let tokens = SampleTokens()
        try await Self.with(tokens) { fleet in
            let mapped = "Token " + (try tokens.token(subject: "system:ci"))
            #expect(try await get(fleet, "/projects/vault", mapped).status == 200)
            #expect(try await get(fleet, "/me", mapped)["id"].string == "oidc:system:ci")
            let ada = "Token " + (try tokens.token(subject: "ada"))
            #expect(try await get(fleet, "/projects", ada).reason == "token_unmapped")
            let user = try await fleet.fixture.post(
                "/users",
                [
                    "name": "ada",
                    "identities": [["issuer": .string(SampleTokens.issuer), "subject": "ada"]],
                ])
            let id = try user.known("id")
            #expect(try await get(fleet, "/projects/vault", ada).reason == "unknown_project")
            _ = try await fleet.fixture.call(
                .put, "/projects/vault/bindings/user:\(id)", ["role": "viewer"])
            #expect(try await get(fleet, "/projects/vault", ada).status == 200)
            #expect(try await get(fleet, "/me", ada)["user"]["name"].string == "ada")
            _ = try await fleet.fixture.call(
                .patch, "/users/\(id)", ["disabled": true], headers: [.ifMatch: "*"])
            let out = try await get(fleet, "/projects/vault", ada)
            #expect(out.reason == "credentials_invalid")
        }
    }

    @Test func `a key of the configuration is no row, and works like one`() async throws {
        try await Self.with { fleet in
            let held = "Bearer " + Self.key
            #expect(try await get(fleet, "/projects/vault", held).status == 200)
            let id = try #require(try await get(fleet, "/me", held)["id"].string)
            #expect(id.hasPrefix("configured-"))
            let list = try await fleet.fixture.get("/keys")
            #expect(!list.text.contains(id))
            #expect(try await fleet.fixture.call(.delete, "/keys/\(id)").status == 404)
            let log = fleet.fixture.log.lines.map { "\($0)" }.joined()
            #expect(!log.isEmpty)
            #expect(!log.contains(Self.key))
            #expect(!log.contains(SampleTokens.secret))
        }
    }

    /// Ends when the caller has gone.
    private static let endless = ResponseBody { writer in
        while true {
            try await writer.write(ByteBuffer(string: " "))
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    @Test func `a provider's documents are short, prompt and where they were looked for`()
        async throws
    {
        let router = Router()
        router.get("good") { _, _ in "{}" }
        router.get("broken") { _, _ -> String in throw HTTPError(.internalServerError) }
        // Who goes there waits.
        router.get("elsewhere") { _, _ in Response.redirect(to: "/silent") }
        router.get("silent") { _, _ in
            try await Task.sleep(for: .seconds(3))
            return "{}"
        }
        router.get("huge") { _, _ in String(repeating: "x", count: 5_000) }
        router.get("endless") { _, _ in Response(status: .ok, body: Self.endless) }
        try await Application(router: router).test(.live) { client in
            let port = try #require(client.port)
            let documents = HTTPDocuments(timeLimit: .milliseconds(500), maximumBytes: 1_000)
            func failure(_ path: String) async -> HTTPDocuments.Failure? {
                do {
                    _ = try await documents.document(at: "http://127.0.0.1:\(port)/\(path)")
                    return nil
                } catch {
                    return error as? HTTPDocuments.Failure
                }
            }
            #expect(await failure("good") == nil)
            #expect(await failure("broken") == .status(500))
            #expect(await failure("elsewhere") == .redirected)
            #expect(await failure("huge") == .tooLarge)
            #expect(await failure("endless") == .tooLate)
            #expect(await failure("nowhere") == .status(404))
        }
    }
}
