import FleetModel
import HTTPTypes
import Pipeline
import Testing

@testable import WebSupport

@Suite struct ResultIntakeTests {
    /// Ten runs of a tool, each with three samples; `factor` times as long as usual.
    private static func results(
        _ seed: UInt64, factor: Double = 1, runs: Int = 10, name: String = "parse"
    ) -> JSONValue {
        var generator = SplitMix64Sequence(state: seed)
        var samples: [JSONValue] = []
        var groups: [JSONValue] = []
        for run in 0..<runs {
            let speed = 20 * factor * (1 + 0.002 * generator.normal())
            for _ in 0..<3 {
                samples.append(.real(speed * (1 + 0.001 * generator.normal())))
                groups.append(.integer(run))
            }
        }
        return [
            "schema": "fleetmark.results.v1",
            "results": [
                [
                    "name": .string(name), "params": ["size": "64k"], "unit": "ms",
                    "samples": .array(samples), "groups": .array(groups),
                ]
            ],
        ]
    }

    private static let host: JSONValue = [
        "name": "ci-linux", "arch": "x86_64", "os": "debian-12", "cpu_model": "Sample 9000",
        "cpu_count": 4, "memory_bytes": 17_179_869_184,
    ]

    private static func body(
        _ commit: String, _ more: [String: JSONValue] = [:]
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "commit": .string(commit), "host": host, "results": results(1),
        ]
        members.merge(more) { _, new in new }
        return .object(members)
    }

    private static func send(
        _ fleet: SampleFleet, _ body: JSONValue, as caller: SampleCaller = .lanternWriter
    ) async throws -> Reply {
        try await fleet.fixture.post("/projects/lantern/results", as: caller, body)
    }

    private static func process(_ fleet: SampleFleet) async throws {
        try await fleet.fixture.pipeline.processPending()
        try await fleet.fixture.keeper.analyseWaiting()
    }

    @Test func `results become a run that is judged beside the commit before`() async throws {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            let first = try await Self.send(fleet, Self.body(commits[0]))
            #expect(first.status == 201, "\(first.text)")
            #expect(first["run"]["base"] == .null)
            // So many runs before tell how much the machine varies.
            for seed in 2...9 as ClosedRange<UInt64> {
                let more = try await Self.send(
                    fleet, Self.body(commits[0], ["results": Self.results(seed)]))
                #expect(more.status == 201, "\(more.text)")
                try await Self.process(fleet)
            }
            let slow = try await Self.send(
                fleet, Self.body(commits[1], ["results": Self.results(99, factor: 1.2)]))
            #expect(slow.status == 201, "\(slow.text)")
            try Golden.check("results.submit", slow)
            #expect(slow["run"]["base"]["commit"].string == commits[0])
            #expect(slow["run"]["source"].string == "submitted")
            try await Self.process(fleet)
            let id = try #require(slow["run"]["id"].string)
            let run = try await fleet.fixture.get("/runs/\(id)")
            #expect(run["state"].string == "succeeded")
            #expect(run["direction"].string == "regressed", "\(run.text)")
            #expect(run["decision"].string == "fail")
            let comparison = try await fleet.fixture.get("/runs/\(id)/comparison")
            let row = try #require(
                try await fleet.fixture.get(
                    "/comparisons/\(try comparison.known("id"))/rows")["items"].items.first)
            #expect(row["provider"].string == "submitted")
            #expect(row["unit"].string == "s")
            guard case .number(let shift) = row["shift_rel"] else { throw SampleProblem(row.text) }
            #expect((0.17...0.23).contains(shift.double ?? 0), "\(row)")
            let again = try await fleet.fixture.post(
                "/comparisons/\(try comparison.known("id"))/recompute", as: .admin, [:])
            #expect(again["decision"].string == "fail", "\(again.text)")
        }
    }

    @Test func `they are held against what is pinned, too`() async throws {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            for seed in 1...12 as ClosedRange<UInt64> {
                let isSlow = seed > 6
                let sent = try await Self.send(
                    fleet,
                    Self.body(
                        commits[isSlow ? 1 : 0],
                        ["results": Self.results(seed, factor: isSlow ? 1.2 : 1)]))
                #expect(sent.status == 201, "\(sent.text)")
                try await Self.process(fleet)
            }
            let pinned = try await fleet.fixture.call(
                .put, "/projects/lantern/pinned-baseline", as: .admin,
                ["commit": .string(commits[0])], headers: [.ifMatch: "*"])
            #expect(pinned.status == 200, "\(pinned.text)")
            let sent = try await Self.send(
                fleet, Self.body(commits[2], ["results": Self.results(99, factor: 1.2)]))
            try await Self.process(fleet)
            let id = try #require(sent["run"]["id"].string)
            let run = try await fleet.fixture.get("/runs/\(id)")
            #expect(run["base"]["commit"].string == commits[1])
            #expect(run["direction"].string == "unchanged", "\(run.text)")
            let found = try await fleet.fixture.get("/runs/\(id)/comparison")
            #expect(found["warnings"].items.map { $0["reason"].string } == ["pinned_regressed"])
            let row = try #require(
                try await fleet.fixture.get(
                    "/comparisons/\(try found.known("id"))/rows")["items"].items.first)
            #expect(row["pinned"]["commit"].string == commits[0])
            #expect(row["pinned"]["decision"].string == "fail", "\(row.text)")
        }
    }

    @Test func `they stand in no series with the fleet's, nor in its list of hosts`() async throws {
        try await SampleFleet.with { fleet in
            let commit = fleet.repository.main[0]
            _ = try await fleet.measure(commit: commit)
            _ = try await Self.send(
                fleet, Self.body(commit, ["results": Self.results(1, name: "parse/long")]))
            try await Self.process(fleet)
            let series = try await fleet.fixture.get("/projects/lantern/series")["items"].items
            let times = series.filter {
                $0["benchmark"].string == "parse/long" && $0["metric"].string == "time"
            }
            #expect(
                Set(times.compactMap { $0["provider"].string }).contains("submitted"),
                "\(series)")
            let classes = times.compactMap { $0["host_class"].string }
            #expect(Set(classes) == ["default", "submitted/ci-linux"])
            let hosts = try await fleet.fixture.get("/hosts", as: .admin)["items"].items
            #expect(hosts.count == 1)
            let dry = try await fleet.fixture.post(
                "/projects/lantern/runs", as: .lanternWriter,
                ["commit": .string(commit), "host_class": "submitted/ci-linux"])
            #expect(dry.status == 404, "\(dry.text)")
        }
    }

    @Test func `a machine of another processor is another machine`() async throws {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            _ = try await Self.send(fleet, Self.body(commits[0]))
            try await Self.process(fleet)
            guard case .object(var other) = Self.host else { return }
            other["cpu_model"] = "Sample 9100"
            let sent = try await Self.send(
                fleet, Self.body(commits[1], ["host": .object(other)]))
            try await Self.process(fleet)
            let run = try await fleet.fixture.get("/runs/\(sent["run"]["id"].string ?? "")")
            #expect(run["state"].string == "succeeded")
            // Nothing of the two can be compared.
            #expect(run["decision"] == .null)
            let series = try await fleet.fixture.get("/projects/lantern/series")["items"].items
            #expect(Set(series.compactMap { $0["host_id"].string }).count == 2)
        }
    }

    @Test func `what somebody excluded is no base`() async throws {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            let first = try await Self.send(fleet, Self.body(commits[0]))
            try await Self.process(fleet)
            let id = try #require(first["run"]["id"].string)
            let excluded = try await fleet.fixture.post(
                "/runs/\(id)/exclude", as: .admin, ["reason": "fan"])
            #expect(excluded.status == 200, "\(excluded.text)")
            let second = try await Self.send(fleet, Self.body(commits[1]))
            #expect(second["run"]["base"] == .null)
            _ = try await fleet.fixture.post(
                "/runs/\(id)/include", as: .admin, ["reason": "it was not"])
            let third = try await Self.send(fleet, Self.body(commits[2]))
            #expect(third["run"]["base"]["commit"].string == commits[1])
        }
    }

    @Test func `the same key and bytes are the same run`() async throws {
        try await SampleFleet.with { fleet in
            let body = Self.body(fleet.repository.main[0], ["run_key": "build 17"])
            let first = try await Self.send(fleet, body)
            let second = try await Self.send(fleet, body)
            #expect(first.status == 201 && second.status == 200)
            #expect(first["run"]["id"] == second["run"]["id"])
            let other = try await Self.send(
                fleet,
                Self.body(
                    fleet.repository.main[0],
                    ["run_key": "build 17", "results": Self.results(5)]))
            #expect(other.status == 409)
            #expect(other["details"]["reason"].string == "natural_key_conflict")
        }
    }

    @Test func `a commit that the repository does not have stands where it is declared`()
        async throws
    {
        try await SampleFleet.with { fleet in
            let parent = fleet.repository.main[1]
            let unknown = String(repeating: "ab", count: 20)
            _ = try await Self.send(fleet, Self.body(parent))
            let sent = try await Self.send(
                fleet,
                Self.body(
                    unknown,
                    ["parent": .string(parent), "commit_time_us": 1_790_000_000_000_000]))
            #expect(sent.status == 201, "\(sent.text)")
            #expect(sent["run"]["base"]["commit"].string == parent)
            #expect(sent["run"]["commit_time_us"].integer == 1_790_000_000_000_000)
        }
    }

    @Test func `the output of a tool is read, and what it got wrong is told`() async throws {
        try await SampleFleet.with { fleet in
            let commit = fleet.repository.main[0]
            func text(_ text: String, _ format: String = "auto") -> JSONValue {
                Self.body(
                    commit, ["results": .null, "text": .string(text), "format": .string(format)])
            }
            let bench = """
                goos: linux
                pkg: example.org/lantern
                BenchmarkParse-4   	     100	  11954020 ns/op
                BenchmarkParse-4   	     100	  11966241 ns/op
                --- FAIL: BenchmarkPrint
                """
            let sent = try await Self.send(fleet, text(bench))
            #expect(sent.status == 201, "\(sent.text)")
            #expect(sent["parse"]["format"].string == "go-bench-text")
            try await Self.process(fleet)
            let id = try #require(sent["run"]["id"].string)
            let measured = try await fleet.fixture.get("/runs/\(id)/measurements")["items"].items
            #expect(measured.first?["n"].integer == 2)
            let refused = try await Self.send(fleet, text("no results here"))
            #expect(refused.status == 422)
            #expect(refused["details"]["reason"].string == "parse_failed")
            #expect(refused["details"]["errors"].items.first?["class"].string != nil)
            #expect(try await Self.send(fleet, text("{}", "no-such-format")).status == 422)
        }
    }

    @Test func `what breaks a rule is refused, and nothing is written`() async throws {
        try await SampleFleet.with { fleet in
            let commit = fleet.repository.main[0]
            guard case .object(let usual) = Self.host else { return }
            func host(_ change: [String: JSONValue]) -> [String: JSONValue] {
                ["host": .object(usual.merging(change) { _, new in new })]
            }
            let bad: [(JSONValue, Int)] = [
                (Self.body(String(commit.prefix(9))), 422),
                (Self.body(commit, ["text": "x"]), 422),
                (Self.body(commit, ["results": .null]), 422),
                (Self.body(commit, ["format": "jmh-json"]), 422),
                (Self.body(commit, ["measured_us": 9_000_000_000_000_000]), 422),
                (Self.body(commit, ["parent": "main"]), 422),
                (Self.body(commit, ["run_key": .string(String(repeating: "k", count: 129))]), 422),
                (Self.body(commit, ["repository": "other"]), 404),
                (Self.body(commit, ["surprise": 1]), 422),
                (Self.body(commit, host(["name": "a/b"])), 422),
                (Self.body(commit, host(["name": ""])), 422),
                (Self.body(commit, host(["cpu_count": -1])), 422),
                (Self.body(commit, host(["os": "a\nb"])), 422),
            ]
            for (body, status) in bad {
                let reply = try await Self.send(fleet, body)
                #expect(reply.status == status, "\(reply.text)")
            }
            let body = Self.body(commit)
            #expect(try await Self.send(fleet, body, as: .lanternReader).status == 403)
            #expect(try await Self.send(fleet, body, as: .vaultWriter).status == 404)
            #expect(try await Self.send(fleet, body, as: .anonymous).status == 401)
            let runs = try await fleet.fixture.get("/projects/lantern/runs", as: .admin)
            #expect(runs["items"].items.isEmpty)
        }
    }
}
