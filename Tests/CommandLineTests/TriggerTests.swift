import Foundation
import NIOHTTP1
import Testing

@testable import CommandLine

/// `trigger`: what it asks for, how it waits, how it ends.
@Suite struct TriggerTests {
    private static let post = "POST /projects/sample/runs"
    private static let triggered = FakeController.Answer.json(
        SampleController.triggered, status: 202)

    private func run(
        _ arguments: [String], _ overrides: [String: FakeController.Answer] = [:]
    ) async throws -> (ended: Program.Ended, calls: [FakeController.Call]) {
        let controller = try SampleController(
            [Self.post: Self.triggered].merging(overrides) { _, new in new })
        return try await withController(controller.script) { server in
            let ended = await Program(server: server).run(["trigger", "-p", "sample"] + arguments)
            return (ended, server.calls)
        }
    }

    struct Asked: Sendable {
        let arguments: [String]
        let body: String
    }

    @Test(arguments: [
        Asked(arguments: [], body: #"{"commit":"HEAD"}"#),
        Asked(
            arguments: ["--against", "parent"], body: #"{"base":"parent","commit":"HEAD"}"#),
        Asked(
            arguments: ["--against", "merge-base"],
            body: #"{"base":"merge_base","commit":"HEAD"}"#),
        Asked(
            arguments: ["--against", "pinned"], body: #"{"base":"baseline","commit":"HEAD"}"#),
        Asked(
            arguments: ["--commit", "v1.4", "--against", "none"],
            body: #"{"base":"none","commit":"v1.4"}"#),
        Asked(
            arguments: ["--range", "v1..main", "--every", "5", "--first-parent"],
            body: #"{"range":{"first_parent":true,"from":"v1","limit":500,"#
                + #""step":5,"to":"main"}}"#),
        Asked(
            arguments: [
                "--benchmark", "parse*", "--benchmark", "print", "--tag", "fast", "--fresh",
                "--repetitions", "10..50", "--priority", "nightly", "--note", "why",
                "--host", "bench1",
            ],
            body: #"{"benchmarks":["parse*","print"],"commit":"HEAD","#
                + #""force":true,"host":"01a1fd0c-5971-7a4e-a728-e1ef620f46b4","#
                + #""priority":"nightly","reason":"why","repetitions":{"max":50,"min":10},"#
                + #""tags":["fast"]}"#),
        Asked(
            arguments: ["--matrix", "cc=gcc", "--matrix", "opt=-O2=x"],
            body: #"{"commit":"HEAD","matrix":{"cc":"gcc","opt":"-O2=x"}}"#),
        Asked(
            arguments: ["--repetitions", "7"],
            body: #"{"commit":"HEAD","repetitions":7}"#),
    ])
    func `the call says what the options say`(_ given: Asked) async throws {
        let (ended, calls) = try await run(given.arguments)
        #expect(ended.status == .done, "\(ended.notices)")
        #expect(calls.first { $0.method == .POST }?.body == given.body)
    }

    @Test func `without waiting it says what was begun`() async throws {
        let (ended, _) = try await run([])
        try Recorded.expect(ended.answer, equals: "trigger.txt")
        #expect(
            ended.notices.contains(
                "page: https://fleet.example/requests/\(SampleController.request)"))
    }

    @Test func `a dry run says what would be measured`() async throws {
        let told = """
            {"dry_run":true,"runs":[{"commit":"6bad3390169ce5dee7219a02170a386d1638dc7a",
            "host_class":"default","cells":[{"cc":"gcc"},{"cc":"clang"}]},
            {"commit":"92d06a9307224fe11f27fe0b20f34086cc3a7358","host_class":"default",
            "cells":[],"reused":"01a1fd0c-ca4f-7764-858c-55eede69e1a0"}]}
            """
        let (ended, calls) = try await run(["--dry-run"], [Self.post: .json(told)])
        #expect(ended.status == .done, "\(ended.notices)")
        #expect(calls.first { $0.method == .POST }?.body.contains(#""dry_run":true"#) == true)
        let lines = ended.answer.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[1].contains("6bad339") && lines[1].contains("cc=gcc"))
        #expect(lines[3].contains("there already"))
        #expect(ended.notices.contains("2 jobs would be queued"))
        #expect(try await run(["--dry-run", "--wait"]).ended.status == .usage)
    }

    @Test func `waiting ends with the commits by name and the decision's status`() async throws {
        let (ended, _) = try await run(["--range", "a..b", "--wait"])
        #expect(ended.status == .judgedBad)
        try Recorded.expect(ended.answer, equals: "trigger-wait.txt")
    }

    @Test func `a stream of JSON ends with the result`() async throws {
        let (ended, _) = try await run(["--wait", "--json", "--fail-on", "never"])
        #expect(ended.status == .done)
        let lines = ended.answer.split(separator: "\n").map { Data($0.utf8) }
        let trees = try lines.map { try JSONDecoder().decode(JSONTree.self, from: $0) }
        #expect(trees.compactMap { $0["type"]?.string } == ["run", "run", "result"])
        #expect(trees.last?["schema"]?.string == "fleetmark.trigger.v1")
        #expect(trees.last?["runs"]?.items.first?["rows"]?.items.isEmpty == false)
    }

    @Test func `the wait goes on through states until the end`() async throws {
        let states = ["queued", "running", "processing"]
        let controller = try SampleController([Self.post: Self.triggered])
        let list = try Recorded.reply("runs")
        let script: FakeController.Script = { call in
            if call.path.hasSuffix("/projects/sample/runs"), call.method == .GET,
                call.repetition < states.count
            {
                return .json(
                    list.replacing(
                        "\"state\": \"succeeded\"",
                        with: "\"state\": \"\(states[call.repetition])\""
                    )
                    .replacing("finished_us", with: "later"))
            }
            return controller.script(call)
        }
        let (ended, calls) = try await withController(script) { server in
            let ended = await Program(server: server)
                .run("trigger", "-p", "sample", "--wait", "--range", "a..b")
            return (ended, server.calls)
        }
        #expect(ended.status == .judgedBad)
        let phases = ended.notices.split(separator: "\n").filter { $0.contains("elapsed") }
        #expect(phases.map { $0.prefix { $0 != " " } } == ["queued", "running", "processing"])
        let polls = calls.filter { $0.path.hasSuffix("/requests/\(SampleController.request)") }
        #expect(polls.map(\.query) == ["wait_s=20", "wait_s=20&after=10", "wait_s=20&after=10"])
    }

    @Test func `a controller that goes away for a while is waited for`() async throws {
        let controller = try SampleController([Self.post: Self.triggered])
        let script: FakeController.Script = { call in
            let isList = call.path.hasSuffix("/projects/sample/runs") && call.method == .GET
            return isList && call.repetition < 3 ? .close : controller.script(call)
        }
        let ended = try await withController(script) { server in
            await Program(server: server).run("trigger", "-p", "sample", "--wait")
        }
        #expect(ended.status == .judgedBad)
        #expect(ended.pauses == [.seconds(1), .seconds(2), .seconds(4)])
        #expect(ended.notices.contains("trying again"))
    }

    @Test func `a controller that stays away ends the wait with 6`() async throws {
        let controller = try SampleController([Self.post: Self.triggered])
        let script: FakeController.Script = { call in
            call.method == .GET && call.path.hasSuffix("/runs") ? .close : controller.script(call)
        }
        let ended = try await withController(script) { server in
            await Program(server: server).run("trigger", "-p", "sample", "--wait")
        }
        #expect(ended.status == .notReachable)
        #expect(ended.pauses.reduce(.zero, +) >= RequestWatch.patience)
    }

    @Test func `a wait has an end when one is given`() async throws {
        let list = try Recorded.reply("runs").replacing("\"succeeded\"", with: "\"queued\"")
            .replacing("finished_us", with: "later")
        let (ended, calls) = try await run(
            ["--wait", "--wait-timeout", "3s"], ["GET /projects/sample/runs": .json(list)])
        #expect(ended.status == .noDecision)
        // No single call may outlast the wait.
        let polls = calls.filter { $0.query.contains("wait_s") }
        #expect(polls.first?.query == "wait_s=1")
        #expect(ended.notices.contains("they go on"))
    }

    @Test func `nobody waits in vain for a host`() async throws {
        let hosts =
            #"{"items":[{"id":"h","name":"bench1","state":"pending","host_class":"default"}]}"#
        let (ended, _) = try await run([], ["GET /hosts": .json(hosts)])
        #expect(ended.status == .done)
        #expect(ended.notices.contains("no host of class default is ready"))
        #expect(ended.notices.contains("fleetmark hosts approve bench1"))
    }

    @Test func `a refusal is told with what to do`() async throws {
        let refusal =
            #"{"code":"unprocessable","message":"The range has 812 commits.","#
            + #""details":{"reason":"range_too_long","count":812}}"#
        let (ended, _) = try await run(
            ["--range", "a..b"], [Self.post: .json(refusal, status: 422)])
        #expect(ended.status == .failed)
        #expect(
            ended.notices == """
                error: the range has 812 commits
                  why: count 812
                  try: a shorter range, or --every N for each N-th commit

                """)
    }

    @Test func `a cell that no host can take is told with what each host lacks`() async throws {
        let refusal =
            #"{"code":"unprocessable","message":"No host fits: the cell cc=icc: `requires` asks "#
            + #"for pmu; of 2 hosts of this class none has it.","details":"#
            + #"{"reason":"no_eligible_host","hosts":[{"host_id":"1","name":"bench1","#
            + #""why":"lacks pmu"},{"host_id":"2","name":"bench2","why":"lacks pmu"}]}}"#
        let (ended, _) = try await run([], [Self.post: .json(refusal, status: 422)])
        #expect(ended.status == .failed)
        #expect(ended.notices.contains("no host fits: the cell cc=icc: `requires` asks for pmu"))
        #expect(ended.notices.contains("why: bench1: lacks pmu, bench2: lacks pmu"))
        #expect(ended.notices.contains("--matrix"))
    }

    @Test func `a dry run says which cells would wait, and why`() async throws {
        let preview = #"""
            {"dry_run":true,"runs":[{"commit":"6bad3390169ce5dee7219a02170a386d1638dc7a",
            "host_class":"default","cells":[{"cc":"gcc"},{"cc":"icc"}],
            "why":[{"reason":"host_busy","text":"The only active host is at work.",
            "cell":{"cc":"icc"}}]}]}
            """#
        let (ended, _) = try await run(["--dry-run"], [Self.post: .json(preview)])
        #expect(ended.status == .done, "\(ended.notices)")
        let lines = ended.answer.split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.contains("cc=gcc") && !$0.contains("waits") })
        #expect(
            lines.contains { line in
                line.contains("cc=icc") && line.contains("waits: The only active host is at work.")
            }, "\(ended.answer)")
    }
}
