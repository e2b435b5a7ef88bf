import BenchmarkFormats
import Foundation
import ProjectFile
import Testing

@testable import CommandLine

/// `check` and `parse`, which need no controller.
@Suite struct LocalCommandTests {
    private static let valid = """
        version: 1
        project: lantern
        build: {commands: [make], outputs: [bench]}
        benchmarks:
          - name: parse
            command: ./bench {size}
            params: {size: [1k, 64k]}
            tags: [fast]

        """

    private func check(
        _ arguments: [String] = [], file: String, at path: String = "fleetmark.yaml",
        from directory: String = ""
    ) async throws -> Program.Ended {
        try await withFolder { folder in
            let below = folder + directory
            try FileManager.default.createDirectory(
                atPath: below, withIntermediateDirectories: true)
            try file.write(toFile: "\(folder)/\(path)", atomically: true, encoding: .utf8)
            var program = Program()
            program.directory = below
            let ended = await program.run(["check"] + arguments)
            return Program.Ended(
                status: ended.status, answer: ended.answer.replacing(folder, with: ""),
                notices: ended.notices, pauses: [])
        }
    }

    @Test func `a valid file is told in one line`() async throws {
        let ended = try await check(file: Self.valid)
        #expect(ended.status == .done)
        #expect(ended.answer == "fleetmark.yaml: valid, 1 benchmark, 2 executions\n")
    }

    @Test func `the cells of a matrix are told, and what runs in each`() async throws {
        let matrix = "matrix: {axes: {cc: [gcc, clang]}}\n"
        let used = Self.valid.replacing("./bench", with: "./bench {{matrix.cc}}")
            .replacing("tags: [fast]", with: "only: {cc: [gcc]}")
        let ended = try await check(file: used + matrix)
        #expect(
            ended.answer == """
                fleetmark.yaml: valid, 1 benchmark, 2 executions
                  cell cc=gcc: 2 executions
                  cell cc=clang: 0 executions

                """)
        let asJSON = try await check(["--json"], file: used + matrix)
        let tree = try JSONDecoder().decode(JSONTree.self, from: Data(asJSON.answer.utf8))
        #expect(tree["cells"]?.items.map { $0["cc"]?.string } == ["gcc", "clang"])
    }

    @Test func `an error has its place and the line`() async throws {
        let file = Self.valid.replacing("tags:", with: "repititions: 20\n    tgas:")
        let ended = try await check(file: file)
        #expect(ended.status == .usage)
        try Recorded.expect(ended.answer, equals: "check-errors.txt")
    }

    @Test func `with --json each error is an object`() async throws {
        let ended = try await check(
            ["--json"], file: Self.valid.replacing("tags:", with: "tgas:"))
        #expect(ended.status == .usage)
        let tree = try JSONDecoder().decode(JSONTree.self, from: Data(ended.answer.utf8))
        #expect(tree["ok"] == false)
        #expect(tree["problems"]?.items.first?["line"] == 8)
        #expect(tree["problems"]?.items.first?["code"] == "unknown_key")
    }

    @Test func `a warning ends badly only when that is asked for`() async throws {
        let file = Self.valid.replacing("tags:", with: "format: auto\n    tags:")
        #expect(try await check(file: file).status == .done)
        #expect(try await check(["--strict"], file: file).status == .judgedBad)
    }

    @Test func `the nearest file above is taken`() async throws {
        let ended = try await check(file: Self.valid, from: "/deep/down")
        #expect(ended.status == .done)
        #expect(ended.answer.hasPrefix("/fleetmark.yaml: valid"))
    }

    @Test(arguments: ["matrix", "digests", "canonical", "effective"])
    func `parts of a valid file are printed`(_ part: String) async throws {
        let ended = try await check(["--print", part], file: Self.valid)
        #expect(ended.status == .done)
        try Recorded.expect(ended.answer, equals: "check-\(part).txt")
    }

    @Test func `no file is a usage error`() async throws {
        try await withFolder { folder in
            var program = Program()
            program.directory = folder
            let ended = await program.run("check")
            #expect(ended.status == .usage)
            let named = await program.run("check", "absent.yaml")
            #expect(named.status == .usage)
            #expect(named.notices.contains("No such file"))
        }
    }

    @Test func `parse reads standard input`() async throws {
        var program = Program()
        program.input = #"{"results":[{"command":"true","mean":0.5,"times":[0.4,0.6]}]}"#
        let ended = await program.run("parse", "--explain", "-")
        #expect(ended.status == .done)
        #expect(
            ended.answer.hasPrefix(#"{"schema":"fleetmark.parse.v1","format":"hyperfine-json""#))
        #expect(ended.notices.contains("-: hyperfine-json"))
    }

    struct Parsed: Sendable {
        let text: String
        let status: CommandStatus
    }

    @Test(arguments: [
        Parsed(text: "", status: .failed), Parsed(text: "no benchmark", status: .failed),
        Parsed(
            text: #"{"results":[{"command":"a","mean":0.5},{"command":"b","mean":"x"}]}"#,
            status: .partial),
    ])
    func `a bad file is a report and a status`(_ given: Parsed) async {
        var program = Program()
        program.input = given.text
        let ended = await program.run("parse", "-")
        #expect(ended.status == given.status)
        #expect(ended.answer.hasPrefix(#"{"schema":"fleetmark.parse.v1""#))
    }

    @Test func `an unknown format is a usage error`() async {
        let ended = await Program().run("parse", "--format", "xml", "-")
        #expect(ended.status == .usage)
        #expect(ended.notices.contains("one of auto, "))
        #expect(ended.notices.contains("fleetmark-json"))
    }

    @Test func `parse says what it recognised and what it passed over`() async throws {
        var program = Program()
        program.input = "goos: linux\nBenchmarkA 10 5 ns/op\nBenchmarkB 10 x ns/op\nPASS\n"
        let ended = await program.run("parse", "--explain", "-")
        #expect(ended.status == .partial)
        #expect(ended.notices.contains("go-bench-text (go test -bench), recognised by line 1"))
        #expect(ended.notices.contains("1 results, 1 samples, 1 errors"))
        #expect(ended.notices.contains("passed over 2 lines without a result"))
        #expect(ended.notices.contains("line 3, column 1: BenchmarkB: "))
    }

    @Test func `parse reads folders, and files with what lies beside them`() async throws {
        try await withFolder { folder in
            let criterion = folder + "/criterion/copy/new"
            try Self.write(
                criterion, "benchmark.json",
                #"{"group_id":"copy","function_id":null,"value_str":"64","throughput":null}"#)
            try Self.write(
                criterion, "estimates.json",
                #"{"mean":{"point_estimate":5},"slope":null}"#)
            try Self.write(folder + "/criterion/copy/report", "index.json", "not read")
            try Self.write(folder, "benchmarks.json", #"{"b.time_a":{"unit":"ms"}}"#)
            try Self.write(
                folder + "/host", "r.json",
                #"{"result_columns":["result"],"results":{"b.time_a":[[7]]}}"#)
            var program = Program()
            program.directory = folder
            let ended = await program.run("parse", "criterion", "host/r.json")
            #expect(ended.status == .done)
            let lines = ended.answer.split(separator: "\n")
            #expect(lines.first?.contains(#""format":"criterion-dir""#) == true)
            #expect(lines.first?.contains(#""params":{"value":"64"}"#) == true)
            #expect(lines.last?.contains(#""value":0.007"#) == true)
        }
    }

    @Test func `parse tries rules`() async throws {
        try await withFolder { folder in
            let rule = #"{"pattern":"(?<name>\\w+) took (?<value>\\d+)","unit":"s"}"#
            try Self.write(
                folder, "rules.json", #"{"id":"x","kind":"regex","rules":[\#(rule)]}"#)
            try Self.write(folder, "wrong.json", #"{"id":"x","kind":"regex","rules":[{}]}"#)
            var program = Program()
            program.directory = folder
            program.input = "load took 5\n"
            let ended = await program.run("parse", "--rules", "rules.json", "-")
            #expect(ended.status == .done)
            #expect(ended.answer.contains(#""format":"rules:x""#))
            let wrong = await program.run("parse", "--rules", "wrong.json", "-")
            #expect(wrong.status == .usage)
            #expect(wrong.notices.contains("rule 1: `pattern` is missing"))
        }
    }

    @Test func `a project file may name every format, and no other`() {
        let known = FormatCatalogue.entries
        #expect(Set(FormatNames.tools) == Set(known.map(\.id)))
        #expect(
            FormatNames.singleResult.subtracting(["command"])
                == Set(known.filter(\.isSingle).map(\.id)))
    }

    private static func write(_ folder: String, _ name: String, _ text: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }
}
