import FleetModel
import Testing

@testable import Identity

/// Tokens of providers, and providers that misbehave. Source: perfgate-api §3.6.
@Suite struct ProviderTokensTests {
    private static let now = ServerTime(microseconds: 1_000_000_000_000_000)

    private static let claims: [String: ClaimValue] = [
        "iss": .text(FakeProvider.issuer), "sub": "repo:x", "aud": "perfgate",
        "exp": 1_000_000_600, "repository": "org/repo",
    ]

    private func verifier(
        _ documents: FakeProvider, _ providers: [TokenProvider]? = nil
    ) throws -> TokenVerifier {
        TokenVerifier(
            shared: nil, providers: try providers ?? [Self.provider()], documents: documents,
            now: { Self.now }, clock: { documents.now })
    }

    private static func provider(
        keySetURL: String? = FakeProvider.keySet, audience: String = "perfgate",
        _ mapping: String = "org/repo:api:contributor"
    ) throws -> TokenProvider {
        try TokenProvider(
            issuer: FakeProvider.issuer, keySetURL: keySetURL, audience: audience,
            claim: "repository", mappings: [try .init(mapping)])
    }

    private func refusal(_ token: String, by verifier: TokenVerifier) async -> TokenRefusal? {
        do {
            _ = try await verifier.outcome(of: token)
            return nil
        } catch {
            return error
        }
    }

    @Test func `keys of both kinds let in`() async throws {
        let documents = FakeProvider()
        let signers = [try await TokenSigner(rsa: "r"), try await TokenSigner(ecdsa: "e")]
        documents.publish(TokenSigner.set(signers[0], signers[1]))
        let verifier = try verifier(documents)
        for signer in signers {
            let found = try await verifier.outcome(of: try await signer.token(Self.claims))
            #expect(found.identity.id == "oidc:repo:x")
            #expect(found.identity.project == "api")
            #expect(found.identity.scopes == Role.contributor.scopes)
            #expect(found.isMapped)
        }
        #expect(documents.asked == [FakeProvider.keySet])
    }

    struct Case: Sendable, CustomStringConvertible {
        let description: String
        var claims: [String: ClaimValue] = [:]
        var without: String?
        let refusal: TokenRefusal?
    }

    private static let cases = [
        Case(
            description: "another issuer", claims: ["iss": "https://else"],
            refusal: .invalid("its issuer is none that is configured")),
        Case(
            description: "no issuer", without: "iss",
            refusal: .invalid("the claim iss is missing or no text")),
        Case(
            description: "another audience", claims: ["aud": "other"],
            refusal: .invalid("the audience is another")),
        Case(
            description: "no audience", without: "aud",
            refusal: .invalid("the audience is another")),
        Case(
            description: "one of several audiences", claims: ["aud": ["x", "perfgate"]],
            refusal: nil),
        Case(description: "ended within the leeway", claims: ["exp": 999_999_941], refusal: nil),
        Case(description: "ended", claims: ["exp": 999_999_939], refusal: .expired),
        Case(
            description: "no end", without: "exp",
            refusal: .invalid("the claim exp is missing or no number")),
        Case(
            description: "no subject", without: "sub",
            refusal: .invalid("the claim sub is missing or no text")),
        Case(
            description: "no identity", without: "repository",
            refusal: .invalid("the claim repository is missing or no text")),
        Case(
            description: "an identity that is a list", claims: ["repository": ["org/repo"]],
            refusal: .invalid("the claim repository is missing or no text")),
    ]

    @Test(arguments: cases) func `each claim is held to its rule`(_ given: Case) async throws {
        var claims = Self.claims.merging(given.claims) { $1 }
        if let name = given.without { claims[name] = nil }
        let documents = FakeProvider()
        let signer = try await TokenSigner(ecdsa: "e")
        documents.publish(TokenSigner.set(signer))
        let token = try await signer.token(claims)
        #expect(await refusal(token, by: try verifier(documents)) == given.refusal)
    }

    @Test func `who is not mapped is told apart`() async throws {
        let documents = FakeProvider()
        let signer = try await TokenSigner(ecdsa: "e")
        documents.publish(TokenSigner.set(signer))
        let token = try await signer.token(
            Self.claims.merging(["repository": "org/fork"]) { $1 })
        let found = try await verifier(documents).outcome(of: token)
        #expect(!found.isMapped)
        #expect(found.identity.scopes.isEmpty)
        let second = try verifier(
            documents, [try Self.provider(), try Self.provider("org/fork:web:viewer")])
        #expect(try await second.outcome(of: token).identity.project == "web")
    }

    @Test func `a token that is signed by somebody else under a known name is refused`()
        async throws
    {
        let documents = FakeProvider()
        documents.publish(TokenSigner.set(try await TokenSigner(ecdsa: "e")))
        let verifier = try verifier(documents)
        let forged = try await TokenSigner(ecdsa: "mine").token(Self.claims, id: "e")
        #expect(await refusal(forged, by: verifier) == .invalid("the signature does not fit"))
        let otherKind = try await TokenSigner(rsa: "mine").token(Self.claims, id: "e")
        #expect(
            await refusal(otherKind, by: verifier)
                == .invalid("its algorithm is not that of its key"))
    }

    @Test func `a rotated key is found, and a made-up one is not asked for again and again`()
        async throws
    {
        let documents = FakeProvider()
        let (old, new) = (try await TokenSigner(ecdsa: "old"), try await TokenSigner(ecdsa: "new"))
        documents.publish(TokenSigner.set(old))
        let verifier = try verifier(documents)
        #expect(await refusal(try await old.token(Self.claims), by: verifier) == nil)
        documents.publish(TokenSigner.set(new))
        let token = try await new.token(Self.claims)
        let unknown = TokenRefusal.invalid("its key is none of its issuer's")
        #expect(await refusal(token, by: verifier) == unknown)
        #expect(documents.asked.count == 1)
        documents.advance(.seconds(61))
        #expect(await refusal(token, by: verifier) == nil)
        #expect(await refusal(try await old.token(Self.claims), by: verifier) == unknown)
        for _ in 0..<50 {
            let madeUp = try await old.token(Self.claims, id: "made up")
            #expect(await refusal(madeUp, by: verifier) == unknown)
        }
        #expect(documents.asked.count == 2)
    }

    @Test func `keys are read again after an hour, and hold a day where that fails`() async throws {
        let documents = FakeProvider()
        let signer = try await TokenSigner(ecdsa: "e")
        documents.publish(TokenSigner.set(signer))
        let verifier = try verifier(documents)
        let token = try await signer.token(Self.claims)
        #expect(await refusal(token, by: verifier) == nil)
        documents.setDown(true)
        documents.advance(.seconds(3601))
        #expect(await refusal(token, by: verifier) == nil)
        #expect(documents.asked.count == 2)
        documents.advance(.seconds(24 * 3600))
        #expect(
            await refusal(token, by: verifier)
                == .providerUnavailable(issuer: FakeProvider.issuer))
        documents.setDown(false)
        documents.advance(.seconds(61))
        #expect(await refusal(token, by: verifier) == nil)
    }

    @Test func `a provider that is away at first is asked again later`() async throws {
        let documents = FakeProvider()
        let signer = try await TokenSigner(ecdsa: "e")
        let verifier = try verifier(documents)
        let token = try await signer.token(Self.claims)
        let away = TokenRefusal.providerUnavailable(issuer: FakeProvider.issuer)
        for _ in 0..<5 { #expect(await refusal(token, by: verifier) == away) }
        #expect(documents.asked.count == 1)
        documents.publish(TokenSigner.set(signer))
        documents.advance(.seconds(61))
        #expect(await refusal(token, by: verifier) == nil)
    }

    @Test func `many calls at once ask once`() async throws {
        let documents = FakeProvider()
        let signer = try await TokenSigner(ecdsa: "e")
        documents.publish(TokenSigner.set(signer))
        let verifier = try verifier(documents)
        let token = try await signer.token(Self.claims)
        await withTaskGroup(of: TokenRefusal?.self) { group in
            for _ in 0..<20 { group.addTask { await refusal(token, by: verifier) } }
            for await found in group { #expect(found == nil) }
        }
        #expect(documents.asked.count == 1)
    }

    @Test(arguments: [
        "", "[]", "{}", "{\"keys\":7}", "{\"keys\":[7,null,{}]}",
        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"e\",\"k\":\"AAAA\"}]}",
        "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"e\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"e\",\"x\":\"AA\",\"y\":\"AA\"}]}",
        "<html>sign in</html>",
    ])
    func `a key set that is none lets nobody in`(_ document: String) async throws {
        let documents = FakeProvider()
        documents.publish(Array(document.utf8))
        let token = try await TokenSigner(ecdsa: "e").token(Self.claims)
        #expect(await refusal(token, by: try verifier(documents)) != nil)
    }

    @Test func `one strange key does not shut out the others`() async throws {
        let documents = FakeProvider()
        let signer = try await TokenSigner(ecdsa: "e")
        documents.publish(
            Array(
                """
                {"keys":[{"kty":"future","kid":"f"},{"kty":"OKP","crv":"Ed25519","kid":"o",
                "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},\(signer.published)]}
                """.utf8))
        let token = try await signer.token(Self.claims)
        #expect(await refusal(token, by: try verifier(documents)) == nil)
    }

    @Test func `a key that is published for another algorithm is not taken`() async throws {
        let documents = FakeProvider()
        let signer = try await TokenSigner(rsa: "r")
        let other = signer.published.replacing("\"use\"", with: "\"alg\":\"RS512\",\"use\"")
        documents.publish(Array("{\"keys\":[\(other)]}".utf8))
        let token = try await signer.token(Self.claims)
        #expect(
            await refusal(token, by: try verifier(documents))
                == .invalid("its key is none of its issuer's"))
    }

    @Test func `the discovery document leads to the keys`() async throws {
        let documents = FakeProvider()
        let signer = try await TokenSigner(ecdsa: "e")
        let discovery = FakeProvider.issuer + "/.well-known/openid-configuration"
        documents.publish(TokenSigner.set(signer))
        let verifier = try verifier(documents, [try Self.provider(keySetURL: nil)])
        let token = try await signer.token(Self.claims)
        for refused in [
            #"{"issuer":"https://else","jwks_uri":"\#(FakeProvider.keySet)"}"#,
            #"{"issuer":"\#(FakeProvider.issuer)","jwks_uri":"http://id.example.org/keys"}"#,
            "{}",
        ] {
            documents.publish(Array(refused.utf8), at: discovery)
            #expect(
                await refusal(token, by: verifier)
                    == .providerUnavailable(issuer: FakeProvider.issuer))
            documents.advance(.seconds(61))
        }
        documents.publish(
            Array(
                #"{"issuer":"\#(FakeProvider.issuer)","jwks_uri":"\#(FakeProvider.keySet)"}"#.utf8),
            at: discovery)
        #expect(await refusal(token, by: verifier) == nil)
        #expect(documents.asked.suffix(2) == [discovery, FakeProvider.keySet])
    }
}
