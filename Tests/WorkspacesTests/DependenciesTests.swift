import FleetModel
import Foundation
import TestSupport
import Testing

@testable import Workspaces

@Suite struct DependenciesTests {
    /// A checkout with these files, without git.
    private static func checkout(
        _ files: [String: String], _ body: (Workspace) throws -> Void
    ) throws {
        let folder = try TestFolder()
        for (path, text) in files {
            let file = URL(filePath: folder.path + "/" + path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try body(
            Workspace(
                attempt: WorkspaceFixture.identifier(AttemptID.self), role: .candidate,
                commit: try #require(CommitHash(String(repeating: "a", count: 40))),
                checkout: folder.path, home: "", temporary: ""))
    }

    private static let gem = "GEM\n  specs:\n    rack (2.2.9)\n"

    @Test func `known lockfiles are found where people put them`() throws {
        let files = [
            "Gemfile.lock": Self.gem, "a/b/c/d/Gemfile.lock": Self.gem,
            "a/b/c/d/e/Gemfile.lock": Self.gem, "node_modules/x/Gemfile.lock": Self.gem,
            ".git/Gemfile.lock": Self.gem, "other.lock": "x",
        ]
        try Self.checkout(files) { workspace in
            let (found, problems) = workspace.dependencies(globs: nil)
            #expect(found.map(\.lockfile) == ["Gemfile.lock", "a/b/c/d/Gemfile.lock"])
            #expect(found.first?.versions.map(\.version) == ["2.2.9"])
            #expect(problems == [])
        }
    }

    @Test func `a project may name its lockfiles, or none`() throws {
        let files = ["Gemfile.lock": Self.gem, "node_modules/x/Gemfile.lock": Self.gem]
        try Self.checkout(files) { workspace in
            #expect(
                workspace.dependencies(globs: ["**/Gemfile.lock", "!Gemfile.lock"]).found
                    .map(\.lockfile) == ["node_modules/x/Gemfile.lock"])
            #expect(workspace.dependencies(globs: []).found == [])
        }
    }

    @Test func `what is no lockfile is named with the reason`() throws {
        let files = ["a.txt": "x", "Cargo.lock": "version = 99"]
        try Self.checkout(files) { workspace in
            let (found, problems) = workspace.dependencies(globs: ["a.txt", "*.lock"])
            #expect(found == [])
            #expect(
                problems.sorted() == [
                    "Cargo.lock: its version 99 is not known; its versions are not kept.",
                    "a.txt: a.txt is no lockfile that is known; its versions are not kept.",
                ])
        }
    }

    @Test func `what stands beside tells what is direct`() throws {
        let files = [
            "yarn.lock": "ms@1:\n  version \"1.0.0\"\n",
            "package.json": "{\"dependencies\": {\"ms\": \"1\"}}",
        ]
        try Self.checkout(files) { workspace in
            #expect(
                workspace.dependencies(globs: nil).found.first?.versions.first?.isDirect == true)
        }
    }

    /// A build has every right in its checkout: it may put links, pipes and folders anywhere.
    @Test func `links and pipes are left alone`() throws {
        try Self.checkout(["real/Gemfile.lock": Self.gem]) { workspace in
            let root = workspace.checkout
            try FileManager.default.createSymbolicLink(
                atPath: root + "/Gemfile.lock", withDestinationPath: "/etc/passwd")
            try FileManager.default.createSymbolicLink(
                atPath: root + "/loop", withDestinationPath: root)
            #expect(mkfifo(root + "/Cargo.lock", 0o600) == 0)
            try FileManager.default.createDirectory(
                atPath: root + "/poetry.lock", withIntermediateDirectories: false)
            let (found, problems) = workspace.dependencies(globs: nil)
            #expect(found.map(\.lockfile) == ["real/Gemfile.lock"])
            #expect(problems == [])
        }
    }

    /// A second name may be that of a file which only the agent may read.
    @Test func `a file with a second name is not read`() throws {
        try Self.checkout(["other/secret": "serde", "Gemfile.lock": Self.gem]) { workspace in
            let root = workspace.checkout
            #expect(link(root + "/other/secret", root + "/Cargo.lock") == 0)
            let (found, problems) = workspace.dependencies(globs: nil)
            #expect(found.map(\.lockfile) == ["Gemfile.lock"])
            #expect(problems.count == 1)
        }
    }

    @Test func `a file that is too long is said, and the others are read`() throws {
        try Self.checkout(["Gemfile.lock": Self.gem]) { workspace in
            let path = workspace.checkout + "/Cargo.lock"
            try Data().write(to: URL(filePath: path))
            #expect(truncate(path, off_t(1) << 31) == 0)
            let (found, problems) = workspace.dependencies(globs: nil)
            #expect(found.map(\.lockfile) == ["Gemfile.lock"])
            #expect(problems.count == 1)
            #expect(problems.first?.hasPrefix("Cargo.lock is too long") == true)
        }
    }
}
