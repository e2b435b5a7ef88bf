import Foundation
import Testing

@testable import CommandLine

/// `logs`: reading on, and ending with the run.
@Suite struct LogsTests {
    private static let log = "/attempts/01a1fd0c-60a2-7e62-99b4-94ceed56e1f6/log"

    private func text(_ text: String, length: Int, complete: Bool) -> FakeController.Answer {
        .text(
            text,
            headers: [
                ("Fleetmark-Log-Length", "\(length)"), ("Fleetmark-Log-Complete", "\(complete)"),
            ])
    }

    private func run(
        _ arguments: [String], _ answers: [FakeController.Answer]
    ) async throws -> (ended: Program.Ended, queries: [String]) {
        let controller = try SampleController()
        let attempt = try Recorded.reply("attempts1")
        let script: FakeController.Script = { call in
            let path = call.path.replacing("/api/v1", with: "")
            if path == Self.log { return answers[min(call.repetition, answers.count - 1)] }
            if path == Self.log.replacing("/log", with: "") {
                let list = try? JSONDecoder().decode(JSONTree.self, from: Data(attempt.utf8))
                return .json(list?["items"]?.items.first?.text ?? "{}")
            }
            return controller.script(call)
        }
        return try await withController(script) { server in
            let ended = await Program(server: server)
                .run(["logs", SampleController.regressed] + arguments)
            let calls = server.calls.filter { $0.path.hasSuffix("/log") }
            return (ended, calls.map(\.query))
        }
    }

    @Test func `a log is read piece by piece to its end`() async throws {
        let (ended, queries) = try await run(
            [],
            [
                text("one\n", length: 300_000, complete: false),
                text("two\n", length: 300_000, complete: false), .nothing,
            ])
        #expect(ended.status == .done)
        #expect(ended.answer == "one\ntwo\n")
        #expect(
            queries.map { $0.prefix { $0 != "&" } } == [
                "offset=0", "offset=262144", "offset=300000",
            ])
    }

    @Test func `the tail is lines`() async throws {
        let (ended, queries) = try await run(
            ["--tail", "2"], [text("one\ntwo\nthree\n", length: 14, complete: true)])
        #expect(ended.answer == "two\nthree\n")
        #expect(queries == ["tail=1048576&limit_bytes=1048576"])
    }

    @Test func `following ends with the run and its status`() async throws {
        let (ended, _) = try await run(
            ["-f"], [.nothing, text("all\n", length: 4, complete: true)])
        // The attempt had ended, so an empty answer was its end.
        #expect(ended.status == .judgedBad)
    }

    @Test func `an attempt that is not there is told`() async throws {
        let (ended, _) = try await run(["--attempt", "7"], [.nothing])
        #expect(ended.status == .failed)
        #expect(ended.notices.contains("no such attempt"))
    }

    @Test func `a reply without its length is refused`() async throws {
        let (ended, _) = try await run([], [.text("x")])
        #expect(ended.status == .notReachable)
    }
}
