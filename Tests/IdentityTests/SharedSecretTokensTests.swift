import FleetModel
import Testing

@testable import Identity

/// Tokens of a shared secret, by the table of perfgate-api §3.5.
@Suite struct SharedSecretTokensTests {
    private static let secret = "a secret of at least thirty-two bytes"
    private static let now = ServerTime(microseconds: 1_000_000_000_000_000)
    private static let later: ClaimValue = 1_000_000_600

    private static let claims: [String: ClaimValue] = [
        "sub": "nightly", "project_id": "api", "scopes": ["read", "write"], "exp": later,
    ]

    struct Case: Sendable, CustomStringConvertible {
        let description: String
        var claims: [String: ClaimValue] = [:]
        var without: String?
        var issuer: String?
        var audience: String?
        /// Nil: it lets in.
        let refusal: TokenRefusal?
    }

    private static let cases = [
        Case(description: "as it should be", refusal: nil),
        Case(
            description: "no subject", without: "sub",
            refusal: .invalid("the claim sub is missing or no text")),
        Case(
            description: "no project", without: "project_id",
            refusal: .invalid("the claim project_id is missing or no text")),
        Case(
            description: "no scopes", without: "scopes",
            refusal: .invalid("the claim scopes is missing or no list of texts")),
        Case(
            description: "an unknown scope", claims: ["scopes": ["read", "fly"]],
            refusal: .invalid("the claim scopes has a word that is no scope")),
        Case(
            description: "no end", without: "exp",
            refusal: .invalid("the claim exp is missing or no number")),
        Case(
            description: "an end that is no number", claims: ["exp": "soon"],
            refusal: .invalid("the claim exp is missing or no number")),
        Case(description: "ended within the leeway", claims: ["exp": 999_999_941], refusal: nil),
        Case(description: "ended", claims: ["exp": 999_999_939], refusal: .expired),
        Case(description: "not yet begun", claims: ["nbf": 2_000_000_000], refusal: nil),
        Case(description: "any issuer", claims: ["iss": "x"], refusal: nil),
        Case(description: "no issuer where one is wanted", issuer: "ours", refusal: nil),
        Case(description: "our issuer", claims: ["iss": "ours"], issuer: "ours", refusal: nil),
        Case(
            description: "another issuer", claims: ["iss": "theirs"], issuer: "ours",
            refusal: .invalid("the issuer is another")),
        Case(
            description: "an audience where none is configured", claims: ["aud": "fleet"],
            refusal: .invalid("no audience is configured, and it has one")),
        Case(
            description: "our audience", claims: ["aud": "fleet"], audience: "fleet", refusal: nil),
        Case(description: "no audience where one is wanted", audience: "fleet", refusal: nil),
        Case(
            description: "another audience", claims: ["aud": "other"], audience: "fleet",
            refusal: .invalid("the audience is another")),
        Case(
            description: "a list of audiences", claims: ["aud": ["fleet"]], audience: "fleet",
            refusal: .invalid("the claim aud is no text")),
    ]

    private func verifier(issuer: String? = nil, audience: String? = nil) async throws
        -> TokenVerifier
    {
        TokenVerifier(
            shared: try await SharedSecretTokens(
                secret: Secret(Self.secret), issuer: issuer, audience: audience),
            providers: [], documents: FakeProvider(), now: { Self.now })
    }

    private func refusal(_ token: String, by verifier: TokenVerifier) async -> TokenRefusal? {
        do {
            _ = try await verifier.outcome(of: token)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: cases) func `each claim is held to its rule`(_ given: Case) async throws {
        var claims = Self.claims.merging(given.claims) { $1 }
        if let name = given.without { claims[name] = nil }
        let token = try await TokenSigner(secret: Self.secret).token(claims)
        let verifier = try await verifier(issuer: given.issuer, audience: given.audience)
        #expect(await refusal(token, by: verifier) == given.refusal)
    }

    @Test func `the scopes and the project are the token's`() async throws {
        let token = try await TokenSigner(secret: Self.secret).token(
            Self.claims.merging(["scopes": ["delete", "operate"]]) { $1 })
        let found = try await verifier().outcome(of: token).identity
        #expect(found.id == "jwt:nightly")
        #expect(found.scopes == [.delete, .operate])
        #expect(found.project == "api")
        #expect(found.benchmarks == nil)
    }

    @Test func `another secret, another algorithm and no token at all are refused`() async throws {
        let verifier = try await verifier()
        let other = try await TokenSigner(secret: Self.secret + "!").token(Self.claims)
        #expect(await refusal(other, by: verifier) == .invalid("the signature does not fit"))
        let signed = try await TokenSigner(ecdsa: "k").token(Self.claims)
        #expect(await refusal(signed, by: verifier) == .invalid("its algorithm is not taken here"))
        // {"alg":"none"}
        let unsigned = "eyJhbGciOiJub25lIn0." + other.split(separator: ".")[1] + "."
        #expect(
            await refusal(unsigned, by: verifier) == .invalid("its algorithm is not taken here"))
        for text in ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "ü.ü.ü"] {
            #expect(await refusal(text, by: verifier) == .invalid("it is no signed token"))
        }
        let long = String(repeating: "a", count: 20_000)
        #expect(
            await refusal(long, by: verifier) == .invalid("it is longer than 16384 bytes"))
    }

    @Test func `a changed claim breaks the signature`() async throws {
        let token = try await TokenSigner(secret: Self.secret).token(Self.claims)
        let more = try await TokenSigner(secret: "x" + Self.secret).token(
            Self.claims.merging(["scopes": ["admin"]]) { $1 })
        let parts = token.split(separator: ".")
        let forged = "\(parts[0]).\(more.split(separator: ".")[1]).\(parts[2])"
        #expect(
            await refusal(forged, by: try await verifier())
                == .invalid("the signature does not fit"))
    }

    @Test func `a short secret is refused at the start`() async {
        await #expect(throws: SharedSecretTokens.Fault.self) {
            _ = try await SharedSecretTokens(secret: Secret(String(repeating: "s", count: 31)))
        }
    }

    @Test func `without secret and provider nothing is a token`() async {
        let verifier = TokenVerifier(
            shared: nil, providers: [], documents: FakeProvider(), now: { Self.now })
        #expect(await refusal("a.b.c", by: verifier) == .unconfigured)
    }
}
