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

    private func show(
        _ arguments: [String], command: String = "show"
    ) async throws -> Program.Ended {
        let id = SampleController.regressed
        let run = try Recorded.reply("run1").replacing(
            "\"01a1fd0c-ca4f-7ea0-ad1c-45bae16b6ae0\"",
            with: Self.jobs.map { "\"\($0)\"" }.joined(separator: ","))
        let list = """
            {"items":[{"id":"\(Self.jobs[0])","state":"succeeded","cell":{"cc":"gcc"},
            "attempts":["1"]},{"id":"\(Self.jobs[1])","state":"failed","cell":{"cc":"clang"},
            "attempts":["2"],"failure":{"class":"job_error","detail":"build_failed",
            "message":"no clang"}}],"next_cursor":null}
            """
        let attempts = """
            {"items":[{"id":"1","job_id":"\(Self.jobs[0])","number":1,"state":"completed"},
            {"id":"2","job_id":"\(Self.jobs[1])","number":1,"state":"failed",
            "failure":{"detail":"build_failed","message":"no clang"}}],"next_cursor":null}
            """
        let controller = try SampleController([
            "GET /runs/\(id)": .json(run), "GET /runs/\(id)/jobs": .json(list),
            "GET /runs/\(id)/attempts": .json(attempts),
            "GET /attempts/1/log": Self.log("of gcc\n"),
            "GET /attempts/2/log": Self.log("of clang\n"),
        ])
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
}
