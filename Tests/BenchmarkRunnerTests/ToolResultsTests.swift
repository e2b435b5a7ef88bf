import BenchmarkFormats
import FoundationEssentials
import Testing

@testable import BenchmarkRunner

/// What becomes of the files that a tool left.
@Suite struct ToolResultsTests {
    private func found(_ path: String, _ text: String) -> ResultFolder.Found {
        ResultFolder.Found(path: path, bytes: Array(text.utf8))
    }

    @Test func `the files of a folder are one input`() {
        let head = #"{"group_id":"copy","function_id":null,"value_str":null,"throughput":null}"#
        let files = [
            found("target/criterion/copy/new/benchmark.json", head),
            found(
                "target/criterion/copy/new/estimates.json",
                #"{"mean":{"point_estimate":5},"slope":null}"#),
        ]
        let read = ToolResults(format: "criterion-dir", files: files, options: ParseOptions())
        #expect(read.results.map(\.name) == ["copy"])
        #expect(read.problems.isEmpty)
    }

    @Test func `a file beside results is no result`() {
        let files = [
            found("benchmarks.json", #"{"b.time_a":{"unit":"ms"}}"#),
            found(
                "host/r.json", #"{"result_columns":["result"],"results":{"b.time_a":[[7]]}}"#),
        ]
        let read = ToolResults(format: "asv-json", files: files, options: ParseOptions())
        #expect(read.results.map(\.value) == [0.007])
        #expect(read.problems.isEmpty)
    }

    @Test func `rules come from the job or from the checkout`() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/fleetmark-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder + "/bench", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let json =
            #"{"kind":"regex","rules":[{"pattern":"(?<value>\\d+) ms","name":"n","unit":"ms"}]}"#
        try Data(json.utf8).write(to: URL(filePath: folder + "/bench/rules.json"))
        for rules in [json, "file:bench/rules.json"] {
            let entry = BenchmarkPlan(
                name: "My tool", command: ["./tool"], format: "rules",
                reading: ReadingWish(rules: rules))
            let options = try entry.reading.options(for: entry, in: folder)
            let read = ToolResults(
                format: "rules", files: [found("stdout", "12 ms\n")], options: options)
            #expect(read.results.map(\.value) == [0.012])
            #expect(options.rules?.id == "my_tool")
        }
    }

    @Test(arguments: [
        "file:absent.json", "file:../outside.json", "file:/etc/passwd", "{}", "sha256:00",
    ])
    func `rules that cannot be used say why`(_ rules: String) {
        let entry = BenchmarkPlan(
            name: "a", command: ["./tool"], format: "rules", reading: ReadingWish(rules: rules))
        let thrown = #expect(throws: CaseFailure.Thrown.self) {
            try entry.reading.options(for: entry, in: "/nonexistent")
        }
        #expect(thrown?.failure.errorClass == "suite_invalid")
        #expect(thrown?.failure.message.contains("ules") == true)
    }
}
