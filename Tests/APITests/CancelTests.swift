import Testing

@testable import WebSupport

@Suite struct CancelTests {
    @Test func `the log tells each change of work, by run, job and attempt`() async throws {
        try await SampleFleet.with { fleet in
            let measured = try await fleet.measure(commit: fleet.repository.main[2])
            let lines = fleet.fixture.log.lines.filter { $0.facts["run"] == measured.run }
            let told = lines.map { "\($0.message) \($0.facts["state"] ?? "")" }
            #expect(
                told == [
                    "job changed queued", "job changed running", "attempt changed measuring",
                    "attempt changed uploaded", "job changed processing",
                    "attempt changed completed", "job changed succeeded", "attempt processed ",
                    "run judged ",
                ])
            let ofWork = lines.dropLast()
            #expect(ofWork.allSatisfy { $0.facts["job"] == measured.job })
            #expect(ofWork.dropFirst().allSatisfy { $0.facts["attempt"] == measured.attempt })
        }
    }

    @Test func `a queued run and a request are cancelled`() async throws {
        try await SampleFleet.with { fleet in
            let request = try await fleet.trigger("lantern", ["ref": "main"])
            let run = try await fleet.fixture.post(
                "/runs/\(request.runs[0])/cancel", as: .lanternWriter,
                ["mode": "graceful", "reason": "a mistake"])
            try Golden.check("run.cancelled", run)
            let other = try await fleet.trigger("lantern", ["ref": "topic"])
            let cancelled = try await fleet.fixture.post(
                "/requests/\(other.id)/cancel", as: .lanternWriter, [:])
            try Golden.check("request.cancelled", cancelled)
            #expect(try await fleet.fixture.get("/queue")["items"].items.isEmpty)
        }
    }

    @Test func `the agent of a running job is told, and told again when it is to hurry`()
        async throws
    {
        try await SampleFleet.with { fleet in
            let request = try await fleet.trigger("lantern", ["ref": "main"])
            let lease = try await fleet.agent.lease()
            let path = "/runs/\(request.runs[0])/cancel"
            let steps: [(mode: JSONValue, told: String)] = [
                ("graceful", "graceful"), ("now", "now"), ("graceful", "now"),
            ]
            for (number, step) in steps.enumerated() {
                let reply = try await fleet.fixture.post(path, ["mode": step.mode])
                #expect(reply.status == 202, "\(reply.text)")
                let beat = try await fleet.agent.heartbeat(Int64(number + 1), of: lease)
                #expect(beat["cancel"].string == step.told)
            }
            let job = try await fleet.fixture.get("/jobs/\(lease.job)")
            #expect(job["cancel"]["mode"].string == "now")
        }
    }

    @Test func `who cancelled and why stays with the job`() async throws {
        try await SampleFleet.with { fleet in
            let request = try await fleet.trigger("lantern", ["ref": "main"])
            let long = String(repeating: "a", count: 501)
            let path = "/runs/\(request.runs[0])/cancel"
            let refused = try await fleet.fixture.post(path, ["reason": .string(long)])
            #expect(refused.pointer == "/reason")
            _ = try await fleet.fixture.post(
                path, as: .lanternWriter, ["reason": "a mistake"])
            let job = try await fleet.fixture.get("/jobs/\(request.jobs[0])")
            #expect(job["cancel"]["by"].string == "lanternWriter")
            #expect(job["cancel"]["reason"].string == "a mistake")
        }
    }

    @Test func `work that is being cancelled is not handed to the next who asks`() async throws {
        try await SampleFleet.with { fleet in
            let request = try await fleet.trigger("lantern", ["ref": "main"])
            _ = try await fleet.agent.lease()
            _ = try await fleet.fixture.post("/runs/\(request.runs[0])/cancel", [:])
            let next = try await fleet.trigger("lantern", ["ref": "main"])
            #expect(next.runs != request.runs)
        }
    }

    @Test func `what has ended is not cancelled`() async throws {
        try await SampleStory.with { story in
            let measured = story.lantern.measured
            for path in ["/runs/\(measured.run)", "/requests/\(measured.request)"] {
                let reply = try await story.fixture.post(path + "/cancel", [:])
                #expect(reply.status == 409)
                #expect(reply.reason == "terminal")
            }
        }
    }

    @Test func `a bad cancellation is refused`() async throws {
        try await SampleStory.with { story in
            let refusals = [
                Refusal(["mode": "none"], 422, "out_of_range", at: "/mode"),
                Refusal(["mode": "soon"], 422, "out_of_range", at: "/mode"),
                Refusal(["mode": 1], 422, "wrong_type", at: "/mode"),
                Refusal(["why": "x"], 422, "unknown_field", at: "/why"),
            ]
            let queued = story.lantern.queued
            for path in ["/runs/\(queued.runs[0])", "/requests/\(queued.id)"] {
                for refusal in refusals {
                    refusal.check(
                        try await story.fixture.post(path + "/cancel", refusal.body))
                }
            }
            for path in ["/runs/\(freshID())/cancel", "/requests/x/cancel"] {
                let reply = try await story.fixture.post(path, [:])
                #expect(reply.reason == "not_found")
            }
        }
    }
}
