import Foundation
import NIOHTTP1
import Subprocess
import Testing

@testable import CommandLine

/// Revisions in a real working copy.
@Suite struct RevisionReferenceTests {
    private func git(_ folder: String, _ arguments: String...) async throws {
        let variables: [Environment.Key: String] = [
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "Sample Authors",
            "GIT_AUTHOR_EMAIL": "authors@example.org", "GIT_COMMITTER_NAME": "Sample Authors",
            "GIT_COMMITTER_EMAIL": "authors@example.org",
        ]
        let result = try await Subprocess.run(
            .name("git"), arguments: Arguments(["-C", folder] + arguments),
            environment: .inherit.updating(variables.mapValues { $0 }), output: .discarded,
            error: .discarded)
        try #require(result.terminationStatus.isSuccess)
    }

    /// What `trigger --commit NAME` sends from a working copy whose remote is `remote`.
    private func sent(_ name: String, remote: String) async throws -> String {
        try await withFolder { folder in
            try await git(folder, "init", "-q", "-b", "main")
            try await git(folder, "commit", "-q", "--allow-empty", "-m", "one")
            try await git(folder, "commit", "-q", "--allow-empty", "-m", "two")
            try await git(folder, "remote", "add", "origin", remote)
            let controller = try SampleController([
                "POST /projects/sample/runs": .json(SampleController.triggered, status: 202)
            ])
            return try await withController(controller.script) { server in
                var program = Program(server: server)
                program.directory = folder
                program.environment["PATH"] = ProcessInfo.processInfo.environment["PATH"]
                let ended = await program.run("trigger", "-p", "sample", "--commit", name)
                let body = server.calls.first { $0.method == .POST }?.body ?? ended.notices
                let tree = try? JSONDecoder().decode(JSONTree.self, from: Data(body.utf8))
                return tree?["commit"]?.string ?? body
            }
        }
    }

    @Test func `the project's working copy resolves expressions`() async throws {
        let hash = try await sent("HEAD~1", remote: "/srv/git/sample")
        #expect(hash.count == 40)
        #expect(hash.allSatisfy { $0.isHexDigit })
    }

    @Test func `another repository's HEAD means nothing here`() async throws {
        #expect(try await sent("HEAD", remote: "https://git.example.org/other") == "HEAD")
    }

    @Test func `an expression outside is refused with advice`() async throws {
        let notices = try await sent("HEAD~1", remote: "https://git.example.org/other")
        #expect(notices.contains("can only be resolved in a working copy"))
    }

    @Test func `an expression that git does not know is told as such`() async throws {
        let notices = try await sent("HEAD~9", remote: "/srv/git/sample")
        #expect(notices.contains("git knows no commit `HEAD~9` here"))
    }

    @Test func `a name that git does not know goes to the controller`() async throws {
        #expect(try await sent("v9.9", remote: "/srv/git/sample") == "v9.9")
    }
}
