import GitRemote
import Testing

@testable import Workspaces

/// A linear congruential generator (Knuth, MMIX), so that a failure can be repeated.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state
    }
}

@Suite struct SubmoduleEntryTests {
    private func entries(
        path: String = "lib", url: String, parent: String = "https://example.org/a/b.git"
    ) throws -> [SubmoduleEntry] {
        try SubmoduleEntry.entries(
            Array("submodule.lib.path\n\(path)\0submodule.lib.url\n\(url)\0".utf8),
            parent: try RemoteURL(parent, allowing: Set(RemoteURL.Transport.allCases)),
            allowing: [.https, .ssh, .file])
    }

    struct Address: Sendable {
        let url: String
        let parent: String
        let found: String
    }

    @Test(
        arguments: [
            Address(
                url: "../c.git", parent: "https://example.org/a/b.git",
                found: "https://example.org/a/c.git"),
            Address(
                url: "./c.git", parent: "https://example.org/a/b.git",
                found: "https://example.org/a/b.git/c.git"),
            Address(
                url: "../../x/c", parent: "ssh://me@example.org:22/a/b/",
                found: "ssh://me@example.org:22/x/c"),
            Address(
                url: "../c.git", parent: "me@example.org:a/b.git",
                found: "me@example.org:a/c.git"),
            Address(
                url: "https://other.example/c", parent: "https://example.org/a",
                found: "https://other.example/c"),
        ])
    func `an address is absolute or starts at the parent's`(_ given: Address) throws {
        let found = try entries(url: given.url, parent: given.parent)
        #expect(found.map(\.url.text) == [given.found])
    }

    @Test(
        arguments: [
            "file:///etc", "/etc", "ext::sh -c x", "-x", "git://example.org/a",
            "../../../c", "../../..", "../%2e%2e/x", "./../../../../c", "..",
            "http://example.org/a",
        ])
    func `an address that reaches elsewhere is refused`(_ url: String) {
        #expect(throws: WorkspaceFailure.self) { try entries(url: url) }
    }

    @Test(
        arguments: [
            "", "/lib", "../lib", "a/../../lib", "a//b", "a/./b", ".git", "a/.git/b", ".GIT",
            "a/.git ", "a/git~1", "-lib", "a\\b", "a\nb", String(repeating: "a", count: 1025),
        ])
    func `a path that leaves the checkout or means git's folder is refused`(_ path: String) {
        #expect(throws: WorkspaceFailure.self) { try entries(path: path, url: "../c.git") }
    }

    @Test func `any bytes are read without a trap`() {
        var generator = SeededGenerator(state: 20)
        let words = ["submodule.", ".path", ".url", "\n", "\0", ".", "submodule", "\u{FF}"]
        for _ in 0..<200 {
            let text = (0..<20).map { _ in words.randomElement(using: &generator) ?? "" }.joined()
            _ = try? SubmoduleEntry.entries(
                Array(text.utf8), parent: RemoteURL("https://example.org/a"),
                allowing: [.https])
        }
    }
}
