import TestSupport
import Testing

@testable import WebSupport

@Suite struct RunRoutesTests {
    @Test func `runs, requests, jobs and attempts are as recorded`() async throws {
        try await SampleStory.with { story in
            let measured = story.lantern.measured
            for (name, path) in [
                ("run.measured", "/runs/\(measured.run)"),
                ("run.queued", "/runs/\(story.lantern.queued.runs[0])"),
                ("request.measured", "/requests/\(measured.request)"),
                ("job.measured", "/jobs/\(measured.job)"),
                ("job.queued", "/jobs/\(story.lantern.queued.jobs[0])"),
                ("job.attempts", "/jobs/\(measured.job)/attempts"),
                ("run.attempts", "/runs/\(measured.run)/attempts"),
                ("attempt", "/attempts/\(measured.attempt)"), ("queue", "/queue"),
            ] {
                try Golden.check(name, try await story.fixture.get(path))
            }
        }
    }

    @Test func `the queue shows the jobs of the projects that a key reaches`() async throws {
        try await SampleStory.with { story in
            let lantern = story.lantern.queued.jobs
            let vault = story.vault.queued.jobs
            for (caller, jobs) in [
                (SampleCaller.admin, lantern + vault), (.reader, lantern + vault),
                (.lanternReader, lantern), (.vaultWriter, vault),
            ] {
                let reply = try await story.fixture.get("/queue", as: caller)
                #expect(reply.json.listed("id").compactMap(\.string) == jobs, "\(caller)")
            }
        }
    }

    @Test func `a run that has moved on since is answered at once, else after the wait`()
        async throws
    {
        try await SampleFleet.with { fleet in
            let request = try await fleet.trigger("lantern", ["ref": "main"])
            for path in ["/runs/\(request.runs[0])", "/requests/\(request.id)"] {
                let revision = try #require(
                    try await fleet.fixture.get(path)["revision"].integer)
                let older = try await fleet.fixture.get(
                    path + "?wait_s=50&after=\(revision - 1)")
                #expect(older.status == 200)
                #expect(older["revision"].integer == revision)
                let same = try await fleet.fixture.get(path + "?after=\(revision)")
                #expect(same.status == 204)
                #expect(same.bytes.isEmpty)
                let waited = try await fleet.fixture.get(path + "?wait_s=1&after=\(revision)")
                #expect(waited.status == 204)
            }
        }
    }

    @Test func `a call that waits is answered by the change`() async throws {
        try await SampleFleet.with { fleet in
            let request = try await fleet.trigger("lantern", ["ref": "main"])
            for path in ["/runs/\(request.runs[0])", "/requests/\(request.id)"] {
                let revision = try #require(
                    try await fleet.fixture.get(path)["revision"].integer)
                async let waiting = fleet.fixture.get(path + "?wait_s=50&after=\(revision)")
                let polls = fleet.fixture.polls
                try await eventually("the call waits") { polls.heldCount == 1 }
                let mode: JSONValue = path.hasPrefix("/runs") ? "graceful" : "now"
                if mode == "graceful" {
                    let lease = try await fleet.agent.lease()
                    _ = try await fleet.agent.heartbeat(1, of: lease)
                } else {
                    _ = try await fleet.fixture.post(path + "/cancel", ["mode": mode])
                }
                let answer = try await waiting
                #expect(answer.status == 200, "\(path)")
                #expect(try #require(answer["revision"].integer) > revision, "\(path)")
            }
        }
    }

    @Test func `calls that wait end when the controller does`() async throws {
        try await SampleFleet.with { fleet in
            let run = try await fleet.trigger("lantern", ["ref": "main"]).runs[0]
            async let waiting = fleet.fixture.get("/runs/\(run)?wait_s=50&after=1000")
            let polls = fleet.fixture.polls
            try await eventually("the call waits") { polls.heldCount == 1 }
            polls.shutDown()
            let answer = try await waiting
            #expect(answer.status == 204)
        }
    }

    @Test func `a bad wait is refused`() async throws {
        try await SampleFleet.with { fleet in
            let request = try await fleet.trigger("lantern", ["ref": "main"])
            for path in ["/runs/\(request.runs[0])", "/requests/\(request.id)"] {
                for query in [
                    "wait_s=51", "wait_s=-1", "wait_s=x", "after=-1", "wait_s=1&wait_s=2",
                ] {
                    let reply = try await fleet.fixture.get(path + "?" + query)
                    #expect(reply.reason == "invalid_value", "\(query)")
                }
                let unknown = try await fleet.fixture.get(path + "?wait=1")
                #expect(unknown.reason == "unknown_parameter")
            }
        }
    }

    /// Reads that take no parameter, or few.
    @Test func `a parameter that a route does not know is refused`() async throws {
        try await SampleStory.with { story in
            let routes =
                PrivacyTests.objectReads + [
                    "/projects", "/queue", "/hosts", "/hosts/:host", "/enrolment-tokens",
                ]
            for route in routes {
                let address = try story.address(route, of: story.lantern)
                let reply = try await story.fixture.get(address + "?colour=red")
                #expect(reply.status == 400, "\(route)")
                #expect(reply.reason == "unknown_parameter", "\(route)")
            }
        }
    }

    @Test func `what is no identifier names nothing`() async throws {
        try await APIFixture.with { fixture in
            for path in [
                "/runs/x", "/requests/7", "/jobs/-", "/attempts/%20", "/hosts/bench-01",
                "/comparisons/\(freshID().uppercased())", "/runs/\(freshID())x",
            ] {
                let reply = try await fixture.get(path)
                #expect(reply.status == 404, "\(path)")
                #expect(reply.reason == "not_found", "\(path)")
            }
        }
    }
}
