import FleetmarkController
import Testing

@testable import WebSupport

@Suite struct TriggerRoutesTests {
    /// What a trigger selects, as places on the sample's `main`; 3 is the tip of `topic`.
    struct Case: Sendable {
        let body: JSONValue
        let commits: [Int]
        /// What each is compared with; nil for a commit without a base.
        let bases: [Int?]
    }

    private static func cases(_ all: [String]) -> [Case] {
        func commit(_ place: Int) -> JSONValue { .string(all[place]) }
        return [
            Case(body: ["ref": "main"], commits: [2], bases: [1]),
            Case(body: ["ref": "v1"], commits: [1], bases: [0]),
            Case(body: ["ref": "topic"], commits: [3], bases: [0]),
            Case(body: ["ref": "HEAD"], commits: [2], bases: [1]),
            Case(body: ["ref": "refs/heads/main"], commits: [2], bases: [1]),
            Case(body: ["commit": commit(1)], commits: [1], bases: [0]),
            Case(body: ["commit": .string(String(all[1].prefix(7)))], commits: [1], bases: [0]),
            Case(body: ["commit": commit(0)], commits: [0], bases: [nil]),
            Case(
                body: ["range": ["from": commit(0), "to": "main"]], commits: [1, 2],
                bases: [0, 1]),
            Case(body: ["range": .string("\(all[0])..main")], commits: [1, 2], bases: [0, 1]),
            Case(
                body: ["range": ["from": commit(0), "to": "main", "step": 2]], commits: [2],
                bases: [1]),
            Case(
                body: [
                    "range": ["from": commit(0), "to": "main", "first_parent": true, "limit": 2]
                ],
                commits: [1, 2], bases: [0, 1]),
            Case(body: ["ref": "main", "base": "none"], commits: [2], bases: [nil]),
            Case(body: ["ref": "main", "base": "parent"], commits: [2], bases: [1]),
            Case(body: ["ref": "main", "base": "topic"], commits: [2], bases: [3]),
            Case(body: ["ref": "main", "base": commit(0)], commits: [2], bases: [0]),
        ]
    }

    @Test func `each selection measures its commits against their bases`() async throws {
        try await SampleFleet.with { fleet in
            let all = fleet.repository.main + [fleet.repository.topic]
            for given in Self.cases(all) {
                let request = try await fleet.trigger("lantern", given.body)
                var commits: [String?] = []
                var bases: [String?] = []
                for run in request.runs {
                    let run = try await fleet.fixture.get("/runs/\(run)")
                    commits.append(run["commit"].string)
                    bases.append(run["base"]["commit"].string)
                }
                #expect(commits == given.commits.map { all[$0] }, "\(given.body.text)")
                #expect(bases == given.bases.map { $0.map { all[$0] } }, "\(given.body.text)")
            }
        }
    }

    @Test func `the answer names the request, its runs and where to look`() async throws {
        try await SampleFleet.with { fleet in
            let made = try await fleet.fixture.post(
                "/projects/lantern/runs", as: .lanternWriter,
                ["range": .string("\(fleet.repository.main[0])..main"), "reason": "Monday"])
            try Golden.check("trigger", made)
            let address = made[header: "Location"]?.dropFirst("/api/v1".count) ?? ""
            let request = try await fleet.fixture.get(String(address))
            try Golden.check("request", request)
            #expect(request.json == made["request"])
        }
    }

    @Test func `every wish of the caller's reaches the run`() async throws {
        try await SampleFleet.with { fleet in
            let request = try await fleet.trigger(
                "lantern",
                [
                    "repository": "sample", "ref": "main", "benchmarks": ["parse/*"],
                    "tags": ["quick"], "host": .string(fleet.agent.host), "priority": "main",
                    "repetitions": ["min": 6, "max": 9, "target_rel": 0.02], "reason": "all",
                ])
            let run = try await fleet.fixture.get("/runs/\(request.runs[0])")
            #expect(run["priority"].string == "main")
            let job = try await fleet.fixture.get("/jobs/\(request.jobs[0])")
            #expect(job["needs"]["host_id"].string == fleet.agent.host)
            let claimed = try await fleet.agent.claim()
            let description = try claimed.jobDescription()
            #expect(description["benchmarks"].items.count == 1)
            #expect(description["benchmarks"].items[0]["name"].string == "parse/short")
            #expect(description["repetitions"]["min"].integer == 6)
            #expect(description["repetitions"]["max"].integer == 9)
        }
    }

    @Test func `counters of the trigger stand before those of the file, and make another run`()
        async throws
    {
        try await SampleFleet.with { fleet in
            let plain = try await fleet.trigger("lantern", ["ref": "main"])
            let request = try await fleet.trigger(
                "lantern",
                ["ref": "main", "suite": "default", "counters": ["task-clock", "instructions:u"]])
            #expect(request.runs != plain.runs)
            _ = try await fleet.fixture.post("/runs/\(plain.runs[0])/cancel", [:])
            let description = try await fleet.agent.claim().jobDescription()
            for benchmark in description["benchmarks"].items {
                #expect(benchmark["counters"]["events"] == ["task-clock", "instructions:u"])
            }
        }
    }

    @Test func `a patch is measured against its commit, and once`() async throws {
        try await SampleFleet.with { fleet in
            let body: JSONValue = ["ref": "main", "patch": "--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+1\n"]
            let request = try await fleet.trigger("lantern", body)
            let run = try await fleet.fixture.get("/runs/\(request.runs[0])")
            #expect(run["source"].string == "patch")
            #expect(run["patch"].string?.count == 64)
            #expect(run["base"]["commit"] == run["commit"])
            #expect(run["base"]["how"].string == "patch")
            let again = try await fleet.fixture.post("/projects/lantern/runs", body)
            #expect(again["runs"].items[0]["id"].string == request.runs[0])
            let plain = try await fleet.trigger("lantern", ["ref": "main"])
            #expect(plain.runs != request.runs)
            let description = try await fleet.agent.claim().jobDescription()
            let revisions = description["revisions"].items
            #expect(revisions.map { $0["patch"] == .null } == [false, true])
            #expect(revisions[0]["commit"] == revisions[1]["commit"])
        }
    }

    @Test func `a build that is to be fresh is said to the agent`() async throws {
        try await SampleFleet.with { fleet in
            let first = try await fleet.trigger("lantern", ["ref": "main"])
            _ = try await fleet.fixture.post("/runs/\(first.runs[0])/cancel", [:])
            let anew = try await fleet.trigger("lantern", ["ref": "main", "fresh_build": true])
            #expect(anew.runs != first.runs)
            let build = try await fleet.agent.claim().jobDescription()["build"]
            #expect(build["cache"]["fresh"] == true)
            #expect(build["cache"]["key"].string?.count == 64)
        }
    }

    @Test func `each cell of a matrix is a job, and the caller may ask for some`() async throws {
        try await SampleFleet.with { fleet in
            let whole = try await fleet.trigger("lantern", ["ref": "matrix"])
            let jobs = try await fleet.fixture.get("/runs/\(whole.runs[0])/jobs")["items"].items
            #expect(jobs.map { $0["id"].string } == whole.jobs)
            #expect(jobs.map { $0["cell"]["opt"].string } == ["O2", "O3", "Os"])
            #expect(jobs.map { $0["shard"]["count"].integer } == [3, 3, 3])
            _ = try await fleet.fixture.post("/runs/\(whole.runs[0])/cancel", [:])
            let one = try await fleet.trigger(
                "lantern", ["ref": "matrix", "matrix": ["opt": "O3"]])
            #expect(one.runs != whole.runs && one.jobs.count == 1)
            let description = try await fleet.agent.claim().jobDescription()
            #expect(description["cell"]["opt"].string == "O3")
            #expect(description["build"]["steps"].items[0]["run"].string == "make O3")
            #expect(description["benchmarks"].items[0]["params"]["matrix.opt"].string == "O3")
        }
    }

    @Test func `a cell that is not there is refused, one job can be cancelled`() async throws {
        try await SampleFleet.with { fleet in
            let wrong = try await fleet.fixture.post(
                "/projects/lantern/runs", ["ref": "matrix", "matrix": ["opt": "O9"]])
            #expect(wrong.status == 400)
            #expect(wrong["details"]["pointer"].string == "/matrix")
            #expect(wrong["message"].string?.contains("it has O2, O3, Os") == true)
            let whole = try await fleet.trigger("lantern", ["ref": "matrix"])
            let ended = try await fleet.fixture.post("/jobs/\(whole.jobs[1])/cancel", [:])
            #expect(ended.status == 202)
            let jobs = try await fleet.fixture.get("/runs/\(whole.runs[0])/jobs")["items"].items
            #expect(jobs.map { $0["state"].string } == ["queued", "cancelled", "queued"])
        }
    }

    @Test func `a dry run tells the cells and writes nothing`() async throws {
        try await SampleFleet.with { fleet in
            let body: JSONValue = ["ref": "matrix", "dry_run": true]
            let told = try await fleet.fixture.post("/projects/lantern/runs", body)
            #expect(told.status == 200)
            let cells = told["runs"].items[0]["cells"].items.map { $0["opt"].string }
            #expect(cells == ["O2", "O3", "Os"])
            #expect(try await fleet.fixture.get("/projects/lantern/runs")["items"].items.isEmpty)
            let made = try await fleet.trigger("lantern", ["ref": "matrix"])
            let again = try await fleet.fixture.post("/projects/lantern/runs", body)
            #expect(again["runs"].items[0]["reused"].string == made.runs[0])
            let wrong: JSONValue = ["ref": "nowhere", "dry_run": true]
            #expect(try await fleet.fixture.post("/projects/lantern/runs", wrong).status == 404)
        }
    }

    @Test func `a run has no more cells than the operator allows`() async throws {
        try await APIFixture.with(configure: { $0.matrixCells = 2 }) { fixture in
            let repository = try await SampleRepository(at: fixture.folder + "/sample.git")
            let made = try await fixture.post(
                "/projects",
                as: .admin,
                ["name": "lantern", "repository": ["url": .string(repository.address)]])
            #expect(made.status == 201)
            let reply = try await fixture.post("/projects/lantern/runs", ["ref": "matrix"])
            let id = try #require(reply["runs"].items.first?["id"].string)
            let run = try await fixture.get("/runs/\(id)")
            #expect(run["state"].string == "failed")
            let words = run["failure"]["message"].string ?? ""
            #expect(words.contains("3 cells") && words.contains("at most 2"), "\(words)")
        }
    }

    @Test func `a fixed number of repetitions is kept`() async throws {
        try await SampleFleet.with { fleet in
            _ = try await fleet.trigger("lantern", ["ref": "main", "repetitions": 12])
            let description = try await fleet.agent.claim().jobDescription()
            #expect(description["repetitions"]["fixed"].integer == 12)
        }
    }

    @Test func `what has been measured is used again unless it is forced`() async throws {
        try await SampleFleet.with { fleet in
            let first = try await fleet.trigger("lantern", ["ref": "main"])
            let again = try await fleet.fixture.post(
                "/projects/lantern/runs", ["ref": "main"])
            #expect(again["runs"].items[0]["reused"] == true)
            #expect(again["runs"].items[0]["id"].string == first.runs[0])
            #expect(again["request"]["id"].string != first.id)
            let forced = try await fleet.fixture.post(
                "/projects/lantern/runs", ["ref": "main", "force": true])
            #expect(forced["runs"].items[0]["reused"] == false)
            #expect(forced["runs"].items[0]["id"].string != first.runs[0])
        }
    }

    @Test(arguments: [("bare", "no fleetmark.yaml"), ("broken", "benchmarks")])
    func `a commit without a good suite is a run that failed`(
        _ branch: String, _ word: String
    ) async throws {
        try await SampleFleet.with { fleet in
            let request = try await fleet.trigger("lantern", ["ref": .string(branch)])
            let run = try await fleet.fixture.get("/runs/\(request.runs[0])")
            #expect(run["state"].string == "failed")
            #expect(run["failure"]["detail"].string == "suite_invalid")
            #expect(run["failure"]["message"].string?.contains(word) == true, "\(run.text)")
            #expect(request.jobs.isEmpty)
        }
    }

    @Test func `a project of two repositories is told which`() async throws {
        try await SampleFleet.with { fleet in
            _ = try await fleet.fixture.post(
                "/projects/lantern/repositories",
                ["name": "second", "url": .string(fleet.repository.address)])
            let path = "/projects/lantern/runs"
            Refusal(["ref": "main"], 422, "missing_field", at: "/repository")
                .check(try await fleet.fixture.post(path, ["ref": "main"]))
            let body: JSONValue = ["ref": "main", "repository": "third"]
            Refusal(body, 404, "unknown_repository")
                .check(try await fleet.fixture.post(path, body))
            let named = try await fleet.fixture.post(
                path, ["ref": "main", "repository": "second"])
            #expect(named.status == 202)
        }
    }
}

extension Reply {
    /// The job of a claim's answer.
    func jobDescription() throws -> JSONValue {
        let text = try known("job")
        guard let bytes = Base64Text.bytes(of: text) else {
            throw SampleProblem("no base64: \(text)")
        }
        return try JSONParser.parse(bytes)
    }
}
