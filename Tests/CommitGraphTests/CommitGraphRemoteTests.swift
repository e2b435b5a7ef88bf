import CommitGraph
import FleetModel
import FoundationEssentials
import GitRemote
import Glibc
import TestSupport
import Testing

@Suite struct CommitGraphRemoteTests {
    private static let all = Set(RemoteURL.Transport.allCases)

    private func graph(
        _ folder: TestFolder, transports: Set<RemoteURL.Transport> = all,
        patience: Duration = .seconds(20), searchPath: String = "/usr/bin:/bin"
    ) -> CommitGraph {
        CommitGraph(
            settings: CommitGraphSettings(
                root: folder.path + "/mirrors", transports: transports, patience: patience,
                searchPath: searchPath))
    }

    private func failure(
        _ graph: CommitGraph, _ source: RepositorySource
    ) async -> CommitGraphFailure? {
        do throws(CommitGraphFailure) {
            try await graph.refresh(source)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a machine without git says so`() async throws {
        let folder = try TestFolder()
        let source = try GraphFixture.source("file:///x.git", allowing: Self.all)
        let found = await failure(graph(folder, searchPath: "/nonexistent"), source)
        guard case .gitFailed(let operation, _) = found else {
            Issue.record("\(String(describing: found))")
            return
        }
        #expect(operation == "ls-remote")
    }

    @Test(arguments: ["https://127.0.0.1:1/x.git", "git://127.0.0.1:1/x.git"])
    func `a closed port is unreachable`(_ address: String) async throws {
        let folder = try TestFolder()
        let source = try GraphFixture.source(address, allowing: Self.all)
        let found = await failure(graph(folder), source)
        #expect(found?.apiReason == "remote_unreachable")
    }

    @Test func `a folder that does not exist is unreachable`() async throws {
        let folder = try TestFolder()
        let source = try GraphFixture.source(
            "file://\(folder.path)/none.git", allowing: Self.all)
        let found = await failure(graph(folder), source)
        #expect(found?.apiReason == "remote_unreachable")
        let mirrors = try FileManager.default.contentsOfDirectory(
            atPath: folder.path + "/mirrors")
        #expect(!mirrors.contains { $0.hasSuffix(".git") })
    }

    @Test func `a remote that never answers runs into the time limit`() async throws {
        let folder = try TestFolder()
        let listener = try LoopbackListener()
        let source = try GraphFixture.source(
            "git://127.0.0.1:\(listener.port)/x.git", allowing: Self.all)
        let graph = graph(folder, patience: .milliseconds(300))
        #expect(await failure(graph, source) == .remoteTimeout(.milliseconds(300)))
        await graph.close()
        #expect(await failure(graph, source) == .cancelled)
    }

    @Test func `a refused credential is told apart, and the token stays secret`() async throws {
        let folder = try TestFolder()
        let listener = try LoopbackListener(
            answer: "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
                + "Content-Length: 0\r\nConnection: close\r\n\r\n")
        let credential = try #require(GitCredential(token: "secret-token-1"))
        let source = try GraphFixture.source(
            "http://127.0.0.1:\(listener.port)/x.git", allowing: Self.all,
            credential: credential)
        let found = try #require(await failure(graph(folder), source))
        #expect(found.apiReason == "remote_auth_failed")
        #expect(!"\(found)\(credential)\(source)".contains("secret-token-1"))
        let header = "Authorization: Basic eC1hY2Nlc3MtdG9rZW46c2VjcmV0LXRva2VuLTE="
        #expect(listener.heard.first?.contains(header) == true)
    }

    @Test func `the address and the credential are not written into the mirror`() async throws {
        let fixture = try await GraphFixture()
        try await fixture.graph.refresh(fixture.repository)
        let mirror = fixture.folder.path + "/mirrors/\(fixture.repository.id).git"
        let text = try String(contentsOfFile: mirror + "/config", encoding: .utf8)
        #expect(!text.contains("url"))
        #expect(text.contains("bare = true"))
    }

    @Test func `a transport that the settings forbid is refused`() async throws {
        let folder = try TestFolder()
        let source = try GraphFixture.source("file:///x.git", allowing: Self.all)
        let found = await failure(graph(folder, transports: [.https, .ssh]), source)
        #expect(found == .addressRefused(.transportNotAllowed(.file)))
    }

    @Test func `hooks and settings of the remote do not run`() async throws {
        let fixture = try await GraphFixture()
        let witness = fixture.folder.path + "/witness"
        let script = "#!/bin/sh\ntouch \(witness)\n"
        let remote = fixture.remote
        let hook = fixture.folder.path + "/hook"
        try Data(script.utf8).write(to: URL(filePath: hook))
        for name in ["post-upload-pack", "pre-upload-pack", "reference-transaction"] {
            try FileManager.default.createDirectory(
                atPath: remote.path + "/hooks", withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: hook, toPath: remote.path + "/hooks/\(name)")
        }
        for path in try FileManager.default.subpathsOfDirectory(atPath: remote.path + "/hooks") {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: remote.path + "/hooks/" + path)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook)
        try await remote.git(["config", "uploadpack.packObjectsHook", hook])
        try await remote.git(["config", "core.fsmonitor", hook])
        #expect(try await fixture.resolve("main") == fixture.hash(7))
        #expect(!FileManager.default.fileExists(atPath: witness))
    }

    @Test func `a tree that hides a repository does not change the mirror`() async throws {
        var fixture = try await GraphFixture()
        try await fixture.remote.add([
            .init(
                mark: 41, branch: "evil",
                files: [
                    .init("config", "[core]\n\tfsmonitor = touch /tmp/never\n\tbare = true\n"),
                    .init("HEAD", "ref: refs/heads/main\n"), .init("objects/x", "x"),
                    .init("refs/x", "x"), .init(".gitattributes", "* filter=evil\n"),
                    .init(".gitconfig", "[filter \"evil\"]\n\tsmudge = touch /tmp/never\n"),
                ])
        ])
        let hash = try await fixture.resolve("evil")
        let content = try await fixture.graph.file(
            at: "config", of: hash, limitBytes: 1000, in: fixture.repository)
        #expect(content?.starts(with: Array("[core]".utf8)) == true)
    }

    @Test(.enabled(if: geteuid() == 0))
    func `a file remote of another owner is opened`() async throws {
        let fixture = try await GraphFixture()
        #expect(lchown(fixture.remote.path, 64_009, 64_009) == 0)
        #expect(try await fixture.resolve("main") == fixture.hash(7))
    }

    @Test func `a malformed object is refused, and says which`() async throws {
        let fixture = try await GraphFixture(isFiltering: false)
        let tree = try await fixture.remote.git(["mktree"]).trimmedLine
        let object = "tree \(tree)\nauthor nobody\ncommitter nobody\n\nbad"
        let text = try await fixture.remote.git(
            ["hash-object", "--literally", "-t", "commit", "-w", "--stdin"],
            input: Array(object.utf8)
        ).trimmedLine
        try await fixture.remote.git(["update-ref", "refs/heads/bad", text])
        let found = try #require(await failure(fixture.graph, fixture.repository))
        guard case .contentRefused(let reason) = found else {
            Issue.record("\(found)")
            return
        }
        #expect(reason.contains(text))
    }

    @Test func `locks of a killed git are taken away at the next start`() async throws {
        let fixture = try await GraphFixture()
        _ = try await fixture.resolve("main")
        let mirror = fixture.folder.path + "/mirrors/\(fixture.repository.id).git"
        for name in ["packed-refs.lock", "refs/heads/main.lock"] {
            try Data().write(to: URL(filePath: "\(mirror)/\(name)"))
        }
        try await fixture.remote.git(["update-ref", "refs/heads/main", fixture.hash(3).text])
        let again = CommitGraph(
            settings: CommitGraphSettings(
                root: fixture.folder.path + "/mirrors", transports: [.file],
                patience: .seconds(120)))
        let found = try await again.resolve(
            try CommitReference("main"), in: fixture.repository)
        #expect(found == (try fixture.hash(3)))
    }
}
