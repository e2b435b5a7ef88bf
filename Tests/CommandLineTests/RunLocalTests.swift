import Foundation
import Testing

@testable import CommandLine

/// `run --local` and `check --run`, with a stand-in for the agent's program.
@Suite struct RunLocalTests {
    /// A program that notes its arguments, says something, and answers what it was given.
    private struct StandIn {
        let folder: String
        var document: String
        var status: Int32 = 0

        func write() throws {
            let script = """
                #!/bin/sh
                here=$(dirname "$0")
                printf '%s\\n' "$@" > "$here/arguments"
                env > "$here/environment"
                echo "measuring  parse  1/1" >&2
                cat "$here/document"
                exit \(status)
                """
            try script.write(
                toFile: folder + "/fleetmark-agent", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: folder + "/fleetmark-agent")
            try document.write(toFile: folder + "/document", atomically: true, encoding: .utf8)
            try "version: 1\nbenchmarks: [{name: a, command: ./a}]\n".write(
                toFile: folder + "/fleetmark.yaml", atomically: true, encoding: .utf8)
        }

        var arguments: [String] {
            let text = try? String(contentsOfFile: folder + "/arguments", encoding: .utf8)
            return (text ?? "").split(separator: "\n").map(String.init)
        }

        var environment: String {
            (try? String(contentsOfFile: folder + "/environment", encoding: .utf8)) ?? ""
        }
    }

    private func run(
        _ arguments: [String], status: Int32 = 0, document: String? = nil,
        _ look: (StandIn, Program.Ended) throws -> Void
    ) async throws {
        try await withFolder { folder in
            let standIn = StandIn(
                folder: folder, document: try document ?? Recorded.reply("local-results"),
                status: status)
            try standIn.write()
            var program = Program()
            program.directory = folder
            program.environment["PATH"] = folder + ":/usr/bin:/bin"
            try look(standIn, await program.run(arguments))
        }
    }

    @Test func `what was measured is a table, with what changed and what was not measured`()
        async throws
    {
        try await run(["run", "--local", "--against", "main"], status: 3) { standIn, ended in
            #expect(
                standIn.arguments == [
                    "local", "--against", "main", standIn.folder + "/fleetmark.yaml",
                ])
            #expect(ended.notices == "measuring  parse  1/1\n")
            // Of a regression and a failed benchmark the regression is told.
            #expect(ended.status == .judgedBad)
            try Recorded.expect(ended.answer, equals: "run-local.txt")
        }
    }

    @Test func `every option reaches the agent, secrets do not`() async throws {
        let options = [
            "parse*", "--rev", "HEAD", "--repetitions", "5..9", "--target", "1%", "--tag", "core",
            "--matrix", "cc=gcc", "--counters", "core,cache", "--cpus", "2", "--isolation", "none",
            "--readable", "tools", "--profile",
        ]
        try await run(["run", "--local"] + options + ["-q"]) { standIn, ended in
            let folder = standIn.folder
            #expect(
                standIn.arguments == [
                    "local", "--quiet", "--benchmark", "parse*", "--rev", "HEAD", "--repetitions",
                    "5..9", "--target", "1%", "--counters", "core,cache", "--cpus", "2",
                    "--isolation", "none", "--tag", "core", "--matrix", "cc=gcc", "--readable",
                    folder + "/tools", "--profile", "--artifacts", folder + "/fleetmark-artifacts",
                    folder + "/fleetmark.yaml",
                ])
            #expect(standIn.environment.contains("LANG=C.UTF-8"))
            #expect(!standIn.environment.contains("FLEETMARK_"))
        }
    }

    @Test func `the document is kept and passed on as it is`() async throws {
        try await run(["run", "--local", "--json", "--save", "kept.json"]) { standIn, ended in
            #expect(ended.answer == standIn.document)
            let kept = try String(contentsOfFile: standIn.folder + "/kept.json", encoding: .utf8)
            #expect(kept == standIn.document)
        }
    }

    struct Ending: Sendable {
        let agent: Int32
        let failOn: String
        let status: CommandStatus
    }

    @Test(arguments: [
        Ending(agent: 0, failOn: "never", status: .done),
        Ending(agent: 0, failOn: "partial", status: .done),
        Ending(agent: 3, failOn: "partial", status: .partial),
        Ending(agent: 3, failOn: "never", status: .done),
        Ending(agent: 0, failOn: "regressed", status: .judgedBad),
        Ending(agent: 4, failOn: "regressed", status: .failed),
        Ending(agent: 130, failOn: "never", status: .interrupted),
    ])
    func `the status is of what was found and asked for`(_ given: Ending) async throws {
        try await run(["run", "--local", "--fail-on", given.failOn], status: given.agent) {
            #expect($1.status == given.status)
        }
    }

    @Test func `an agent that measured nothing has said why`() async throws {
        try await run(["run", "--local"], status: 2, document: "") { _, ended in
            #expect(ended.status == .usage)
            #expect(ended.answer.isEmpty)
            #expect(ended.notices == "measuring  parse  1/1\n")
        }
    }

    @Test func `an answer of another program is no answer`() async throws {
        try await run(["run", "--local"], document: "{}") { _, ended in
            #expect(ended.status == .failed)
            #expect(ended.notices.contains("programs of one version"))
        }
    }

    @Test func `without the agent's program it is said where it is looked for`() async throws {
        try await withFolder { folder in
            var program = Program()
            program.directory = folder
            program.environment["PATH"] = folder
            let ended = await program.run("run", "--local")
            #expect(ended.status == .failed)
            #expect(ended.notices.contains("neither beside fleetmark nor on PATH"))
            #expect(await program.run("run").status == .usage)
        }
    }

    @Test func `check --run executes each benchmark once and says what was read`() async throws {
        try await run(["check", "--run"], status: 3) { standIn, ended in
            #expect(
                standIn.arguments == [
                    "local", "--repetitions", "1", "--no-warmup", "--counters", "none",
                    standIn.folder + "/fleetmark.yaml",
                ])
            #expect(ended.status == .partial)
            try Recorded.expect(ended.answer, equals: "check-run.txt")
        }
    }

    @Test func `check --run ends at an invalid file`() async throws {
        try await withFolder { folder in
            try "version: 1\n".write(
                toFile: folder + "/fleetmark.yaml", atomically: true, encoding: .utf8)
            var program = Program()
            program.directory = folder
            program.environment["PATH"] = folder
            #expect(await program.run("check", "--run").status == .usage)
            #expect(await program.run("check", "--run", "-").status == .usage)
        }
    }
}
