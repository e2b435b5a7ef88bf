import AgentProtocol
import Foundation
import Glibc
import TestSupport
import Testing

/// Agents that should not be let in, and agents that cannot work.
@Suite struct BadAgentTests {
    @Test func `a token that nobody made is refused`() async throws {
        try await TestFleet.lend { fleet in
            let enrolled = try await fleet.enrol(
                token: "fme_" + String(repeating: "0", count: 32))
            #expect(enrolled.status == 4)
            #expect(enrolled.said.contains("token"), "\(enrolled.said)")
        }
    }

    @Test func `a token serves once`() async throws {
        try await TestFleet.lend { fleet in
            let token = try await fleet.token()
            #expect(try await fleet.enrol("one", token: token).status == 0)
            let second = try await fleet.enrol("two", token: token, onOtherMachine: true)
            #expect(second.status == 4)
            #expect(second.said.contains("token"), "\(second.said)")
            #expect(try await fleet.api.get("/hosts").items.count == 1)
        }
    }

    @Test func `of two processes with one identity the older one stops`() async throws {
        try await TestFleet.lend { fleet in
            try await fleet.join()
            let copy = fleet.agentFolder("copy")
            try await eventually("the agent is not there") {
                try await fleet.api.get("/hosts").items.first?["contact"]?.text == "online"
            }
            try FileManager.default.copyItem(atPath: fleet.agentFolder("agent"), toPath: copy)
            let older = try fleet.program("agent")
            try fleet.startAgent("copy")
            #expect(try await older.wait() == 6)
            #expect(older.output.contains("identity"), "\(older.output)")
            let first = try await fleet.commit()
            try await fleet.addProject()
            let run = try await fleet.triggerRun(of: first)
            #expect(try await fleet.finished(run)["state"]?.text == "succeeded")
        }
    }

    @Test func `a full spool ends the attempt and keeps what it holds`() async throws {
        try await TestFleet.lend { fleet in
            // More than fits: hundreds of values and what goes with them. What comes before the
            // first value fits, even when none of it was sent by the time nothing is any more.
            let suite = GatedRepository.suite.replacing(
                "min: 6, max: 6", with: "min: 300, max: 300")
            _ = try await fleet.commit(suite: suite)
            let commit = try await fleet.commit(suite: suite)
            try await fleet.addProject()
            try await fleet.join("agent", ["--spool-max", "64KiB"])
            try fleet.gates.hold("1")
            let run = try await fleet.triggerRun(of: commit)
            try await fleet.gates.arrival(at: "1")
            // Nothing is taken off the spool while the controller stands still.
            fleet.signalController(SIGSTOP)
            try fleet.gates.release("1")
            try await fleet.attemptEnded()
            fleet.signalController(SIGCONT)
            try await eventually("the spool did not fill") {
                let attempts = try await fleet.attempts(of: run)
                return attempts.first?["failure"]?["detail"]?.text == "spool_full"
            }
            // The host is to blame, and there is no other that the job could wait for.
            try await eventually("the run does not say what failed") {
                let failure = try await fleet.api.get("/runs/\(run)")["failure"]
                return failure?["detail"]?.text == "spool_full"
            }
            // What an attempt sent is put together after its end is known.
            try await eventually("nothing of it was stored") {
                try await !fleet.storedValues(of: run).isEmpty
            }
            let stored = try await fleet.storedValues(of: run)
            let written = try fleet.gates.values
            #expect(stored.count < written.count)
            #expect(stored.allSatisfy(written.contains))
        }
    }

    @Test func `a repository that is not allowed is refused`() async throws {
        try await TestFleet.lend { fleet in
            let first = try await fleet.commit()
            try await fleet.addProject()
            let enrolled = try await fleet.enrol(token: try await fleet.token())
            #expect(enrolled.status == 0)
            try fleet.startAgent(allowing: "https://git.example.org/*")
            let run = try await fleet.triggerRun(of: first)
            let ended = try await fleet.finished(run)
            #expect(ended["failure"]?["class"]?.text == "policy", "\(ended)")
            let message = try #require(ended["failure"]?["message"]?.text)
            #expect(message.contains("may not measure"), "\(message)")
        }
    }
}
