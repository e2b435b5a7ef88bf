import NIOHTTP1
import Testing

@testable import CommandLine

/// The client against controllers that misbehave.
@Suite struct APIClientTests {
    private func run(
        _ arguments: [String], _ script: @escaping FakeController.Script
    ) async throws -> (ended: Program.Ended, calls: [FakeController.Call]) {
        try await withController(script) { server in
            let ended = await Program(server: server).run(arguments)
            return (ended, server.calls)
        }
    }

    @Test func `a passing failure of a read is tried again three times`() async throws {
        let (ended, calls) = try await run(["hosts", "--json"]) { call in
            call.repetition < 3
                ? .json("{}", status: 503) : .json(#"{"items":[],"next_cursor":null}"#)
        }
        #expect(ended.status == .done)
        #expect(calls.count == 4)
        let least: [Duration] = [.milliseconds(200), .milliseconds(400), .milliseconds(800)]
        #expect(ended.pauses.count == 3)
        for (pause, least) in zip(ended.pauses, least) {
            #expect(pause >= least && pause <= least * 1.25)
        }
    }

    @Test func `a failure that stays is told with its request id`() async throws {
        let (ended, calls) = try await run(["hosts", "--json"]) { _ in
            .json(
                #"{"code":"unavailable","message":"The database cannot be reached now.","#
                    + #""details":{"reason":"database_unavailable"},"#
                    + #""error":{"request_id":"0197-1"}}"#, status: 503)
        }
        #expect(ended.status == .notReachable)
        #expect(calls.count == 4)
        #expect(ended.notices.contains(#""code":"database_unavailable""#))
        #expect(ended.notices.contains(#""request_id":"0197-1""#))
    }

    @Test func `the server's Retry-After is kept`() async throws {
        let (ended, _) = try await run(["hosts"]) { call in
            call.repetition == 0
                ? .json("{}", status: 429, headers: [("Retry-After", "7")])
                : .json(#"{"items":[],"next_cursor":null}"#)
        }
        #expect(ended.status == .done)
        #expect(ended.pauses == [.seconds(7)])
    }

    struct Write: Sendable {
        let key: [String]
        let calls: Int
    }

    @Test(arguments: [Write(key: [], calls: 1), Write(key: ["--key", "night-7"], calls: 4)])
    func `a write is repeated only with an idempotency key`(_ given: Write) async throws {
        let arguments = ["trigger", "-p", "sample", "--commit", "main"] + given.key
        let (ended, calls) = try await run(arguments) { _ in .json("{}", status: 500) }
        #expect(ended.status == .notReachable)
        let writes = calls.filter { $0.method == .POST }
        #expect(writes.count == given.calls)
        #expect(writes.first?.headers.first(name: "Idempotency-Key") == given.key.last)
    }

    struct Bad: Sendable {
        let answer: FakeController.Answer
        let status: CommandStatus
        let words: String
    }

    @Test(arguments: [
        Bad(answer: .stall, status: .notReachable, words: "no answer in time"),
        Bad(answer: .close, status: .notReachable, words: "could not be reached"),
        Bad(answer: .cut(#"{"items":["#), status: .notReachable, words: "could not be reached"),
        Bad(answer: .hang(#"{"items":["#), status: .notReachable, words: "no answer in time"),
        Bad(answer: .garbage, status: .notReachable, words: "could not be reached"),
        Bad(answer: .json("<html>"), status: .notReachable, words: "it is no JSON"),
        Bad(answer: .json("{}"), status: .notReachable, words: "`items` is missing"),
        Bad(answer: .json(#"{"items":[{"id":7}]}"#), status: .notReachable, words: "items"),
        Bad(answer: .nothing, status: .notReachable, words: "it is empty"),
        Bad(answer: .json("{}", status: 401), status: .notReachable, words: "fleetmark login"),
        Bad(answer: .json("{}", status: 403), status: .failed, words: "more rights"),
        Bad(answer: .json("{}", status: 404), status: .failed, words: "check the name"),
        Bad(
            answer: .json("", status: 302, headers: [("Location", "http://127.0.0.1:9/")]),
            status: .failed, words: "302"),
    ])
    func `every bad answer has a status and words`(_ given: Bad) async throws {
        let (ended, _) = try await run(["hosts", "--timeout", "500ms"]) { _ in given.answer }
        #expect(ended.status == given.status)
        #expect(ended.notices.contains(given.words), "\(ended.notices)")
        #expect(ended.answer.isEmpty)
    }

    @Test func `nobody listening is not reachable`() async throws {
        let server = try await FakeController.start { _ in .nothing }
        try await server.stop()
        let ended = await Program(server: server).run("hosts", "--timeout", "1h")
        #expect(ended.status == .notReachable)
        #expect(ended.notices.contains("connection refused"))
    }

    @Test func `the key is sent and never shown`() async throws {
        let (ended, calls) = try await run(["hosts", "--verbose"]) { _ in
            .json(#"{"items":[],"next_cursor":null}"#)
        }
        #expect(calls.first?.headers.first(name: "Authorization") == "Bearer pg_test")
        #expect(ended.notices.contains("GET /hosts: 200"))
        #expect(!ended.notices.contains("pg_test"))
    }

    @Test func `text from the server cannot steer the terminal`() async throws {
        let (ended, _) = try await run(["hosts"]) { _ in
            .json(#"{"code":"x","message":"a\u001b[2Jb"}"#, status: 404)
        }
        #expect(!ended.notices.contains("\u{1B}"))
    }
}
