import FleetModel
import FoundationEssentials
import TestSupport
import Testing
import Workspaces

@Suite struct SubmoduleTests {
    /// A repository `lib.git` beside the remote, with `inner.git` as a submodule of its own.
    private func fixture(
        _ modules: String, path: String = "deps/lib"
    ) async throws -> WorkspaceFixture {
        var fixture = try await WorkspaceFixture()
        var inner = try await TestRepository(at: fixture.folder.path + "/inner.git")
        try await inner.add([.init(mark: 1, files: [.init("inner.txt", "inner\n")])])
        var library = try await TestRepository(at: fixture.folder.path + "/lib.git")
        try await library.add([
            .init(
                mark: 1,
                files: [
                    .init("lib.txt", "lib\n"),
                    .init("inner", inner.hashes[1] ?? "", mode: "160000"),
                    .init(
                        ".gitmodules",
                        "[submodule \"inner\"]\n\tpath = inner\n\turl = ../inner.git\n"),
                ])
        ])
        try await fixture.remote.add([
            .init(
                mark: 5, branch: "sub",
                files: [
                    .init(".gitmodules", modules),
                    .init(path, library.hashes[1] ?? "", mode: "160000"),
                ])
        ])
        return fixture
    }

    private static let plain = "[submodule \"lib\"]\n\tpath = deps/lib\n\turl = ../lib.git\n"

    struct Case: Sendable {
        let wish: CheckoutRequest.Submodules
        let hasLibrary: Bool
        let hasInner: Bool
    }

    @Test(
        arguments: [
            Case(wish: .none, hasLibrary: false, hasInner: false),
            Case(wish: .top, hasLibrary: true, hasInner: false),
            Case(wish: .recursive, hasLibrary: true, hasInner: true),
        ])
    func `submodules are filled as deep as wanted`(_ given: Case) async throws {
        let fixture = try await fixture(Self.plain)
        let workspace = try await fixture.workspaces.prepare(
            try fixture.request(5, submodules: given.wish))
        let library = workspace.checkout + "/deps/lib"
        #expect(exists(library + "/lib.txt") == given.hasLibrary)
        #expect(exists(library + "/inner/inner.txt") == given.hasInner)
        let transcript = Transcript()
        let plan = BuildPlan(commands: [.init(.program(["git", "status", "--porcelain"]))])
        _ = await fixture.build(plan, in: workspace) { transcript.add($0) }
        #expect(transcript.text.isEmpty)
    }

    struct Refusal: Sendable {
        let modules: String
        let reason: String
    }

    private static func modules(path: String = "deps/lib", url: String) -> String {
        "[submodule \"lib\"]\n\tpath = \"\(path)\"\n\turl = \"\(url)\"\n"
    }

    @Test(
        arguments: [
            Refusal(modules: modules(url: "ext::sh -c touch% /tmp/x"), reason: "not allowed"),
            Refusal(modules: modules(url: "ext::sh"), reason: "remote helpers"),
            Refusal(modules: modules(url: "-u./x"), reason: "option"),
            Refusal(modules: modules(url: "--upload-pack=x"), reason: "option"),
            Refusal(modules: modules(url: "/etc"), reason: "no transport"),
            Refusal(modules: modules(url: "ssh://-oProxyCommand=x/a"), reason: "the host"),
            Refusal(
                modules: modules(url: "../../../../../../../../../../../../x"),
                reason: "climbs above"),
            Refusal(modules: modules(path: "../lib", url: "../lib.git"), reason: "leaves"),
            Refusal(modules: modules(path: "/tmp/lib", url: "../lib.git"), reason: "leaves"),
            Refusal(modules: modules(path: "a/../../lib", url: "../lib.git"), reason: "leaves"),
            Refusal(modules: modules(path: ".git/lib", url: "../lib.git"), reason: "git's own"),
            Refusal(modules: modules(path: "a/.GIT/x", url: "../lib.git"), reason: "git's own"),
            Refusal(modules: modules(path: "git~1/x", url: "../lib.git"), reason: "git's own"),
            Refusal(modules: modules(path: "-x", url: "../lib.git"), reason: "leaves"),
            Refusal(
                modules: "[submodule \"lib\"]\n\tpath = deps/lib\n", reason: "no address"),
            Refusal(modules: "[submodule \"lib\"\n", reason: "cannot be read"),
        ])
    func `a hostile submodule is refused`(_ given: Refusal) async throws {
        let fixture = try await fixture(given.modules)
        let failure = try #require(await fixture.failure(try fixture.request(5)))
        switch failure {
        case .submoduleRefused(_, let reason): #expect(reason.contains(given.reason))
        case .contentRefused(let reason): #expect(reason.contains("gitmodules"))
        default: Issue.record("\(failure)")
        }
        #expect(failure.failure.detail == .checkoutFailed)
        #expect(failure.failure.failureClass == .jobError)
    }

    @Test func `a command as update rule of a submodule is refused`() async throws {
        let folder = try TestFolder()
        let evil = try await fixture(Self.plain + "\tupdate = !touch \(folder.path)/witness\n")
        let failure = try #require(await evil.failure(try evil.request(5)))
        guard case .contentRefused = failure else {
            Issue.record("\(failure)")
            return
        }
        #expect(!exists(folder.path + "/witness"))
    }

    @Test func `a link in place of gitmodules is refused`() async throws {
        var fixture = try await WorkspaceFixture()
        try await fixture.remote.add([
            .init(
                mark: 6, branch: "link",
                files: [.init(".gitmodules", "/etc/passwd", mode: "120000")])
        ])
        let failure = try #require(await fixture.failure(try fixture.request(6)))
        #expect(failure.failure.detail == .checkoutFailed)
    }

    @Test func `a declaration without a submodule in the tree is passed over`() async throws {
        let fixture = try await fixture(
            Self.plain + "[submodule \"no\"]\n\tpath = nothing\n\turl = ../nothing.git\n")
        let workspace = try await fixture.workspaces.prepare(try fixture.request(5))
        #expect(exists(workspace.checkout + "/deps/lib/lib.txt"))
        #expect(!exists(workspace.checkout + "/nothing"))
    }
}
