import FleetModel
import FoundationEssentials
import Glibc
import Isolation
import TestSupport
import Testing

@testable import Workspaces

@Suite struct BuildCacheTests {
    private static let all = KeptFiles(outputs: [], paths: [])

    private let fixture: WorkspaceFixture
    private let root: String

    init() async throws {
        fixture = try await WorkspaceFixture()
        root = fixture.folder.path + "/builds"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    private func cache(limit: Int64 = 1 << 30) -> BuildCache {
        BuildCache(root: root, byteLimit: limit, floorBytes: 0)
    }

    private func built(_ script: String) async throws -> Workspace {
        let workspace = try await fixture.workspaces.prepare(try fixture.request(3))
        let report = await fixture.build(
            BuildPlan(commands: [.init(.shell(script))]), in: workspace)
        try #require(report.failure == nil, "\(report.failure?.message ?? "")")
        return workspace
    }

    private func keep(
        _ name: String, _ workspace: Workspace, _ files: KeptFiles = Self.all,
        limit: Int64 = 1 << 30
    ) throws {
        let entry = BuildCache.Entry(
            commit: workspace.commit, wallNanoseconds: 7, builtSeconds: 1_000_000)
        try cache(limit: limit).keep(name, files, of: workspace, TestLauncher.workIdentity, entry)
    }

    /// A fresh checkout with the build of that name in it.
    private func restored(
        _ name: String, _ files: KeptFiles = Self.all
    ) async throws -> (Workspace, BuildCache.Entry)? {
        let workspace = try await fixture.workspaces.prepare(try fixture.request(3))
        let entry = try cache().restore(
            name, files, into: workspace, for: TestLauncher.workIdentity)
        return entry.map { (workspace, $0) }
    }

    private func facts(_ path: String) throws -> stat {
        var facts = stat()
        try #require(lstat(path, &facts) == 0, "\(path)")
        return facts
    }

    @Test func `a build comes back with its rights, times, links and HOME`() async throws {
        let before = try await built(
            """
            mkdir -p out/deep; echo made >out/deep/app; chmod 751 out/deep/app
            touch -d @1234567 out/deep/app out/deep; ln -s /etc/hostname out/link
            ln out/deep/app out/second; rm old.txt; mkfifo out/pipe; echo x >$HOME/kept
            """)
        try keep("a", before)
        let (after, entry) = try #require(try await restored("a"))
        #expect(entry.wallNanoseconds == 7 && entry.builtSeconds == 1_000_000)
        #expect(entry.bytes > 0)
        let app = try facts(after.checkout + "/out/deep/app")
        #expect(app.st_mode & 0o7777 == 0o751)
        #expect(app.st_mtim.tv_sec == 1_234_567)
        #expect(try facts(after.checkout + "/out/deep").st_mtim.tv_sec == 1_234_567)
        #expect(app.st_uid == TestLauncher.workIdentity?.uid ?? geteuid())
        #expect(try text(after.checkout + "/out/second") == "made\n")
        let target = try FileManager.default.destinationOfSymbolicLink(
            atPath: after.checkout + "/out/link")
        #expect(target == "/etc/hostname")
        #expect(!exists(after.checkout + "/out/pipe"))
        #expect(!exists(after.checkout + "/old.txt"))
        #expect(try text(after.home + "/kept") == "x\n")
    }

    @Test func `git's folder is that of the fresh checkout`() async throws {
        let before = try await built("echo spoilt >.git/HEAD")
        try keep("a", before)
        let (after, _) = try #require(try await restored("a"))
        #expect(try text(after.checkout + "/.git/HEAD") != "spoilt\n")
    }

    @Test func `where outputs are named the rest is that of the commit`() async throws {
        let files = KeptFiles(outputs: ["out/**", "!out/*.log"], paths: ["deps", "~/.cache"])
        let before = try await built(
            """
            mkdir -p out deps/a other; echo 1 >out/app; echo 2 >out/x.log; echo 3 >deps/a/lib
            echo 4 >other/file; echo changed >run.sh
            """)
        try keep("a", before, files)
        let (after, _) = try #require(try await restored("a", files))
        #expect(try text(after.checkout + "/out/app") == "1\n")
        #expect(try text(after.checkout + "/deps/a/lib") == "3\n")
        #expect(!exists(after.checkout + "/out/x.log"))
        #expect(!exists(after.checkout + "/other"))
        #expect(try text(after.checkout + "/run.sh") == "#!/bin/sh\n")
    }

    @Test func `an output takes the place of a file of the commit`() async throws {
        let files = KeptFiles(outputs: ["run.sh"], paths: [])
        try keep("a", try await built("echo changed >run.sh"), files)
        let (after, _) = try #require(try await restored("a", files))
        #expect(try text(after.checkout + "/run.sh") == "changed\n")
    }

    @Test(.enabled(if: geteuid() == 0))
    func `a file of another user is not kept`() async throws {
        let workspace = try await built("true")
        try Data("secret".utf8).write(to: URL(filePath: workspace.checkout + "/foreign"))
        let failure = #expect(throws: FolderCopy.Failure.self) { try keep("a", workspace) }
        #expect("\(try #require(failure))".contains("'foreign' belongs to another user"))
        #expect(try await restored("a") == nil)
        #expect(try FolderTree.names(in: root).isEmpty)
    }

    @Test func `a build larger than all room is not kept`() async throws {
        let workspace = try await built("head -c 5000 /dev/zero >large")
        #expect(throws: FolderCopy.Failure.self) { try keep("a", workspace, limit: 4096) }
        #expect(try FolderTree.names(in: root).isEmpty)
    }

    @Test func `what was not used for longest goes first`() async throws {
        let workspace = try await built("head -c 1000 /dev/zero >file")
        try keep("old", workspace)
        let limit = try #require(try await restored("old")).1.bytes * 5 / 2
        try keep("used", workspace, limit: limit)
        for (name, seconds) in [("old", 200), ("used", 100)] {
            var times = [
                timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0),
            ]
            #expect(utimensat(AT_FDCWD, "\(root)/\(name)", &times, 0) == 0)
        }
        #expect(try await restored("used") != nil)
        try keep("new", workspace, limit: limit)
        #expect(try FolderTree.names(in: root).sorted() == ["new", "used"])
    }

    @Test func `a keeping that did not come to its end is swept`() throws {
        for name in ["a.new/checkout", "a.gone.new/home"] {
            try FileManager.default.createDirectory(
                atPath: "\(root)/\(name)", withIntermediateDirectories: true)
        }
        try cache().sweep()
        #expect(try FolderTree.names(in: root).isEmpty)
    }

    @Test func `names count, not only what is in the files`() async throws {
        let workspace = try await built("seq 1 100 | xargs touch")
        #expect(throws: FolderCopy.Failure.self) { try keep("a", workspace, limit: 100 * 4096) }
        try keep("a", workspace, limit: 120 * 4096)
    }

    @Test func `builds give way to a disk that has no room for new work`() async throws {
        try keep("a", try await built("true"))
        // More than any disk has must stay free.
        let greedy = BuildCache(root: root, byteLimit: 1 << 30, floorBytes: .max / 8)
        try greedy.giveWay()
        #expect(try FolderTree.names(in: root).isEmpty)
        try keep("a", try await built("true"))
        try cache().giveWay()
        #expect(try FolderTree.names(in: root) == ["a"])
    }

    @Test func `a spoilt build is none`() async throws {
        try keep("a", try await built("true"))
        try Data("{".utf8).write(to: URL(filePath: root + "/a/entry"))
        #expect(try await restored("a") == nil)
    }

    @Test func `the content of a commit is that of the files that count`() async throws {
        for mark in [1, 2, 3] {
            _ = try await fixture.workspaces.prepare(try fixture.request(mark))
        }
        func content(_ mark: Int, _ files: [String]) async throws -> String {
            try await fixture.workspaces.content(
                of: try fixture.hash(mark), in: fixture.repository, files: files,
                cancellation: .init())
        }
        #expect(try await content(1, []) != content(2, []))
        #expect(try await content(1, ["old.txt"]) == content(3, ["old.txt"]))
        #expect(try await content(1, ["*.txt"]) != content(3, ["*.txt"]))
        #expect(try await content(2, ["dir/**"]).hasSuffix("\tdir/b.txt"))
        #expect(try await content(2, ["sources/**"]).isEmpty)
    }

    @Test func `a cancellation ends keeping and restoring, and forgets no build`() async throws {
        let workspace = try await built("echo one >made")
        let cancellation = LaunchCancellation()
        let cache = cache().ended(by: cancellation)
        let entry = BuildCache.Entry(
            commit: workspace.commit, wallNanoseconds: 7, builtSeconds: 1_000_000)
        func keep(_ name: String) throws {
            try cache.keep(name, Self.all, of: workspace, TestLauncher.workIdentity, entry)
        }
        try keep("kept")
        cancellation.cancel(.graceful)
        #expect(throws: FolderCopy.Failure.self) { try keep("late") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: root) == ["kept"])
        let fresh = try await fixture.workspaces.prepare(try fixture.request(3))
        #expect(throws: FolderCopy.Failure.self) {
            try cache.restore("kept", Self.all, into: fresh, for: TestLauncher.workIdentity)
        }
        #expect(try await restored("kept") != nil)
    }
}
