import Testing

@testable import CommandLine

/// `compare` with a host for each side.
@Suite struct CompareHostsCommandTests {
    private static let base = "6bad3390169ce5dee7219a02170a386d1638dc7a"
    private static let candidate = "92d06a9307224fe11f27fe0b20f34086cc3a7358"
    private static let path = "/projects/sample/comparisons"

    private static let reply = """
        {"base":{"commit":"\(base)","run_ids":["\(SampleController.regressed)"],"label":"6bad339"},\
        "candidate":{"commit":"\(candidate)","run_ids":["\(SampleController.unclear)"],\
        "label":"92d06a9"},"direction":"improved","decision":"warn","warnings":\
        [{"reason":"across_hosts","text":"Two hosts: ratios of what each measured in pairs."}],\
        "rows":[{"benchmark":"parse","params":{},"metric":"time","unit":"s","base":{"median":1},\
        "candidate":{"median":2},"shift_rel":-0.031,"ci_rel":{"low":-0.04,"high":-0.022},\
        "direction":"improved","decision":"pass","reasons":["across_hosts"],"state":"compared"}]}
        """

    private func run(
        _ arguments: [String]
    ) async throws -> (ended: Program.Ended, calls: [FakeController.Call]) {
        let controller = try SampleController(["POST \(Self.path)": .json(Self.reply)])
        return try await withController(controller.script) { server in
            var program = Program(server: server)
            program.environment["FLEETMARK_PROJECT"] = "sample"
            return (await program.run(["compare"] + arguments), server.calls)
        }
    }

    @Test func `two hosts are compared by ratios, and the answer names them`() async throws {
        let (ended, calls) = try await run([
            Self.base, Self.candidate, "--base-host", "bench1", "--candidate-host", "bench2",
        ])
        #expect(ended.status == .done, "\(ended.notices)")
        let call = try #require(calls.last { $0.path.hasSuffix(Self.path) })
        #expect(call.query == "across_hosts=ratio")
        #expect(
            call.body == #"{"base":{"commit":"\#(Self.base)","host":"bench1"},"#
                + #""candidate":{"commit":"\#(Self.candidate)","host":"bench2"},"save":false}"#)
        #expect(
            ended.answer.hasPrefix("92d06a9 on bench2 against 6bad339 on bench1: 1 improved"),
            "\(ended.answer)")
        #expect(ended.answer.contains("note: Two hosts: ratios of what each measured in pairs."))
        let (markdown, _) = try await run([
            Self.base, Self.candidate, "--base-host", "bench1", "--candidate-host", "bench2",
            "--format", "markdown",
        ])
        #expect(
            markdown.answer.contains(
                "fleetmark compare 6bad339 92d06a9 --base-host bench1 --candidate-host bench2"))
    }

    @Test func `one host for both is no ratio`() async throws {
        for hosts in [
            ["--host", "bench1"], ["--base-host", "bench1", "--candidate-host", "bench1"],
        ] {
            let (ended, calls) = try await run([Self.base, Self.candidate] + hosts)
            #expect(ended.status == .done, "\(ended.notices)")
            let call = try #require(calls.last { $0.path.hasSuffix(Self.path) })
            #expect(call.query.isEmpty)
            #expect(
                call.body.contains(#""candidate":{"commit":"\#(Self.candidate)","host":"bench1"}"#))
            #expect(ended.answer.hasPrefix("92d06a9 against 6bad339: "), "\(ended.answer)")
        }
    }

    @Test func `a host goes with a commit and not with a run, and both or one of the options`()
        async throws
    {
        let (ended, calls) = try await run([
            SampleController.regressed, Self.candidate, "--base-host", "bench1",
        ])
        #expect(ended.status == .usage && ended.notices.contains("--base-host chooses among"))
        #expect(!calls.contains { $0.path.hasSuffix(Self.path) })
        for wrong in [
            [Self.base, "--host", "a", "--base-host", "b"], ["--candidate-host", "b"],
        ] {
            #expect(try await run(wrong).ended.status == .usage, "\(wrong)")
        }
    }
}
