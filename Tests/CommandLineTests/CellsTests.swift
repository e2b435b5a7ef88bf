import Foundation
import Testing

@testable import CommandLine

/// `show` of a run whose matrix has two cells.
@Suite struct CellsTests {
    private static let jobs = [
        "01a1fd0c-0000-7000-8000-00000000000a", "01a1fd0c-0000-7000-8000-00000000000b",
    ]

    private static func log(_ text: String) -> FakeController.Answer {
        .text(
            text,
            headers: [
                ("Fleetmark-Log-Length", "\(text.utf8.count)"),
                ("Fleetmark-Log-Complete", "true"),
            ])
    }

    /// The second cell's end; its attempts go on in the third.
    private static let failed = """
        "state":"failed","failure":{"class":"job_error","detail":"build_failed",
        "message":"no clang"}
        """
    private static let cancelled = """
        "state":"cancelled","cancel":{"by":"ada","reason":"not today"}
        """

    private func show(
        _ arguments: [String], command: String = "show", second: String = failed,
        _ overrides: [String: FakeController.Answer] = [:]
    ) async throws -> Program.Ended {
        let id = SampleController.regressed
        let run = try Recorded.reply("run1").replacing(
            "\"01a1fd0c-ca4f-7ea0-ad1c-45bae16b6ae0\"",
            with: Self.jobs.map { "\"\($0)\"" }.joined(separator: ","))
        let list = """
            {"items":[{"id":"\(Self.jobs[0])","state":"succeeded","cell":{"cc":"gcc"},
            "attempts":["1"]},{"id":"\(Self.jobs[1])","cell":{"cc":"clang"},
            "attempts":["2"],\(second)}],"next_cursor":null}
            """
        let attempts = """
            {"items":[{"id":"1","job_id":"\(Self.jobs[0])","number":1,"state":"completed"},
            {"id":"2","job_id":"\(Self.jobs[1])","number":1,"state":"failed",
            "failure":{"detail":"build_failed","message":"no clang"}}],"next_cursor":null}
            """
        let answers: [String: FakeController.Answer] = [
            "GET /runs/\(id)": .json(run), "GET /runs/\(id)/jobs": .json(list),
            "GET /runs/\(id)/attempts": .json(attempts),
            "GET /attempts/1/log": Self.log("of gcc\n"),
            "GET /attempts/2/log": Self.log("of clang\n"),
        ]
        let controller = try SampleController(answers.merging(overrides) { $1 })
        return try await withController(controller.script) { server in
            await Program(server: server).run([command, id] + arguments)
        }
    }

    @Test func `each cell has a line with its end`() async throws {
        let ended = try await show([])
        #expect(ended.status == .done, "\(ended.notices)")
        let lines = ended.answer.split(separator: "\n").map(String.init)
        let cells = lines.filter { $0.hasPrefix("cc=") }
        #expect(cells.first?.contains("succeeded") == true)
        #expect(cells.last?.contains("no clang") == true)
        #expect(lines.contains { $0.hasPrefix("ATTEMPT  CELL") })
    }

    @Test func `the JSON has the jobs themselves`() async throws {
        let ended = try await show(["--json"])
        let tree = try JSONDecoder().decode(JSONTree.self, from: Data(ended.answer.utf8))
        #expect(tree["jobs"]?.items.map { $0["cell"]?["cc"]?.string } == ["gcc", "clang"])
    }

    @Test func `the log of one cell is named by its values`() async throws {
        let ended = try await show(["--matrix", "cc=gcc", "--tail", "9"], command: "logs")
        #expect(ended.answer == "of gcc\n", "\(ended.notices)")
        let absent = try await show(["--matrix", "cc=icc"], command: "logs")
        #expect(absent.status == .usage)
        #expect(absent.notices.contains("one of cc=gcc; cc=clang"))
    }

    @Test func `a cancelled cell says by whom and why, and that the verdict is without it`()
        async throws
    {
        let ended = try await show([], second: Self.cancelled)
        let lines = ended.answer.split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.hasPrefix("cc=clang") && $0.contains("by ada: not today") })
        #expect(ended.answer.contains("1 of 2 did not come to an end"), "\(ended.answer)")
    }

    @Test func `each attempt's receipts are named`() async throws {
        func receipt(_ level: String) -> FakeController.Answer {
            let item =
                #"{"type":"isolation","level_asked":"full","level_reached":"\#(level)"}"#
            return .json(#"{"items":[\#(item)]}"#)
        }
        let answers = [
            "GET /attempts/1/receipts": receipt("full"),
            "GET /attempts/2/receipts": receipt("partial"),
        ]
        let ended = try await show(["--receipt"], answers)
        #expect(ended.status == .done, "\(ended.notices)")
        let parts = ended.answer.split(separator: "== cc=")
        #expect(parts.count == 3, "\(ended.answer)")
        #expect(parts[1].hasPrefix("gcc, attempt 1, completed =="))
        #expect(parts[2].hasPrefix("clang, attempt 1, failed =="))
        #expect(parts[2].contains("partial, asked: full"))
        let document = try await show(["--receipt", "--json"], answers)
        let tree = try JSONDecoder().decode(JSONTree.self, from: Data(document.answer.utf8))
        let items = tree["receipts"]?.items ?? []
        #expect(items.map { $0["attempt_id"]?.string } == ["1", "2"])
        #expect(items.map { $0["cell"]?["cc"]?.string } == ["gcc", "clang"])
    }

    @Test func `one cell is cancelled by its values, a job by its id`() async throws {
        let reply = #"{"id":"\#(Self.jobs[1])","state":"running","cell":{"cc":"clang"}}"#
        let answers: [String: FakeController.Answer] = [
            "POST /jobs/\(Self.jobs[1])/cancel": .json(reply, status: 202)
        ]
        let open = #""state":"running""#
        let ended = try await show(
            ["--matrix", "cc=clang", "--reason", "no"], command: "cancel", second: open, answers)
        #expect(ended.answer == "cc=clang is being cancelled\n", "\(ended.notices)")
        let over = try await show(["--matrix", "cc=gcc"], command: "cancel", answers)
        #expect(over.status == .failed)
        #expect(over.notices.contains("cc=gcc: succeeded"))
        let controller = try SampleController(answers)
        let direct = try await withController(controller.script) { server in
            await Program(server: server).run(["cancel", "--job", Self.jobs[1], "--now"])
        }
        #expect(direct.answer == "cc=clang is being cancelled\n", "\(direct.notices)")
        let nothing = await Program().run(["cancel"])
        #expect(nothing.status == .usage)
    }
}
