import GitRemote
import Testing

@Suite struct RemoteURLTests {
    struct Good: Sendable {
        let text: String
        let transport: RemoteURL.Transport
        let host: String?
        let path: String
    }

    @Test(
        arguments: [
            Good(
                text: "https://example.org/a/b.git", transport: .https, host: "example.org",
                path: "/a/b.git"),
            Good(
                text: "https://me@example.org:8443/a", transport: .https, host: "example.org",
                path: "/a"),
            Good(text: "https://[::1]:8443/a", transport: .https, host: "[::1]", path: "/a"),
            Good(
                text: "ssh://git@example.org:22/~me/a", transport: .ssh, host: "example.org",
                path: "/~me/a"),
            Good(
                text: "git@example.org:a/b.git", transport: .ssh, host: "example.org",
                path: "a/b.git"),
            Good(
                text: "git://example.org/a", transport: .git, host: "example.org", path: "/a"),
            Good(text: "file:///srv/a.git", transport: .file, host: nil, path: "/srv/a.git"),
            Good(
                text: "https://example.org/a%20b", transport: .https, host: "example.org",
                path: "/a%20b"),
        ])
    func `an address is read into its parts`(_ given: Good) throws {
        let url = try RemoteURL(given.text, allowing: Set(RemoteURL.Transport.allCases))
        #expect(url.transport == given.transport)
        #expect(url.host == given.host)
        #expect(url.path == given.path)
        #expect(url.text == given.text)
    }

    @Test(
        arguments: [
            "", "-uexample", "--upload-pack=x", "ext::sh -c x", "ext::sh", "fd::17",
            "https::x", "/srv/a.git", "a.git", "../a", "file://host/a", "file://a",
            "file:///a/../b", "file:///a%2fb", "https://", "https:///a", "https://example.org",
            "https://example.org/", "https://-oProxyCommand=x/a", "ssh://-oProxyCommand=x/a",
            "-oProxyCommand=x:a", "me@-oProxyCommand=x:a", "ssh://%2doProxy/a",
            "host:-oProxyCommand", "https://me:word@example.org/a", "ssh://me:word@h/a",
            "https://example.org:0/a", "https://example.org:99999/a", "https://example.org:x/a",
            "https://exa mple.org/a", "https://example.org/a\nb", "https://example.org/a\u{0}b",
            "https://example.org/%0ab", "https://example.org/%2e%2e/b",
            "https://example.org/%zz", "https://example.org/a/../b", "ftp://example.org/a",
            "https://example.org/a?b=c", "https://example.org/a#b", "https://[::1/a",
            "https://[x]/a", "ssh://host\\x/a", "file:///a\"b",
            "https://example.org/" + String(repeating: "a", count: 2048),
        ])
    func `an address that git could read otherwise is refused`(_ text: String) {
        #expect(throws: RemoteURLFailure.self) {
            try RemoteURL(text, allowing: Set(RemoteURL.Transport.allCases))
        }
    }

    @Test(arguments: ["http://example.org/a", "git://example.org/a", "file:///a"])
    func `without a setting only https and ssh are allowed`(_ text: String) {
        #expect(throws: RemoteURLFailure.self) { try RemoteURL(text) }
    }

    @Test func `a credential is bound to scheme, host and port`() throws {
        #expect(
            try RemoteURL("https://me@example.org:8443/a").origin == "https://example.org:8443/")
        #expect(try RemoteURL("git@example.org:a").origin == nil)
    }
}
