import Testing

@testable import CommandLine

/// `series` and `export --what series` against a controller with the recorded sample project.
@Suite struct SeriesCommandTests {
    private func run(
        _ arguments: [String]
    ) async throws -> (ended: Program.Ended, calls: [FakeController.Call]) {
        try await withController(try SampleController().script) { server in
            var program = Program(server: server)
            program.environment["FLEETMARK_PROJECT"] = "sample"
            return (await program.run(arguments), server.calls)
        }
    }

    struct Shown: Sendable {
        let arguments: [String]
        let golden: String
        var status = CommandStatus.done
    }

    @Test(arguments: [
        Shown(arguments: ["series"], golden: "series.txt"),
        Shown(arguments: ["series", "parse", "--points"], golden: "series-points.txt"),
        Shown(
            arguments: ["series", "--change-points", "--utc"], golden: "series-changes.txt"),
        Shown(arguments: ["series", "parse", "time", "--json"], golden: "series.json"),
        Shown(
            arguments: ["series", "--points", "--change-points"], golden: "series-usage.txt",
            status: .usage),
        Shown(
            arguments: ["export", "--what", "series", "--format", "csv"],
            golden: "export-series.csv"),
        Shown(
            arguments: ["export", "--what", "runs", "--benchmark", "parse"],
            golden: "export-series-usage.txt", status: .usage),
    ])
    func `each command answers as recorded`(_ given: Shown) async throws {
        let (ended, _) = try await run(given.arguments)
        #expect(ended.status == given.status, "\(ended.notices)")
        let text = given.status == .done ? ended.answer : ended.notices
        try Recorded.expect(text, equals: given.golden)
    }

    @Test func `series are asked for by what was given`() async throws {
        let (ended, calls) = try await run([
            "series", "parse", "time", "--param", "size=64k", "--branch", "topic", "--from",
            "2026-11-01",
        ])
        #expect(ended.status == .done, "\(ended.notices)")
        let queries = calls.map(\.query)
        #expect(queries.contains("benchmark=parse&metric=time&params.size=64k&limit=50"))
        #expect(queries.contains("branch=topic&from=2026-11-01&max_points=40"))
    }

    @Test func `values of any kind make a line`() {
        #expect(SparkText.line([1, 2, 3], .plain) == "▁▅█")
        #expect(SparkText.line([2, 2], .plain) == "▅▅")
        #expect(SparkText.line([.nan], .plain) == "")
    }
}
