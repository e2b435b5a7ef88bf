import Testing

@testable import Identity

@Suite struct TokenProviderTests {
    @Test func `GitHub and GitLab have their places`() throws {
        let gitHub = try TokenProvider.gitHub(["org/repo:api:Contributor"])
        #expect(gitHub.issuer == "https://token.actions.githubusercontent.com")
        #expect(
            gitHub.keySetURL == "https://token.actions.githubusercontent.com/.well-known/jwks")
        #expect(gitHub.claim == "repository")
        #expect(gitHub.audience == "perfgate")
        #expect(gitHub.mapping(of: "org/repo")?.role == .contributor)
        #expect(gitHub.mapping(of: "org/other") == nil)
        let gitLab = try TokenProvider.gitLab(
            ["group/sub/thing:api:viewer"], audience: "us", issuer: "https://git.example.org/")
        #expect(gitLab.issuer == "https://git.example.org")
        #expect(gitLab.keySetURL == "https://git.example.org/-/jwks")
        #expect(gitLab.claim == "project_path")
        #expect(gitLab.audience == "us")
    }

    @Test func `a custom provider has all its fields`() throws {
        let provider = try TokenProvider(
            flag: "issuer=https://id,jwks_url=https://id/keys,audience=a,claim=group,"
                + "mapping=system:ci:api:promoter;other:web:viewer")
        #expect(provider.keySetURL == "https://id/keys")
        #expect(provider.claim == "group")
        #expect(provider.mapping(of: "system:ci")?.project == "api")
        #expect(provider.mapping(of: "other")?.role == .viewer)
        let short = try TokenProvider(flag: "issuer=https://id,mapping=s:p:admin")
        #expect(short.keySetURL == nil)
        #expect(short.claim == "sub")
        #expect(short.audience == "perfgate")
    }

    @Test(arguments: [
        "", "issuer=https://id", "mapping=a:b:viewer", "issuer=https://id,mapping=a:b",
        "issuer=https://id,mapping=a:b:owner", "issuer=https://id,mapping=:b:viewer",
        "issuer=https://id,mapping=a::viewer", "issuer=https://id,mapping=",
        "issuer=http://id,mapping=a:b:viewer", "issuer=id,mapping=a:b:viewer",
        "issuer=https://id,jwks_url=http://id/keys,mapping=a:b:viewer",
        "issuer=https://id,secret=x,mapping=a:b:viewer",
        "issuer=https://id,issuer=https://id,mapping=a:b:viewer",
        "issuer=https://id,audience=,mapping=a:b:viewer",
    ])
    func `a provider that cannot be is refused`(_ flag: String) {
        #expect(throws: TokenProvider.Fault.self) { try TokenProvider(flag: flag) }
    }

    @Test(arguments: [
        ("https://id", true), ("https://", false), ("http://127.0.0.1:8080/x", true),
        ("http://localhost", true), ("http://[::1]:80/", true),
        ("http://127.0.0.1.example.org", false), ("http://localhost:1@example.org", false),
        ("http://localhost.example.org/", false), ("http://example.org/127.0.0.1", false),
        ("ftp://id", false),
    ])
    func `keys are read over TLS, or from this machine`(_ url: String, _ isGood: Bool) {
        #expect(TokenProvider.isTrustworthy(url) == isGood)
    }
}
