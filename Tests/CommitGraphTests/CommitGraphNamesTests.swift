import CommitGraph
import FleetModel
import GitRemote
import TestSupport
import Testing

@Suite struct CommitGraphNamesTests {
    struct Case: Sendable {
        let text: String
        let mark: Int
    }

    @Test(
        arguments: [
            Case(text: "main", mark: 7), Case(text: "HEAD", mark: 7),
            Case(text: "feature/x", mark: 5), Case(text: "refs/heads/feature/x", mark: 5),
            Case(text: "v1.0", mark: 2), Case(text: "light", mark: 3),
            Case(text: "refs/tags/v1.0", mark: 2),
        ])
    func `a branch or tag names its commit`(_ given: Case) async throws {
        let fixture = try await GraphFixture()
        #expect(try await fixture.resolve(given.text) == fixture.hash(given.mark))
    }

    @Test func `a full hash and its beginning name the commit in either case`() async throws {
        let fixture = try await GraphFixture()
        let hash = try fixture.hash(4)
        #expect(try await fixture.resolve(hash.text) == hash)
        #expect(try await fixture.resolve(hash.text.uppercased()) == hash)
        #expect(try await fixture.resolve(String(hash.text.prefix(10))) == hash)
    }

    @Test func `a beginning of fewer than seven digits names nothing`() async throws {
        let fixture = try await GraphFixture()
        let text = String(try fixture.hash(4).text.prefix(6))
        await #expect(throws: CommitGraphFailure.referenceUnknown(text)) {
            try await fixture.resolve(text)
        }
    }

    @Test func `a beginning of several commits is ambiguous, and names them`() async throws {
        var fixture = try await GraphFixture()
        let pair = try await CollidingCommits.add(to: &fixture.remote)
        let text = String(pair[0].text.prefix(7))
        await #expect(
            throws: CommitGraphFailure.prefixAmbiguous(text, candidates: pair.sorted())
        ) {
            try await fixture.resolve(text)
        }
    }

    @Test func `a branch whose name looks like a hash wins over the hash`() async throws {
        let fixture = try await GraphFixture()
        let name = String(try fixture.hash(4).text.prefix(8))
        try await fixture.remote.git(["branch", name, fixture.hash(1).text])
        #expect(try await fixture.resolve(name) == fixture.hash(1))
    }

    @Test(arguments: ["nothing", "deadbeef", String(repeating: "a", count: 40)])
    func `what the remote does not have is unknown`(_ text: String) async throws {
        let fixture = try await GraphFixture()
        await #expect(throws: CommitGraphFailure.referenceUnknown(text)) {
            try await fixture.resolve(text)
        }
    }

    @Test(
        arguments: [
            "", "-x", "--upload-pack=x", "a b", "a..b", "a~1", "a^", "a:b", "a?", "a\nb",
            "a\u{7F}", "@{1}", "@", "/a", "a/", "a//b", "a.lock", ".a", "a/.b", "a.",
            String(repeating: "a", count: 251),
        ])
    func `a text that git could read otherwise is refused`(_ text: String) {
        #expect(throws: CommitGraphFailure.self) { try CommitReference(text) }
    }

    @Test func `a hash that only a forgotten branch had is fetched by itself`() async throws {
        var fixture = try await GraphFixture()
        try await fixture.graph.refresh(fixture.repository)
        try await fixture.remote.add([.init(mark: 20, branch: "gone", parents: [1])])
        try await fixture.remote.git(["branch", "-D", "gone"])
        let hash = try fixture.hash(20)
        #expect(try await fixture.resolve(hash.text) == hash)
    }

    @Test func `a branch pushed with force moves, and its old commits stay known`() async throws {
        var fixture = try await GraphFixture()
        let old = try await fixture.resolve("feature/x")
        try await fixture.remote.add([
            .init(mark: 21, branch: "feature/x", parents: [1], message: "instead")
        ])
        #expect(try await fixture.resolve("feature/x") == fixture.hash(21))
        #expect(try await fixture.graph.contains(old, in: fixture.repository))
    }

    @Test func `a deleted branch is gone after a refresh, and may become a folder`() async throws {
        let fixture = try await GraphFixture()
        try await fixture.remote.git(["branch", "a", fixture.hash(1).text])
        #expect(try await fixture.resolve("a") == fixture.hash(1))
        try await fixture.remote.git(["branch", "-D", "a"])
        try await fixture.remote.git(["branch", "a/b", fixture.hash(2).text])
        #expect(try await fixture.resolve("a/b") == fixture.hash(2))
        await #expect(throws: CommitGraphFailure.referenceUnknown("a")) {
            try await fixture.resolve("a")
        }
    }

    @Test func `references name branches and tags with the commits behind them`() async throws {
        let fixture = try await GraphFixture()
        try await fixture.graph.refresh(fixture.repository)
        let found = try await fixture.graph.references(of: fixture.repository)
        #expect(
            found == [
                .init(kind: .branch, name: "feature/x", commit: try fixture.hash(5)),
                .init(kind: .branch, name: "main", commit: try fixture.hash(7)),
                .init(kind: .tag, name: "light", commit: try fixture.hash(3)),
                .init(kind: .tag, name: "v1.0", commit: try fixture.hash(2)),
            ])
    }

    @Test func `tags of tags are followed, tags of files and trees are left out`() async throws {
        let fixture = try await GraphFixture()
        let remote = fixture.remote
        let file = try await remote.git(["hash-object", "-w", "--stdin"], input: [1]).trimmedLine
        try await remote.git(["tag", "-a", "-m", "x", "outer", "v1.0"])
        try await remote.git(["tag", "-a", "-m", "x", "file", file])
        try await remote.git(["tag", "plainfile", file])
        try await remote.git(["tag", "tree", "main^{tree}"])
        try await fixture.graph.refresh(fixture.repository)
        let found = try await fixture.graph.references(of: fixture.repository)
        #expect(found.map(\.name) == ["feature/x", "main", "light", "outer", "v1.0"])
        #expect(try await fixture.resolve("outer") == fixture.hash(2))
        await #expect(throws: CommitGraphFailure.referenceUnknown("file")) {
            try await fixture.resolve("file")
        }
    }

    @Test func `a repository of SHA-256 is read like any other`() async throws {
        let fixture = try await GraphFixture()
        var remote = try await TestRepository(
            at: fixture.folder.path + "/sha256.git", objectFormat: "sha256")
        try await remote.add([.init(mark: 1), .init(mark: 2, parents: [1])])
        let source = try GraphFixture.source(remote.address, allowing: [.file])
        let found = try await fixture.graph.resolve(try CommitReference("main"), in: source)
        #expect(found.text == remote.hashes[2])
        #expect(found.text.count == 64)
        #expect(try await fixture.graph.position(of: found, in: source) == 2)
    }

    @Test func `the default branch follows the remote's HEAD`() async throws {
        let fixture = try await GraphFixture()
        #expect(try await fixture.graph.defaultBranch(of: fixture.repository) == "main")
        try await fixture.remote.git(["symbolic-ref", "HEAD", "refs/heads/feature/x"])
        try await fixture.graph.refresh(fixture.repository)
        #expect(try await fixture.graph.defaultBranch(of: fixture.repository) == "feature/x")
    }

    @Test func `an empty remote has no references and no default branch`() async throws {
        let fixture = try await GraphFixture()
        let empty = try await TestRepository(at: fixture.folder.path + "/empty.git")
        let source = try GraphFixture.source(empty.address, allowing: [.file])
        #expect(try await fixture.graph.references(of: source).isEmpty)
        #expect(try await fixture.graph.defaultBranch(of: source) == nil)
    }
}

/// Two commits whose hashes begin with the same seven digits, found by trying messages.
enum CollidingCommits {
    static func add(to remote: inout TestRepository) async throws -> [CommitHash] {
        try await remote.add([
            .init(mark: 50, branch: "twin/a", message: "twin 78751"),
            .init(mark: 51, branch: "twin/b", message: "twin 622"),
        ])
        return try [50, 51].map { mark in
            try #require(remote.hashes[mark].flatMap { CommitHash($0) })
        }
    }
}
