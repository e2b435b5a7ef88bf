import Hummingbird
import TestSupport
import Testing

@testable import PerfgateAPI
@testable import WebSupport

/// The ledger of decisions on each store (perfgate contract, §7).
@Suite struct LedgerTests {
    private static let path = "/projects/demo/decisions"

    @Test(arguments: TestBackend.available)
    func `a decision says what its receipts say`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            #expect(try await fixture.get(Self.path + "/latest").status == 404)
            let made = try await fixture.call(
                .post, Self.path, as: .contributor,
                Sample.decision(scenario: nil, rules: ["b", "a"], review: true)
                    .with("scenario", Sample.scenario).with("artifact_index", Sample.index))
            #expect(made.status == 201, "\(made.text)")
            #expect(made["schema"] == "perfgate.decision_record.v1")
            #expect(made["scenario"] == "from the scenario")
            #expect(made["status"] == "pass" && made["verdict"] == "warn")
            #expect(made["accepted_rules"] == .array(["b", "a"]))
            #expect(made["review_required"] == true && made["review_reasons"] == .array(["look"]))
            #expect(made["git_ref"] == "main" && !made.text.contains("git_sha"))
            let receipt = made["tradeoff_receipt"]
            #expect(receipt["schema"] == "perfgate.tradeoff.v1")
            #expect(receipt["weighted_deltas"]["wall_ms"]["current"] == .real(12.5))
            #expect(receipt["warnings"] == .null)
            #expect(made["scenario_receipt"]["components"].itemsOrNone.count == 1)
            #expect(made["artifact_index"] == Sample.index)
            let latest = try await fixture.get(Self.path + "/latest", as: .viewer)
            #expect(latest.status == 200 && latest.json == made.json)
            _ = try await fixture.call(.post, Self.path, Sample.decision(scenario: "second"))
            let second = try await fixture.get(Self.path + "/latest")
            #expect(second["scenario"] == "second")
            #expect(second["scenario_receipt"] == .null)
        }
    }

    struct Case: Sendable {
        let query: String
        let scenarios: [String]
        var total: Int?
    }

    private static let cases = [
        Case(query: "", scenarios: ["d", "c", "b", "a"]),
        Case(query: "scenario=b", scenarios: ["b"]), Case(query: "scenario=", scenarios: []),
        Case(query: "status=fail", scenarios: ["c", "b"]),
        Case(query: "verdict=skip", scenarios: ["b"]),
        Case(query: "review_required=true", scenarios: ["d"]),
        Case(query: "review_required=false", scenarios: ["c", "b", "a"]),
        Case(query: "accepted=true", scenarios: ["d", "b", "a"]),
        Case(query: "accepted=false", scenarios: ["c"]),
        Case(query: "rule=faster", scenarios: ["b", "a"]),
        Case(query: "rule=fast", scenarios: []), Case(query: "rule=kept", scenarios: []),
        Case(query: "rule=100%25", scenarios: ["d"]),
        Case(query: "rule=faster&status=fail", scenarios: ["b"]),
        Case(query: "limit=1&offset=1", scenarios: ["c"], total: 4),
        Case(query: "limit=0", scenarios: [], total: 4),
    ]

    @Test(arguments: TestBackend.available)
    func `each filter narrows the list and its total`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            for body in [
                Sample.decision(scenario: "a", rules: ["faster", "x"]),
                Sample.decision(scenario: "b", status: "fail", verdict: "skip"),
                Sample.decision(scenario: "c", status: "fail", rules: []),
                Sample.decision(scenario: "d", rules: ["100%", "a \"b\""], review: true),
            ] {
                #expect(try await fixture.call(.post, Self.path, body).status == 201)
            }
            for given in Self.cases {
                let reply = try await fixture.get("\(Self.path)?\(given.query)")
                #expect(reply.listed("decisions", "scenario") == given.scenarios, "\(given.query)")
                let total = given.total ?? given.scenarios.count
                #expect(reply["pagination"]["total"] == .integer(total), "\(given.query)")
            }
        }
    }

    @Test func `receipts of another schema are refused`() async throws {
        try await ServiceFixture.with(.memory) { fixture in
            let body = Sample.decision()
            for bad in [
                body.with("tradeoff", body["tradeoff"].with("schema", "perfgate.tradeoff.v2")),
                body.with("scenario", Sample.scenario.with("schema", "x")),
                body.with("artifact_index", Sample.index.with("schema", "")),
            ] {
                let reply = try await fixture.call(.post, Self.path, bad)
                #expect(reply.status == 400, "\(reply.text)")
                #expect(reply.code == "invalid_input")
            }
            for bad in [
                body.with("scenario", ["schema": "perfgate.scenario.v1"]),
                body.with("tradeoff", body["tradeoff"].with("verdict", nil)),
                body.with("artifact_index", "x"),
            ] {
                #expect(try await fixture.call(.post, Self.path, bad).status == 422)
            }
            #expect(
                try await fixture.call(
                    .post, Self.path, body.with("scenario", .null).with("artifact_index", .null)
                ).status == 201)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a prune removes what is older, and a dry run nothing`(
        _ backend: TestBackend
    ) async throws {
        try await ServiceFixture.with(backend) { fixture in
            var ids: [String] = []
            var times: [String] = []
            for scenario in ["a", "b", "c"] {
                let made = try await fixture.call(
                    .post, Self.path, Sample.decision(scenario: scenario))
                ids.append(made["id"].textOrNil ?? "")
                times.append(made["created_at"].textOrNil ?? "")
            }
            _ = try await fixture.call(
                .post, "/projects/other/decisions", Sample.decision(scenario: "kept"))
            func prune(_ time: String, dry: Bool?) async throws -> Reply {
                try await fixture.call(
                    .post, Self.path + "/prune",
                    .members([
                        "older_than": .string(time), "dry_run": dry.map { JSONValue.bool($0) },
                    ]))
            }
            // Strictly before.
            let trial = try await prune(times[2], dry: true)
            #expect(trial.status == 200)
            #expect(trial["matched"] == 2 && trial["deleted"] == 0 && trial["dry_run"] == true)
            #expect(trial["decision_ids"] == .array(ids.prefix(2).map { .string($0) }))
            #expect(trial["older_than"] == .string(times[2]) && trial["project"] == "demo")
            let real = try await prune(times[2], dry: nil)
            #expect(real["matched"] == 2 && real["deleted"] == 2 && real["dry_run"] == false)
            #expect(real["decision_ids"] == trial["decision_ids"])
            #expect(try await fixture.get(Self.path).listed("decisions", "scenario") == ["c"])
            let again = try await prune(times[2], dry: false)
            #expect(again["matched"] == 0 && again["decision_ids"] == .array([]))
            #expect(try await fixture.count("ledger_decision") == 2)
        }
    }
}
