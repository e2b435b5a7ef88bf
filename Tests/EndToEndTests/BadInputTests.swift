import AgentProtocol
import Foundation
import TestSupport
import Testing

/// Bad input ends where it belongs, with its class, and the queue goes on.
@Suite struct BadInputTests {
    struct Case: CustomStringConvertible {
        let behaviour: GatedRepository.Behaviour
        let failureClass: String
        let detail: String
        let words: String
        var description: String { behaviour.rawValue }

        static let all = [
            Case(
                behaviour: .brokenBuild, failureClass: "job_error", detail: "build_failed",
                words: "status 7"),
            Case(
                behaviour: .crash, failureClass: "job_error", detail: "benchmark_crashed",
                words: "signal 11"),
            Case(
                behaviour: .hang, failureClass: "timeout", detail: "benchmark_hung",
                words: "out of time"),
            Case(
                behaviour: .silent, failureClass: "job_error", detail: "no_output",
                words: "printed nothing"),
            Case(
                behaviour: .garbage, failureClass: "job_error", detail: "bad_output",
                words: "not UTF-8"),
        ]
    }

    @Test(arguments: Case.all)
    func `a benchmark that cannot be measured fails by its class`(_ given: Case) async throws {
        try await TestFleet.lend { fleet in
            let suite = GatedRepository.suite.replacing("30s", with: "2s")
            _ = try await fleet.commit(suite: suite)
            let bad = try await fleet.commit(given.behaviour, suite: suite)
            let good = try await fleet.commit(suite: suite)
            try await fleet.addProject()
            try await fleet.join()
            let badRun = try await fleet.triggerRun(of: bad)
            let ended = try await fleet.finished(badRun)
            #expect(ended["state"]?.text == "failed", "\(ended)")
            #expect(ended["failure"]?["class"]?.text == given.failureClass, "\(ended)")
            #expect(ended["failure"]?["detail"]?.text == given.detail, "\(ended)")
            let message = try #require(ended["failure"]?["message"]?.text)
            #expect(message.contains(given.words), "\(message)")
            let goodRun = try await fleet.triggerRun(of: good)
            let next = try await fleet.finished(goodRun)
            // Its base is the bad commit: what there is of the good one is shown, and not judged.
            #expect(next["state"]?.text == "partial", "\(next)")
        }
    }

    @Test func `an unknown commit is refused at the trigger`() async throws {
        try await TestFleet.lend { fleet in
            _ = try await fleet.commit()
            try await fleet.addProject()
            let unknown = String(repeating: "5", count: 40)
            let reply = try await fleet.trigger(["commit": .string(unknown)])
            #expect(reply.status == 404, "\(reply.body)")
            #expect(reply.reason == "unknown_ref", "\(reply.body)")
            #expect(try await fleet.api.get("/queue").items.isEmpty)
        }
    }

    @Test func `a remote that cannot be reached is told at once`() async throws {
        try await TestFleet.lend { fleet in
            let order: JSONValue = .object([
                "name": "sample",
                "repository": .object(["url": .string("file:///nonexistent/repository.git")]),
            ])
            let reply = try await fleet.api.call("POST", "/projects", order)
            #expect(reply.status == 502, "\(reply.body)")
            #expect(try await fleet.api.get("/projects").items.isEmpty)
        }
    }

    @Test func `a remote that vanished fails the run, not the agent`() async throws {
        try await TestFleet.lend { fleet in
            _ = try await fleet.commit()
            let commit = try await fleet.commit()
            try await fleet.addProject()
            let run = try await fleet.triggerRun(of: commit)
            let path = fleet.repository.path
            try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
            try await fleet.join()
            try await eventually("no attempt failed") {
                try await fleet.attempts(of: run).contains {
                    $0["failure"]?["detail"]?.text == "checkout_failed"
                }
            }
            try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
        }
    }
}
