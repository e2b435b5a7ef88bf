import FleetModel
import TestSupport
import Testing
import Workspaces

@Suite struct PatchTests {
    private static func diff(_ path: String, from old: String, to new: String) -> String {
        "diff --git a/\(path) b/\(path)\n--- a/\(path)\n+++ b/\(path)\n"
            + "@@ -1 +1 @@\n-\(old)\n+\(new)\n"
    }

    @Test func `a patch changes the files of the commit`() async throws {
        let fixture = try await WorkspaceFixture()
        let patch =
            Self.diff("a.txt", from: "three", to: "four")
            + "diff --git a/new/file b/new/file\nnew file mode 100755\n--- /dev/null\n"
            + "+++ b/new/file\n@@ -0,0 +1 @@\n+made\n"
        let workspace = try await fixture.workspaces.prepare(try fixture.request(3, patch: patch))
        #expect(try text(workspace.checkout + "/a.txt") == "four\n")
        #expect(try text(workspace.checkout + "/new/file") == "made\n")
    }

    @Test(arguments: [
        ("does not fit", "a.txt", "other"), ("leads out", "../../../outside", "x"),
        ("is of git's folder", ".git/config", "x"), ("is absolute", "/etc/hostname", "x"),
    ])
    func `a patch that does not belong is refused, and nothing is left`(
        _ what: String, _ path: String, _ old: String
    ) async throws {
        let fixture = try await WorkspaceFixture()
        let request = try fixture.request(3, patch: Self.diff(path, from: old, to: "new"))
        let failure = try #require(await fixture.failure(request), "\(what)")
        guard case .patchRefused(let reason) = failure else {
            Issue.record("\(failure)")
            return
        }
        #expect(!reason.isEmpty)
        #expect(failure.failure.failureClass == .jobError)
        #expect(!exists(fixture.folder.path + "/outside"))
    }

    @Test func `a patch does not go through a link of the commit`() async throws {
        var fixture = try await WorkspaceFixture()
        let target = fixture.folder.path + "/target"
        try await fixture.remote.add([
            .init(mark: 4, parents: [3], files: [.init("link", target, mode: "120000")])
        ])
        let patch =
            "diff --git a/link/file b/link/file\nnew file mode 100644\n--- /dev/null\n"
            + "+++ b/link/file\n@@ -0,0 +1 @@\n+made\n"
        let failure = await fixture.failure(try fixture.request(4, patch: patch))
        guard case .patchRefused = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(!exists(target))
    }
}
