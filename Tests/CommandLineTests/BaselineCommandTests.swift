import Foundation
import NIOHTTP1
import Testing

@testable import CommandLine

/// `baseline`, `exclude` and `include`: what they ask for, and what they say.
@Suite struct BaselineCommandTests {
    private static let pinned = """
        {"version":2,"commit":"6bad3390169ce5dee7219a02170a386d1638dc7a","release":"v1.4",\
        "note":"good","by":"ann","at_us":1795000000000000,"series":%d,"history":[\
        {"version":2,"commit":"6bad3390169ce5dee7219a02170a386d1638dc7a","release":"v1.4",\
        "note":"good","by":"ann","at_us":1795000000000000},\
        {"version":1,"by":"bob","at_us":1794000000000000}]}
        """
    private static let path = "/projects/sample/pinned-baseline"

    private func run(
        _ arguments: [String], _ answers: [String: FakeController.Answer]
    ) async throws -> (ended: Program.Ended, calls: [FakeController.Call]) {
        let controller = try SampleController(answers)
        return try await withController(controller.script) { server in
            var program = Program(server: server)
            program.environment["FLEETMARK_PROJECT"] = "sample"
            return (await program.run(arguments), server.calls)
        }
    }

    private static func answer(_ series: Int) -> FakeController.Answer {
        .json(pinned.replacing("%d", with: "\(series)"))
    }

    @Test func `a release is pinned as it was seen`() async throws {
        let (ended, calls) = try await run(
            ["baseline", "pin", "--release", "v1.4", "--note", "good", "--utc"],
            ["GET \(Self.path)": Self.answer(3), "PUT \(Self.path)": Self.answer(3)])
        #expect(ended.status == .done, "\(ended.notices)")
        #expect(ended.answer.hasPrefix("v1.4 (6bad339), by ann at 2026-11-18 "), "\(ended.answer)")
        #expect(ended.answer.hasSuffix(": good\n"))
        #expect(calls.last?.body == #"{"note":"good","release":"v1.4"}"#)
        #expect(calls.last?.headers["If-Match"] == ["\"v2\""])
        #expect(!ended.notices.contains("nothing of it was measured"))
    }

    @Test func `a commit without results is pinned, and said so`() async throws {
        let (ended, calls) = try await run(
            ["baseline", "pin", "main", "--only-host-class", "linux"],
            ["GET \(Self.path)": Self.answer(0), "PUT \(Self.path)": Self.answer(0)])
        #expect(ended.status == .done, "\(ended.notices)")
        #expect(ended.notices.contains("nothing of it was measured yet"))
        #expect(calls.last?.body == #"{"commit":"main","host_class":"linux"}"#)
        let (neither, _) = try await run(["baseline", "pin"], [:])
        #expect(neither.status == .usage)
    }

    @Test func `what is pinned and was is listed`() async throws {
        let (ended, _) = try await run(
            ["baseline", "pinned", "--utc"], ["GET \(Self.path)": Self.answer(3)])
        let lines = ended.answer.split(separator: "\n")
        #expect(lines.count == 3, "\(ended.answer)")
        #expect(lines.dropFirst().first?.contains("v1.4      6bad339") == true)
        #expect(lines.last?.contains("nothing") == true && lines.last?.contains("bob") == true)
        let (none, _) = try await run(
            ["baseline", "pinned"],
            ["GET \(Self.path)": .json(#"{"version":0,"series":0,"history":[]}"#)])
        #expect(none.answer.isEmpty && none.notices.contains("nothing is pinned"))
    }

    @Test func `nothing is pinned any more`() async throws {
        let (ended, calls) = try await run(
            ["baseline", "unpin"],
            ["GET \(Self.path)": Self.answer(3), "DELETE \(Self.path)": .nothing])
        #expect(ended.status == .done, "\(ended.notices)")
        let removal = calls.first { $0.method == .DELETE }
        #expect(removal?.headers["If-Match"] == ["\"v2\""])
    }

    @Test func `results are taken out with a reason, and what is out is said`() async throws {
        let run = try Recorded.reply("run1").replacing(
            #""revision":"#,
            with: #""excluded":[{"reason":"fan","by":"ann","#
                + #""except":["parse"]}],"revision":"#, maxReplacements: 1)
        let path = "/runs/\(SampleController.regressed)"
        let (ended, calls) = try await self.run(
            [
                "exclude", SampleController.regressed, "--benchmark", "print", "--reason", "fan",
            ], ["POST \(path)/exclude": .json(run)])
        #expect(ended.status == .done, "\(ended.notices)")
        #expect(ended.answer.hasSuffix(": without all of it but parse (fan, ann)\n"))
        #expect(calls.last?.body == #"{"benchmarks":["print"],"reason":"fan"}"#)
        let (back, asked) = try await self.run(
            ["include", SampleController.regressed, "--reason", "no"],
            ["POST \(path)/include": .json(try Recorded.reply("run1"))])
        #expect(back.answer.hasSuffix(": all of it is in its series\n"), "\(back.answer)")
        #expect(asked.last?.body == #"{"reason":"no"}"#)
        let (shown, _) = try await self.run(
            ["show", SampleController.regressed], ["GET \(path)": .json(run)])
        #expect(shown.answer.contains("all of it but parse (fan, ann)"), "\(shown.answer)")
        let (silent, _) = try await self.run(["exclude", SampleController.regressed], [:])
        #expect(silent.status == .usage)
    }
}
