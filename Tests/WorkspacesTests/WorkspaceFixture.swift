import FleetModel
import FoundationEssentials
import GitRemote
import Isolation
import Synchronization
import TestSupport
import Testing
import Workspaces

/// A remote with three commits on `main`, a tag `v1.0` on the second, and a place to work.
struct WorkspaceFixture {
    let folder: TestFolder
    var remote: TestRepository
    let workspaces: Workspaces
    let launcher: any ProgramLauncher
    let repository = Self.identifier(RepositoryID.self)

    init(
        allowing transports: Set<RemoteURL.Transport> = Set(RemoteURL.Transport.allCases),
        allows: @escaping @Sendable (String) -> Bool = { _ in true },
        fetchLimit: Duration = .seconds(60), gitScript: String? = nil
    ) async throws {
        folder = try TestFolder()
        remote = try await TestRepository(at: folder.path + "/remote.git")
        try await remote.add([
            .init(mark: 1, files: [.init("a.txt", "one\n"), .init("old.txt", "old\n")]),
            .init(
                mark: 2, parents: [1], files: [.init("a.txt", "two\n"), .init("dir/b.txt", "b\n")]),
            .init(
                mark: 3, parents: [2],
                files: [.init("a.txt", "three\n"), .init("run.sh", "#!/bin/sh\n", mode: "100755")]),
        ])
        try await remote.git(["tag", "-a", "-m", "one", "v1.0", remote.hashes[2] ?? ""])
        launcher = TestLauncher.launcher
        var settings = WorkspaceSettings(
            root: folder.path + "/agent", fetchIdentity: TestLauncher.fetchIdentity,
            workIdentity: TestLauncher.workIdentity, transports: transports, allows: allows,
            fetchLimit: fetchLimit)
        settings.searchPath = "/usr/bin:/bin"
        if let gitScript {
            let program = folder.path + "/git"
            // By a process of its own: what this one writes, its other children may hold open for
            // a moment, and then it cannot be executed (ETXTBSY).
            let writer = try RunningProgram(
                "/bin/sh",
                ["-c", "printf %s \"$1\" >\"$0\" && chmod 755 \"$0\"", program, gitScript],
                logFile: folder.path + "/writer.log")
            #expect(try await writer.wait() == 0)
            settings.searchPath = folder.path + ":/usr/bin:/bin"
        }
        workspaces = Workspaces(settings: settings, launcher: launcher)
        try workspaces.sweep()
    }

    static func identifier<Kind>(_ type: Identifier<Kind>.Type) -> Identifier<Kind> {
        var generator = SystemRandomNumberGenerator()
        return Identifier<Kind>(at: ServerTime(microseconds: 0), using: &generator)
    }

    func hash(_ mark: Int) throws -> CommitHash {
        try #require(remote.hashes[mark].flatMap { CommitHash($0) })
    }

    func request(
        _ mark: Int, role: RevisionRole = .candidate, depth: Int? = 1,
        attempt: AttemptID = Self.identifier(AttemptID.self), address: String? = nil,
        submodules: CheckoutRequest.Submodules = .recursive, patch: String? = nil
    ) throws -> CheckoutRequest {
        CheckoutRequest(
            repository: repository,
            url: try RemoteURL(
                address ?? remote.address, allowing: Set(RemoteURL.Transport.allCases)),
            attempt: attempt, role: role, commit: try hash(mark), depth: depth,
            submodules: submodules, patch: patch.map { Array($0.utf8) })
    }

    func build(
        _ plan: BuildPlan, in workspace: Workspace,
        output: @escaping @Sendable (OutputChunk) -> Void = { _ in }
    ) async -> BuildReport {
        await Builder(launcher: launcher, identity: TestLauncher.workIdentity)
            .build(plan, in: workspace, output: output)
    }

    func failure(_ request: CheckoutRequest) async -> WorkspaceFailure? {
        do throws(WorkspaceFailure) {
            _ = try await workspaces.prepare(request)
            return nil
        } catch {
            return error
        }
    }
}

/// Collects what a program says.
final class Transcript: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func add(_ chunk: OutputChunk) { bytes.withLock { $0 += chunk.bytes } }

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
}

func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
