import Foundation
import NIOHTTP1
import Subprocess
import Testing

@testable import CommandLine

/// `try`: which difference of a real working copy it sends.
@Suite struct TryTests {
    private static let answers: [String: FakeController.Answer] = [
        "POST /projects/sample/runs": .json(SampleController.triggered, status: 202)
    ]

    struct Sent {
        let ended: Program.Ended
        let body: JSONTree?

        var patch: String { body?["patch"]?.string ?? "" }
    }

    private static func git(_ folder: String, _ arguments: String...) async throws {
        let result = try await Subprocess.run(
            .name("git"),
            arguments: Arguments(
                ["-C", folder, "-c", "user.name=Sample Authors", "-c", "user.email=a@example.org"]
                    + arguments),
            output: .discarded, error: .string(limit: 4096))
        try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
    }

    private static func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    /// A clone with one commit of `main`, one more on a branch, and changes on top of that.
    private func sent(
        _ arguments: [String], input: String = "", change: (String) throws -> Void = { _ in }
    ) async throws -> Sent {
        try await withFolder { folder in
            try await Self.git(folder, "init", "-q", "-b", "main")
            try Self.write("one\n", folder + "/a.txt")
            try Self.write("version: 1\n", folder + "/fleetmark.yaml")
            try await Self.git(folder, "add", "-A")
            try await Self.git(folder, "commit", "-q", "-m", "one")
            try await Self.git(folder, "checkout", "-q", "-b", "work")
            try Self.write("committed\n", folder + "/b.txt")
            try await Self.git(folder, "add", "-A")
            try await Self.git(folder, "commit", "-q", "-m", "two")
            try await Self.git(folder, "remote", "add", "origin", "/srv/git/sample")
            try Self.write("staged\n", folder + "/c.txt")
            try await Self.git(folder, "add", "-A")
            try Self.write("changed\n", folder + "/a.txt")
            try Self.write("unknown\n", folder + "/d.txt")
            try change(folder)
            let controller = try SampleController(Self.answers)
            return try await withController(controller.script) { server in
                var program = Program(server: server)
                program.directory = folder
                program.input = input
                program.environment["PATH"] = ProcessInfo.processInfo.environment["PATH"]
                let ended = await program.run(["try", "-p", "sample", "--no-wait"] + arguments)
                let body = server.calls.first { $0.method == .POST }?.body
                return Sent(
                    ended: ended,
                    body: body.flatMap {
                        try? JSONDecoder().decode(JSONTree.self, from: Data($0.utf8))
                    })
            }
        }
    }

    @Test func `all that differs from the default branch is sent`() async throws {
        let sent = try await sent(["parse*"])
        #expect(sent.ended.status == .done, "\(sent.ended.notices)")
        for name in ["a.txt", "b.txt", "c.txt"] { #expect(sent.patch.contains("+++ b/\(name)")) }
        #expect(!sent.patch.contains("d.txt"))
        #expect(sent.body?["commit"]?.string?.count == 40)
        #expect(sent.body?["benchmarks"]?.items.map(\.string) == ["parse*"])
        #expect(sent.body?["base"] == nil)
        #expect(sent.ended.notices.contains("sending 3 files"))
        #expect(sent.ended.notices.contains("a.txt +1 -1"))
        #expect(sent.ended.notices.contains("1 file that git does not know left out"))
    }

    @Test func `the index alone, or all files`() async throws {
        let staged = try await sent(["--staged", "--base", "HEAD"])
        #expect(staged.patch.contains("c.txt") && !staged.patch.contains("a.txt"))
        let all = try await sent(["--untracked", "--base", "HEAD"])
        for name in ["a.txt", "c.txt", "d.txt"] { #expect(all.patch.contains("+++ b/\(name)")) }
        #expect(!all.ended.notices.contains("left out"))
    }

    @Test func `the project file is that of the commit`() async throws {
        let sent = try await sent([]) { try Self.write("version: 2\n", $0 + "/fleetmark.yaml") }
        #expect(!sent.patch.contains("fleetmark.yaml"))
        #expect(sent.ended.notices.contains("the committed one says what is measured"))
    }

    @Test func `nothing that differs is said, and nothing is sent`() async throws {
        let sent = try await sent([]) { folder in
            for name in ["b.txt", "c.txt"] {
                try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            }
            try Self.write("one\n", folder + "/a.txt")
        }
        #expect(sent.ended.status == .usage)
        #expect(sent.ended.notices.contains("nothing differs from"))
        #expect(sent.body == nil)
    }

    @Test func `lines that are not UTF-8 are refused with advice`() async throws {
        let sent = try await sent([]) {
            try Data([0x66, 0xE4, 0x0A]).write(to: URL(filePath: $0 + "/a.txt"))
        }
        #expect(sent.ended.status == .usage)
        #expect(sent.ended.notices.contains("lines that are not UTF-8"))
    }

    @Test func `a patch of one's own needs the commit that it is for`() async throws {
        let folder = FileManager.default.temporaryDirectory.path() + "try-\(UUID()).diff"
        try Self.write("--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two\n", folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bare = try await sent(["--diff", folder])
        #expect(bare.ended.notices.contains("--diff needs --base"))
        let sent = try await sent(["--diff", folder, "--base", "main"])
        #expect(sent.patch.hasPrefix("--- a/a.txt"), "\(sent.ended.notices)")
        #expect(sent.ended.notices.contains("sending 1 file"))
        try Self.write("diff --git a/a.txt b/a.txt\ndeleted file mode 100644\n", folder)
        let gone = try await self.sent(["--diff", folder, "--base", "main"])
        #expect(gone.ended.notices.contains("b/a.txt"), "\(gone.ended.notices)")
    }
}
