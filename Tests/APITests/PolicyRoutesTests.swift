import HTTPTypes
import Testing

@testable import WebSupport

@Suite struct PolicyRoutesTests {
    private static let path = "/projects/lantern/policies/default"
    private static let strict = "rules:\n  - {benchmark: \"parse*\", threshold: 1%}\n"

    private func put(
        _ text: String, _ fleet: SampleFleet, match: String? = "*", note: String? = nil,
        as caller: SampleCaller = .admin
    ) async throws -> Reply {
        var headers = HTTPFields()
        if let match { headers[.ifMatch] = match }
        return try await fleet.fixture.call(
            .put, Self.path, as: caller,
            .members(["text": .string(text), "note": note.map { .string($0) }]),
            headers: headers)
    }

    @Test func `a project without a policy has the default that needs none`() async throws {
        try await SampleFleet.with { fleet in
            let found = try await fleet.fixture.get(Self.path)
            #expect(found.status == 200)
            #expect(found["version"].integer == 0)
            #expect(found[header: "ETag"] == "\"v0\"")
            let list = try await fleet.fixture.get("/projects/lantern/policies")
            #expect(list["items"].items.map { $0["name"].string } == ["default"])
            let other = try await fleet.fixture.get("/projects/lantern/policies/other")
            #expect(other.status == 404)
        }
    }

    @Test func `each change is a version, and nobody overwrites what they have not seen`()
        async throws
    {
        try await SampleFleet.with { fleet in
            #expect(try await put(Self.strict, fleet, match: nil).reason == "if_match_required")
            let first = try await put(Self.strict, fleet, match: "\"v0\"", note: "halved")
            #expect(first.status == 201, "\(first.text)")
            #expect(first["version"].integer == 1)
            #expect(first["rules"].items.first?["threshold"].real == 0.01)
            #expect(first["note"].string == "halved")
            #expect(try await put("rules: []", fleet, match: "\"v0\"").reason == "version_mismatch")
            #expect(try await put(Self.strict, fleet).status == 200)
            #expect(try await put("rules: []", fleet)["version"].integer == 2)

            let again = try await fleet.fixture.post(Self.path + "/activate", ["version": 1])
            #expect(again["version"].integer == 1)
            let history = try await fleet.fixture.get(Self.path + "/versions")["items"].items
            #expect(history.map { $0["version"].integer } == [2, 1])
            #expect(history.map { $0["active"].bool } == [false, true])
            #expect(
                try await fleet.fixture.get(Self.path + "/versions/2")["text"].string == "rules: []"
            )
            #expect(try await fleet.fixture.get(Self.path + "/versions/9").status == 404)
            let unknown = try await fleet.fixture.post(Self.path + "/activate", ["version": 9])
            #expect(unknown.status == 404)
        }
    }

    @Test(arguments: [
        "", "rules: 7", "rules:\n  - {treshold: 1%}", "rules:\n  - {test: t_test, upper: 2}",
        "rules:\n  - {min_sample_size: 9, max_sample_size: 3}", "a: [", "rules: []\nfamily: best",
    ])
    func `a document that is not valid is refused with its place`(_ text: String) async throws {
        try await SampleFleet.with { fleet in
            let refused = try await put(text, fleet)
            #expect(refused.reason == "policy_invalid", "\(refused.text)")
            #expect((refused["details"]["line"].integer ?? 0) > 0)
        }
    }

    @Test func `readers may read and not change`() async throws {
        try await SampleFleet.with { fleet in
            let refused = try await put(Self.strict, fleet, as: .lanternReader)
            #expect(refused.status == 403)
            let read = try await fleet.fixture.get(Self.path, as: .lanternReader)
            #expect(read.status == 200)
        }
    }

    @Test func `runs are judged by the policy in force, and a dry run says what another would say`()
        async throws
    {
        try await SampleFleet.with { fleet in
            let commit = fleet.repository.main[2]
            let before = try await fleet.measure(commit: commit, factor: 1.015)
            let judged = try await fleet.fixture.get("/comparisons/\(before.comparison)")
            #expect(judged["direction"].string == "unchanged", "\(judged.text)")
            #expect(judged["policy"]["version"].integer == 0)

            let dry = try await fleet.fixture.post(
                "/projects/lantern/policies/dry-run", ["text": .string(Self.strict), "since": 0])
            #expect(dry.status == 200, "\(dry.text)")
            #expect(dry["would_open"].items.count == 2)
            #expect(dry["counts"]["before"]["pass"].integer == 2)
            #expect(dry["counts"]["after"]["fail"].integer == 2)
            let same = try await fleet.fixture.get("/comparisons/\(before.comparison)")
            #expect(same.json == judged.json)

            _ = try await put(Self.strict, fleet)
            let after = try await fleet.measure(commit: commit, factor: 1.015)
            let found = try await fleet.fixture.get("/comparisons/\(after.comparison)")
            #expect(found["direction"].string == "regressed")
            #expect(found["policy"]["version"].integer == 1)
            let back = try await fleet.fixture.post(
                "/projects/lantern/policies/dry-run", ["version": 0])
            #expect(back["would_close"].items.count == 2)

            let series = try await fleet.fixture.get("/projects/lantern/series")["items"].items
            let id = try #require(series.first?["id"].string)
            let effective = try await fleet.fixture.get("/series/\(id)/effective-policy")
            #expect(effective["rules"].items.first?["line"].integer == 2)
        }
    }

    /// What was measured of the next commit after one that is 1.5 % slower than its base.
    @Test(arguments: [
        (later: [1.015, 1.015, 1.015], answer: "yes"), (later: [1, 1, 1], answer: "no"),
        (later: [1.015, 1.015], answer: "unknown"),
    ])
    func `a dry run says whether later runs bear it out`(
        _ given: (later: [Double], answer: String)
    ) async throws {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            _ = try await fleet.measure(commit: commits[1], factor: 1.015)
            for factor in given.later {
                _ = try await fleet.measure(
                    commit: commits[2],
                    records: SampleAgent.records(factor: factor, roles: ["candidate"]))
            }
            let dry = try await fleet.fixture.post(
                "/projects/lantern/policies/dry-run", ["text": .string(Self.strict), "since": 0])
            let first = dry["would_open"].items.filter {
                $0["range"]["to"].string == commits[1]
            }
            #expect(first.count == 2, "\(dry.text)")
            for change in first {
                #expect(change["confirmed_since"].string == given.answer, "\(dry.text)")
            }
        }
    }

    @Test func `a decision can be asked for again under another policy`() async throws {
        try await SampleFleet.with { fleet in
            let made = try await fleet.measure(commit: fleet.repository.main[2], factor: 1.015)
            let path = "/comparisons/\(made.comparison)/recompute"
            let other = try await fleet.fixture.post(
                path, ["policy": ["text": .string(Self.strict)]])
            #expect(other.status == 201, "\(other.text)")
            #expect(other["direction"].string == "regressed")
            let kept = try await fleet.fixture.get("/runs/\(made.run)/comparison")
            #expect(kept["id"].string == made.comparison)
            #expect(kept["direction"].string == "unchanged")
        }
    }

    struct Tested: CustomStringConvertible {
        let rule: String
        let factor: Double
        let decision: String
        let reason: String?
        var description: String { "\(rule) × \(factor)" }
    }

    /// Six runs before: five of the first commit, then one of the second.
    @Test(arguments: [
        Tested(
            rule: "test: t_test, upper: 0.99", factor: 1.2, decision: "fail",
            reason: "above_limit"),
        Tested(rule: "test: t_test", factor: 1, decision: "pass", reason: "within_limits"),
        Tested(
            rule: "test: percentage, upper: 0.05, lower: 0.05", factor: 0.9, decision: "pass",
            reason: "below_limit"),
        Tested(
            rule: "test: static, upper: 0.03", factor: 1.2, decision: "pass",
            reason: "within_limits"),
        Tested(
            rule: "test: iqr, upper: 3, min_sample_size: 20", factor: 2, decision: "warn",
            reason: "too_few_samples"),
        Tested(
            rule: "test: budget, threshold: 10%", factor: 1.2, decision: "fail",
            reason: "budget_fail"),
        Tested(
            rule: "test: budget, threshold: 25%", factor: 1.2, decision: "pass",
            reason: nil),
        Tested(rule: "baseline: last_n, n: 5", factor: 1.5, decision: "fail", reason: nil),
    ])
    func `thresholds, budgets and the last runs decide as they say`(_ given: Tested) async throws {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            for number in 0..<6 {
                var samples = NoisySamples(seed: UInt64(number))
                _ = try await fleet.measure(
                    commit: commits[number < 5 ? 0 : 1],
                    records: samples.records(
                        roles: number < 5 ? ["candidate"] : ["base", "candidate"]))
            }
            #expect(
                try await put("rules:\n  - {metric: time, \(given.rule)}\n", fleet).status == 201)
            var samples = NoisySamples(seed: 99)
            let made = try await fleet.measure(
                commit: commits[2], records: samples.records(factor: given.factor))
            let rows = try await fleet.fixture.get("/comparisons/\(made.comparison)/rows")["items"]
                .items.filter { $0["metric"].string == "time" }
            #expect(rows.count == 2)
            for row in rows {
                #expect(row["decision"].string == given.decision, "\(row.text)")
                #expect(row["reasons"].items.first?.string == given.reason, "\(row.text)")
            }
        }
    }
}
