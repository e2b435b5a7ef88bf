import FleetModel
import FoundationEssentials
import GitRemote
import Glibc
import Isolation
import TestSupport
import Testing
import Workspaces

@Suite struct WorkspacesTests {
    @Test func `a checkout holds the files of its commit and nothing else`() async throws {
        let fixture = try await WorkspaceFixture()
        let workspace = try await fixture.workspaces.prepare(try fixture.request(2))
        #expect(try text(workspace.checkout + "/a.txt") == "two\n")
        #expect(try text(workspace.checkout + "/dir/b.txt") == "b\n")
        let names = try FileManager.default.contentsOfDirectory(atPath: workspace.checkout)
        #expect(Set(names) == [".git", "a.txt", "old.txt", "dir"])
        #expect(exists(workspace.home))
        #expect(exists(workspace.temporary))
    }

    @Test func `candidate and base lie side by side`() async throws {
        let fixture = try await WorkspaceFixture()
        let attempt = WorkspaceFixture.identifier(AttemptID.self)
        let candidate = try await fixture.workspaces.prepare(
            try fixture.request(3, attempt: attempt))
        let base = try await fixture.workspaces.prepare(
            try fixture.request(1, role: .base, attempt: attempt))
        #expect(try text(candidate.checkout + "/a.txt") == "three\n")
        #expect(try text(base.checkout + "/a.txt") == "one\n")
        try fixture.workspaces.remove(attempt, role: .base)
        #expect(!exists(base.checkout))
        #expect(exists(candidate.checkout))
    }

    @Test func `the build can describe the commit when it sees all history`() async throws {
        let fixture = try await WorkspaceFixture()
        let workspace = try await fixture.workspaces.prepare(
            try fixture.request(3, depth: nil))
        let transcript = Transcript()
        let plan = BuildPlan(commands: [
            .init(.shell("git describe; git status --porcelain; git rev-list --count HEAD"))
        ])
        let report = await fixture.build(plan, in: workspace) { transcript.add($0) }
        #expect(report.failure == nil)
        let short = String(try fixture.hash(3).text.prefix(7))
        #expect(transcript.text == "v1.0-1-g\(short)\n3\n")
    }

    @Test func `a checkout sees as much history as was asked for`() async throws {
        let fixture = try await WorkspaceFixture()
        let workspace = try await fixture.workspaces.prepare(try fixture.request(3, depth: 2))
        let transcript = Transcript()
        let plan = BuildPlan(commands: [.init(.program(["git", "rev-list", "--count", "HEAD"]))])
        _ = await fixture.build(plan, in: workspace) { transcript.add($0) }
        #expect(transcript.text == "2\n")
    }

    @Test func `a second checkout is clean although the first was changed`() async throws {
        let fixture = try await WorkspaceFixture()
        let attempt = WorkspaceFixture.identifier(AttemptID.self)
        let request = try fixture.request(3, attempt: attempt)
        let first = try await fixture.workspaces.prepare(request)
        let spoil = "echo x > a.txt; echo y > extra; git config core.bare true"
        _ = await fixture.build(BuildPlan(commands: [.init(.shell(spoil))]), in: first)
        #expect(exists(first.checkout + "/extra"))
        let second = try await fixture.workspaces.prepare(request)
        #expect(try text(second.checkout + "/a.txt") == "three\n")
        #expect(!exists(second.checkout + "/extra"))
    }

    @Test func `stale files in the mirror do not reach a checkout`() async throws {
        let fixture = try await WorkspaceFixture()
        _ = try await fixture.workspaces.prepare(try fixture.request(1))
        let mirror = "\(fixture.folder.path)/agent/mirrors/\(fixture.repository).git"
        for name in ["a.txt", "index.lock", "refs/fleetmark/commits/x.lock"] {
            try Data("stale".utf8).write(to: URL(filePath: "\(mirror)/\(name)"))
        }
        try fixture.workspaces.sweep()
        #expect(!exists(mirror + "/index.lock"))
        let workspace = try await fixture.workspaces.prepare(try fixture.request(2))
        #expect(try text(workspace.checkout + "/a.txt") == "two\n")
    }

    @Test func `a damaged mirror is made anew`() async throws {
        let fixture = try await WorkspaceFixture()
        _ = try await fixture.workspaces.prepare(try fixture.request(1))
        let mirror = "\(fixture.folder.path)/agent/mirrors/\(fixture.repository).git"
        for name in try FileManager.default.subpathsOfDirectory(atPath: mirror + "/objects") {
            let path = "\(mirror)/objects/\(name)"
            guard name.utf8.count > 30 else { continue }
            try FileManager.default.removeItem(atPath: path)
            try Data("damage".utf8).write(to: URL(filePath: path))
        }
        let workspace = try await fixture.workspaces.prepare(try fixture.request(1))
        #expect(try text(workspace.checkout + "/a.txt") == "one\n")
    }

    @Test func `a repository of SHA-256 is checked out like any other`() async throws {
        var fixture = try await WorkspaceFixture()
        fixture.remote = try await TestRepository(
            at: fixture.folder.path + "/sha256.git", objectFormat: "sha256")
        try await fixture.remote.add([.init(mark: 1, files: [.init("a.txt", "long\n")])])
        let workspace = try await fixture.workspaces.prepare(try fixture.request(1))
        #expect(workspace.commit.text.count == 64)
        #expect(try text(workspace.checkout + "/a.txt") == "long\n")
    }

    @Test func `a known commit needs no remote`() async throws {
        let fixture = try await WorkspaceFixture()
        _ = try await fixture.workspaces.prepare(try fixture.request(2))
        try FileManager.default.removeItem(atPath: fixture.remote.path)
        let workspace = try await fixture.workspaces.prepare(try fixture.request(2))
        #expect(exists(workspace.checkout + "/a.txt"))
    }

    @Test func `a commit that no branch reaches any more is fetched by its hash`() async throws {
        var fixture = try await WorkspaceFixture()
        try await fixture.remote.add([.init(mark: 9, branch: "gone", parents: [1])])
        try await fixture.remote.git(["branch", "-D", "gone"])
        let workspace = try await fixture.workspaces.prepare(try fixture.request(9))
        #expect(workspace.commit == (try fixture.hash(9)))
    }

    @Test func `a remote that gives away no single commit gives its branches`() async throws {
        let refusal = """
            #!/bin/sh
            for word; do
                case "$word" in
                +[0-9a-f]*:refs/fleetmark/commits/*)
                    echo "fatal: Server does not allow request for unadvertised object" >&2
                    exit 128 ;;
                esac
            done
            exec /usr/bin/git "$@"
            """
        let fixture = try await WorkspaceFixture(gitScript: refusal)
        let workspace = try await fixture.workspaces.prepare(try fixture.request(2))
        #expect(try text(workspace.checkout + "/a.txt") == "two\n")
    }

    @Test func `a commit that the remote does not have is missing`() async throws {
        let fixture = try await WorkspaceFixture()
        let known = try fixture.request(1)
        let missing = try #require(CommitHash(String(repeating: "d", count: 40)))
        let request = CheckoutRequest(
            repository: known.repository, url: known.url, attempt: known.attempt,
            role: .candidate, commit: missing)
        let failure = try #require(await fixture.failure(request))
        #expect(failure == .commitMissing(missing))
        #expect(failure.failure.detail == .checkoutFailed)
        #expect(failure.failure.failureClass == .jobError)
        #expect(!exists("\(fixture.folder.path)/agent/attempts/\(known.attempt)/candidate"))
    }

    struct Unreachable: Sendable {
        let address: String
        let detail: FailureDetail
    }

    @Test(
        arguments: [
            "file:///nonexistent/none.git", "https://127.0.0.1:1/x.git",
            "git://127.0.0.1:1/x.git",
        ])
    func `a remote that is not there is unreachable`(_ address: String) async throws {
        let fixture = try await WorkspaceFixture()
        let failure = try #require(
            await fixture.failure(try fixture.request(1, address: address)))
        guard case .remoteUnreachable = failure else {
            Issue.record("\(failure)")
            return
        }
        #expect(failure.failure.failureClass == .infraTransient)
    }

    @Test func `a remote that never answers runs into the time limit`() async throws {
        let fixture = try await WorkspaceFixture(fetchLimit: .milliseconds(500))
        let listener = try LoopbackListener()
        let failure = await fixture.failure(
            try fixture.request(1, address: "git://127.0.0.1:\(listener.port)/x.git"))
        #expect(failure == .timedOut(operation: "fetch", limit: .milliseconds(500)))
    }

    @Test func `a transport or an address that the agent forbids is refused`() async throws {
        let strict = try await WorkspaceFixture(allowing: [.https, .ssh])
        #expect(
            await strict.failure(try strict.request(1))
                == .addressRefused(.transportNotAllowed(.file)))
        let closed = try await WorkspaceFixture(allows: { $0.hasPrefix("https://git.example.org/") }
        )
        let failure = await closed.failure(
            try closed.request(1, address: "https://127.0.0.1:1/x.git"))
        #expect(failure == .addressNotAllowed("https://127.0.0.1:1/x.git"))
        #expect(failure?.failure.failureClass == .policy)
    }

    @Test func `a cancelled checkout ends and leaves nothing`() async throws {
        let fixture = try await WorkspaceFixture()
        let cancellation = LaunchCancellation()
        cancellation.cancel()
        let request = try fixture.request(1)
        await #expect(throws: WorkspaceFailure.cancelled) {
            try await fixture.workspaces.prepare(request, cancellation: cancellation)
        }
        #expect(!exists("\(fixture.folder.path)/agent/attempts/\(request.attempt)/candidate"))
    }

    @Test(.enabled(if: TestLauncher.isRoot))
    func `each identity owns its own and sees no other's`() async throws {
        let fixture = try await WorkspaceFixture()
        let workspace = try await fixture.workspaces.prepare(try fixture.request(2))
        let mirror = "\(fixture.folder.path)/agent/mirrors/\(fixture.repository).git"
        let owner = { path in
            try FileManager.default.attributesOfItem(atPath: path)[.ownerAccountID] as? UInt
        }
        #expect(try owner(mirror + "/HEAD") == 64_001)
        for path in ["", "/.git", "/.git/HEAD", "/dir", "/dir/b.txt"] {
            #expect(try owner(workspace.checkout + path) == 64_002)
        }
        let report = await fixture.build(
            BuildPlan(commands: [.init(.program(["cat", mirror + "/HEAD"]))]), in: workspace)
        #expect(report.failure?.message.contains("Permission denied") == true)
    }

    @Test(.enabled(if: TestLauncher.isRoot))
    func `a file remote of another owner is opened`() async throws {
        let fixture = try await WorkspaceFixture()
        #expect(lchown(fixture.remote.path, 64_009, 64_009) == 0)
        let workspace = try await fixture.workspaces.prepare(try fixture.request(2))
        #expect(exists(workspace.checkout + "/a.txt"))
    }

    @Test func `a sweep removes all attempts but those kept`() async throws {
        let fixture = try await WorkspaceFixture()
        let (old, kept) = (try fixture.request(1), try fixture.request(2))
        _ = try await fixture.workspaces.prepare(old)
        _ = try await fixture.workspaces.prepare(kept)
        try fixture.workspaces.sweep(keeping: [kept.attempt])
        let left = try FileManager.default.contentsOfDirectory(
            atPath: fixture.folder.path + "/agent/attempts")
        #expect(left == [kept.attempt.text])
    }

    @Test func `hooks and filters that a repository brings do not run`() async throws {
        var fixture = try await WorkspaceFixture()
        let witness = fixture.folder.path + "/witness"
        try await fixture.remote.add([
            .init(
                mark: 8, branch: "evil",
                files: [
                    .init(".gitattributes", "* filter=evil diff=evil\n"),
                    .init(
                        ".gitconfig",
                        "[filter \"evil\"]\n\tsmudge = touch \(witness)\n"),
                    .init("hooks/post-checkout", "#!/bin/sh\ntouch \(witness)\n", mode: "100755"),
                    .init("passwd", "/etc/passwd", mode: "120000"),
                ])
        ])
        let hook = fixture.remote.path + "/hooks/post-checkout"
        try FileManager.default.createDirectory(
            atPath: fixture.remote.path + "/hooks", withIntermediateDirectories: true)
        try Data("#!/bin/sh\ntouch \(witness)\n".utf8).write(to: URL(filePath: hook))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook)
        let workspace = try await fixture.workspaces.prepare(try fixture.request(8))
        #expect(!exists(witness))
        let target = try FileManager.default.destinationOfSymbolicLink(
            atPath: workspace.checkout + "/passwd")
        #expect(target == "/etc/passwd")
    }
}
