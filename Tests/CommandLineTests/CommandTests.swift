import Foundation
import NIOHTTP1
import Testing

@testable import CommandLine

/// Commands against a controller with the recorded sample project.
@Suite struct CommandTests {
    private func run(
        _ arguments: [String], _ overrides: [String: FakeController.Answer] = [:],
        _ change: (inout Program) -> Void = { _ in }
    ) async throws -> (ended: Program.Ended, calls: [FakeController.Call]) {
        let controller = try SampleController(overrides)
        return try await withController(controller.script) { server in
            var program = Program(server: server)
            program.environment["FLEETMARK_PROJECT"] = "sample"
            change(&program)
            let ended = await program.run(arguments)
            // The port is another one each time.
            let answer = ended.answer.replacing(server.address, with: "http://controller")
            return (
                Program.Ended(
                    status: ended.status, answer: answer, notices: ended.notices,
                    pauses: ended.pauses), server.calls
            )
        }
    }

    struct Shown: Sendable {
        let arguments: [String]
        let golden: String
        var status = CommandStatus.done
    }

    @Test(arguments: [
        Shown(arguments: ["project", "list", "--utc"], golden: "project-list.txt"),
        Shown(arguments: ["project", "show", "--utc"], golden: "project-show.txt"),
        Shown(arguments: ["runs"], golden: "runs.txt"),
        Shown(arguments: ["runs", "--columns", "run,state", "--csv"], golden: "runs.csv"),
        Shown(arguments: ["show", SampleController.regressed, "--utc"], golden: "show.txt"),
        Shown(
            arguments: ["show", "ca4f", "--utc"], golden: "show-usage.txt", status: .usage),
        Shown(arguments: ["show", "@last", "--json"], golden: "show.json"),
        Shown(arguments: ["hosts"], golden: "hosts.txt"),
        Shown(arguments: ["hosts", "show", "bench1", "--utc"], golden: "hosts-show.txt"),
        Shown(arguments: ["enroll-token", "list", "--utc"], golden: "tokens.txt"),
        Shown(
            arguments: ["compare", "--only", "all"], golden: "compare-own.txt", status: .done),
        Shown(
            arguments: ["compare", "e5fc020", "6bad339"], golden: "compare-refused.txt",
            status: .failed),
        Shown(arguments: ["deps", SampleController.regressed], golden: "deps.txt"),
        Shown(
            arguments: ["deps", SampleController.regressed, "--all", "--ecosystem", "npm"],
            golden: "deps-all.txt"),
        Shown(
            arguments: ["export", "@last", "--what", "comparison", "--format", "csv"],
            golden: "export-comparison.csv"),
        Shown(
            arguments: ["export", "--what", "runs", "--format", "ndjson"],
            golden: "export-runs.ndjson"),
    ])
    func `each command answers as recorded`(_ given: Shown) async throws {
        let overrides: [String: FakeController.Answer] = [
            // `compare` without sides begins with HEAD's newest run.
            "GET /projects/sample/runs": .json(try Recorded.reply("runs"))
        ]
        let (ended, _) = try await run(given.arguments, overrides)
        #expect(ended.status == given.status, "\(ended.notices)")
        let text = given.status == .done ? ended.answer : ended.notices
        try Recorded.expect(text, equals: given.golden)
    }

    @Test func `a project is added with what was given`() async throws {
        let (ended, calls) = try await run(
            [
                "project", "add", "lantern", "--repository", "file:///srv/git/lantern",
                "--branch", "trunk", "--public", "--json",
            ], ["POST /projects": .json(try Recorded.reply("project"), status: 201)])
        #expect(ended.status == .done)
        #expect(ended.answer.hasPrefix(#"{"schema":"fleetmark.project.add.v1","project":{"#))
        #expect(
            calls.first?.body == #"{"name":"lantern","repository":{"default_branch":"trunk","#
                + #""url":"file:///srv/git/lantern"},"visibility":"public"}"#)
    }

    @Test func `the token stands alone on standard output`() async throws {
        let reply = """
            {"id":"0197-1","token":"fme_5b1c","expires_us":1795250000000000,\
            "ca_fingerprint":"SHA256:aa","agents_url":"https://fleet.example:8443"}
            """
        let (ended, calls) = try await run(
            ["enroll-token", "--ttl", "10m", "--pre-approved"],
            ["POST /enrolment-tokens": .json(reply, status: 201)])
        #expect(ended.answer == "fme_5b1c\n")
        #expect(calls.first?.body == #"{"preapproved":true,"ttl_ns":600000000000}"#)
        #expect(
            ended.notices.contains(
                "fleetmark-agent enroll https://fleet.example:8443 --token-file FILE "
                    + "--ca-fingerprint SHA256:aa"))
    }

    @Test func `a token is revoked by its id`() async throws {
        let (ended, calls) = try await run(
            ["enroll-token", "revoke", "0197-1"], ["DELETE /enrolment-tokens/0197-1": .nothing])
        #expect(ended.status == .done)
        #expect(calls.map(\.method) == [.DELETE])
    }

    @Test func `a host is approved by its name`() async throws {
        let id = "01a1fd0c-5971-7a4e-a728-e1ef620f46b4"
        let (ended, _) = try await run(
            ["hosts", "approve", "bench1"],
            [
                "POST /hosts/\(id)/approve": .json(
                    #"{"id":"x","name":"bench1","state":"active"}"#)
            ])
        #expect(ended.answer == "bench1 is active\n")
    }

    @Test func `labels are set and taken away, and the others stay`() async throws {
        let id = "01a1fd0c-5971-7a4e-a728-e1ef620f46b4"
        let (ended, calls) = try await run(
            ["hosts", "label", "bench1", "zone=a", "old-"],
            [
                "PATCH /hosts/\(id)": .json(
                    #"{"id":"x","name":"bench1","labels":{"zone":"a"}}"#)
            ])
        #expect(ended.answer == "bench1: zone=a\n", "\(ended.notices)")
        #expect(calls.last?.body == #"{"labels":{"zone":"a"}}"#)
        let (wrong, _) = try await run(["hosts", "label", "bench1", "zone"])
        #expect(wrong.status == .usage)
        #expect(wrong.notices.contains("neither KEY=VALUE nor KEY-"))
    }

    struct Asked {
        let state: String
        let status: CommandStatus
    }

    @Test(arguments: [
        Asked(state: "valid", status: .done), Asked(state: "warn", status: .judgedBad),
        Asked(state: "quarantine", status: .judgedBad),
        Asked(state: "unknown", status: .noDecision),
    ])
    func `a host's canaries are waited for, and judged`(_ given: Asked) async throws {
        let path = "/hosts/01a1fd0c-5971-7a4e-a728-e1ef620f46b4/canary"
        let points =
            #"{"at_us":20,"name":"alu","median":0.2,"mad":0,"state":"\#(given.state)"},"#
            + #"{"at_us":9,"name":"alu","median":0.4,"mad":0,"state":"warn"}"#
        let (ended, calls) = try await run(
            ["hosts", "canary", "bench1", "--wait"],
            [
                "POST \(path)": .json(
                    #"{"kind":"canary","state":"queued","wanted_us":10}"#, status: 202),
                "GET \(path)": .json(
                    #"{"points":[\#(points)],"limits":{"alu":{"low":0.19,"high":0.21}}}"#),
            ])
        #expect(ended.status == given.status, "\(ended.notices)")
        #expect(ended.answer.contains("200 ms"))
        #expect(ended.answer.contains("190 ms to 210 ms"))
        #expect(!ended.answer.contains("400 ms"), "an older one is no answer")
        #expect(calls.contains { $0.body == "{}" })
    }

    @Test func `a host is asked for its canaries, and resumed`() async throws {
        let path = "/hosts/01a1fd0c-5971-7a4e-a728-e1ef620f46b4"
        let (asked, _) = try await run(
            ["hosts", "canary", "bench1"],
            ["POST \(path)/canary": .json(#"{"wanted_us":10}"#, status: 202)])
        #expect(asked.answer == "bench1 runs its canaries as soon as it has no work\n")
        let (resumed, _) = try await run(
            ["hosts", "resume", "bench1"],
            ["POST \(path)/resume": .json(#"{"id":"x","name":"bench1","state":"active"}"#)])
        #expect(resumed.answer == "bench1 is active\n")
    }

    @Test func `a host in quarantine says why, and what to do`() async throws {
        let id = "01a1fd0c-5971-7a4e-a728-e1ef620f46b4"
        let (ended, _) = try await run(
            ["hosts", "show", id],
            [
                "GET /hosts/\(id)": .json(
                    #"{"id":"\#(id)","name":"bench1","state":"quarantined","state_by":"tuning","#
                        + #""state_reason":"governor is performance"}"#)
            ])
        #expect(ended.answer.contains("by tuning: governor is performance"))
        #expect(ended.answer.contains("fleetmark hosts resume bench1"))
    }

    @Test(arguments: [
        (
            "--events", #"{"at_us":0,"kind":"kernel","text":"kernel 6.1 → 6.12"}"#,
            "kernel 6.1 → 6.12"
        ),
        (
            "--doctor", #"{"check":"no-pmu","weight":"limit","text":"no counters","advice":"buy"}"#,
            "no-pmu (limit): no counters\n    buy\n"
        ),
        (
            "--diff=bench1", #"{"layer":"tuning","path":"governor","a":"performance","b":null}"#,
            "governor"
        ),
    ])
    func `what is known of a host is shown when it is asked for`(
        option: String, item: String, words: String
    ) async throws {
        let path = "/hosts/01a1fd0c-5971-7a4e-a728-e1ef620f46b4"
        let page = FakeController.Answer.json(#"{"items":[\#(item)],"next_cursor":null}"#)
        let replies = [
            "GET \(path)/events": page, "GET \(path)/doctor": page,
            "GET \(path)/diff/01a1fd0c-5971-7a4e-a728-e1ef620f46b4": page,
        ]
        let (ended, _) = try await run(["hosts", "show", "bench1", option, "--utc"], replies)
        #expect(ended.status == .done, "\(ended.notices)")
        #expect(ended.answer.contains(words), "\(ended.answer)")
        let (asJSON, _) = try await run(["hosts", "show", "bench1", option, "--json"], replies)
        let name = option.dropFirst(2).prefix { $0 != "=" }
        #expect(asJSON.answer.contains("\"\(name)\":["))
    }

    @Test func `an unknown host is told with the nearest name`() async throws {
        let (ended, _) = try await run(["hosts", "show", "bnech1"])
        #expect(ended.status == .failed)
        #expect(ended.notices.contains("did you mean bench1?"))
    }

    @Test func `runs are cancelled by their last digits`() async throws {
        let path = "/runs/\(SampleController.unclear)/cancel"
        let (ended, calls) = try await run(
            ["cancel", "858c55eede69e1a0".suffix(12).description, "--now"],
            ["POST \(path)": .json(try Recorded.reply("run2"), status: 202)])
        #expect(ended.status == .done, "\(ended.notices)")
        #expect(calls.last?.body == #"{"mode":"now"}"#)
    }

    @Test func `an empty list says what to do next, beside the answer`() async throws {
        let empty = FakeController.Answer.json(#"{"items":[],"next_cursor":null}"#)
        let (ended, _) = try await run(["runs"], ["GET /projects/sample/runs": empty])
        #expect(ended.status == .done)
        #expect(ended.answer.isEmpty)
        #expect(ended.notices.contains("fleetmark trigger"))
    }

    @Test func `a reader that has gone ends the answer quietly`() async throws {
        let (ended, _) = try await run(["runs"]) { $0.room = 10 }
        #expect(ended.status == .done)
        #expect(ended.notices.isEmpty)
    }

    @Test func `all pages of a list are read one after the other`() async throws {
        let one = #"{"id":"a","commit":"1","state":"queued"}"#
        let script: FakeController.Script = { call in
            switch call.query {
            case "limit=200": .json(#"{"items":[\#(one)],"next_cursor":"p/2"}"#)
            case "limit=200&cursor=p%2F2": .json(#"{"items":[\#(one)],"next_cursor":null}"#)
            default: .json("{}", status: 400)
            }
        }
        let ended = try await withController(script) { server in
            await Program(server: server).run(["runs", "-p", "x", "--all", "--csv", "--no-header"])
        }
        #expect(ended.answer.split(separator: "\r\n").count == 2)
    }

    @Test func `samples of several runs have one header`() async throws {
        func samples(_ id: String) -> FakeController.Answer {
            .text("run_id,value\r\n\(id),1.5\r\n\(id),\"a\nb\"\r\n")
        }
        let (ended, _) = try await run(
            ["export", SampleController.regressed, SampleController.unclear, "--format", "csv"],
            [
                "GET /runs/\(SampleController.regressed)/samples": samples("r"),
                "GET /runs/\(SampleController.unclear)/samples": samples("u"),
            ])
        #expect(ended.answer == "run_id,value\r\nr,1.5\r\nr,\"a\nb\"\r\nu,1.5\r\nu,\"a\nb\"\r\n")
    }

    @Test func `samples as JSON are one document`() async throws {
        let (ended, calls) = try await run(
            ["export", SampleController.unclear],
            ["GET /runs/\(SampleController.unclear)/samples": .text("{\"v\":1}\n{\"v\":2}\n")])
        #expect(calls.last?.query == "format=ndjson")
        let document = try JSONDecoder().decode(JSONTree.self, from: Data(ended.answer.utf8))
        #expect(document["items"]?.items.map(\.text) == [#"{"v":1}"#, #"{"v":2}"#])
    }

    @Test func `an export goes into the file that is named`() async throws {
        try await withFolder { folder in
            let (ended, _) = try await run(
                ["export", "--what", "runs", "--format", "csv", "--output", "runs.csv"]
            ) { $0.directory = folder }
            #expect(ended.status == .done)
            #expect(ended.answer.isEmpty)
            let text = try String(contentsOfFile: folder + "/runs.csv", encoding: .utf8)
            #expect(text.split(separator: "\r\n").count == 3)
        }
    }
}
