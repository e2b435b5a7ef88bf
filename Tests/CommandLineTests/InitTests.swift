import Foundation
import Testing

@testable import CommandLine

/// `init`, in folders of its own.
@Suite struct InitTests {
    private static let criterion = [
        "Cargo.toml": "[dev-dependencies]\ncriterion = \"0.5\"\n",
        "node_modules/x/go.mod": "module x\n",
        "node_modules/x/a_test.go": "func BenchmarkA(b *testing.B) {}",
    ]

    private func run(
        _ arguments: [String], in files: [String: String] = criterion,
        _ body: (Program.Ended, (String) -> String?) throws -> Void
    ) async throws {
        try await withFolder { folder in
            for (path, text) in files {
                let file = URL(filePath: "\(folder)/\(path)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try text.write(to: file, atomically: true, encoding: .utf8)
            }
            var program = Program()
            program.directory = folder
            let ended = await program.run(["init"] + arguments)
            try body(ended) { try? String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }
        }
    }

    @Test func `what is written is valid, and what was recognised is told`() async throws {
        try await run([]) { ended, read in
            #expect(ended.status == .done)
            #expect(
                ended.answer == """
                    recognised criterion: Cargo.toml names criterion
                    wrote fleetmark.yaml
                    next: fleetmark check --run, then fleetmark run --local

                    """)
            let text = try #require(read("fleetmark.yaml"))
            try Recorded.expect(text, equals: "init-criterion.yaml")
        }
    }

    @Test func `what is there stays unless it may be replaced`() async throws {
        var files = Self.criterion
        files["fleetmark.yaml"] = "mine"
        try await run([], in: files) { ended, read in
            #expect(ended.status == .failed)
            #expect(ended.notices.contains("fleetmark.yaml is already there"))
            #expect(read("fleetmark.yaml") == "mine")
        }
        try await run(["--force"], in: files) { ended, read in
            #expect(ended.status == .done)
            #expect(read("fleetmark.yaml")?.hasPrefix("# What Fleetmark measures") == true)
        }
        files["fleetmark.yaml"] = nil
        files[".fleetmark/fleetmark.yaml"] = "mine"
        try await run([], in: files) { ended, read in
            #expect(ended.status == .failed)
            #expect(read("fleetmark.yaml") == nil)
        }
    }

    @Test func `it may only be shown`() async throws {
        try await run(["--stdout"]) { ended, read in
            #expect(ended.answer.contains("format: criterion-dir"))
            #expect(read("fleetmark.yaml") == nil)
        }
    }

    @Test(arguments: [
        ("github", ".github/workflows/fleetmark.yml"), ("gitlab", ".gitlab/fleetmark.yml"),
        ("forgejo", ".forgejo/workflows/fleetmark.yml"),
    ])
    func `a job for a forge is written beside it`(_ forge: String, _ path: String) async throws {
        try await run(["--ci", forge, "--json"]) { ended, read in
            #expect(ended.status == .done)
            #expect(read(path)?.contains("fleetmark trigger --commit") == true)
            let tree = try JSONDecoder().decode(JSONTree.self, from: Data(ended.answer.utf8))
            #expect(tree["written"]?.items == ["fleetmark.yaml", .string(path)])
        }
    }

    @Test(arguments: [
        (["--tool", "criterian"], "try: --tool criterion", CommandStatus.usage),
        (["--tool", "go"], "there is no sign of go here", .failed),
        (["nowhere"], "nowhere is no folder", .usage),
    ])
    func `a mistake is told with what to do`(
        _ arguments: [String], _ text: String, _ status: CommandStatus
    ) async throws {
        try await run(arguments) { ended, _ in
            #expect(ended.status == status)
            #expect(ended.notices.contains(text), "\(ended.notices)")
        }
    }

    @Test func `where nothing is known a person may begin with a command`() async throws {
        try await run([], in: ["README": "x"]) { ended, _ in
            #expect(ended.status == .failed)
            #expect(ended.notices.contains("fleetmark init --tool command"))
        }
        try await run(["--tool", "command"], in: ["README": "x"]) { ended, read in
            #expect(ended.status == .done)
            #expect(read("fleetmark.yaml")?.contains("TODO") == true)
        }
    }
}
