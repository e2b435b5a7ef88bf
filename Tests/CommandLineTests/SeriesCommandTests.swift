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

    @Test func `what other options would find is asked of each series`() async throws {
        let found = """
            {"change_points":[{"kind":"change","run_id":"r","last_good":"6bad3390169ce5dee",\
            "first_bad":"92d06a9307224fe11f","commit_time_us":1795003600000000,"epoch":"",\
            "level_before":1,"level_after":1.1,"direction":"regressed","algorithm":"otava",\
            "algorithm_version":"0.8.0","engine_version":"fleet-4","range":{},"position":2,\
            "shift_rel":0.1,"ci_rel":null,"p":0.0001}],"trend":null,"noise":null,"points":9}
            """
        let none = #"{"change_points":[],"trend":null,"noise":null,"points":9}"#
        let first = "/series/01a1fd0c-0000-7000-8000-000000000001/analyse"
        let second = "/series/01a1fd0c-0000-7000-8000-000000000002/analyse"
        let controller = try SampleController([
            "POST \(first)": .json(found), "POST \(second)": .json(none),
        ])
        let arguments = [
            "series", "--change-points", "--algorithm", "otava", "--option", "max_p=0.01",
            "--option", "window=30",
        ]
        for isJSON in [false, true] {
            let (ended, calls) = try await withController(controller.script) { server in
                var program = Program(server: server)
                program.environment["FLEETMARK_PROJECT"] = "sample"
                return (
                    await program.run(arguments + (isJSON ? ["--json"] : [])), server.calls
                )
            }
            #expect(ended.status == .done, "\(ended.notices)")
            let bodies = calls.filter { $0.path.hasSuffix("/analyse") }.map(\.body)
            let body = #"{"algorithm":"otava","options":{"max_p":0.01,"window":30}}"#
            #expect(bodies == [body, body])
            #expect(ended.answer.contains("92d06a9"))
            #expect(ended.answer.contains(isJSON ? #""benchmark":"parse""# : "parse[size=64k]"))
            #expect(ended.answer.contains(isJSON ? #""algorithm":"otava""# : "+10"))
        }
        for wrong in [["--algorithm", "otava"], ["--change-points", "--option", "max_p=few"]] {
            #expect(try await run(["series"] + wrong).ended.status == .usage, "\(wrong)")
        }
    }

    @Test func `values of any kind make a line`() {
        #expect(SparkText.line([1, 2, 3], .plain) == "▁▅█")
        #expect(SparkText.line([2, 2], .plain) == "▅▅")
        #expect(SparkText.line([.nan], .plain) == "")
    }
}
