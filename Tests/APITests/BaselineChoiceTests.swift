import HTTPTypes
import Testing

@testable import WebSupport

/// Beside which commit a run is measured, by what its policy and its trigger say.
@Suite struct BaselineChoiceTests {
    private func policy(_ rules: String, _ fleet: SampleFleet) async throws {
        let stored = try await fleet.fixture.call(
            .put, "/projects/lantern/policies/default", ["text": .string("rules:\n\(rules)")],
            headers: [.ifMatch: "*"])
        #expect(stored.status == 201, "\(stored.text)")
    }

    private func pin(_ body: JSONValue, _ fleet: SampleFleet) async throws {
        let pinned = try await fleet.fixture.call(
            .put, "/projects/lantern/pinned-baseline", body, headers: [.ifMatch: "*"])
        #expect(pinned.status == 200, "\(pinned.text)")
    }

    /// The commit and how it was found, of a run that is only asked for.
    private func base(
        _ commit: String, _ fleet: SampleFleet, _ further: [String: JSONValue] = [:]
    ) async throws -> [String?] {
        let body = further.merging(["commit": .string(commit), "force": true]) { $1 }
        let request = try await fleet.trigger("lantern", .object(body))
        let run = try await fleet.fixture.get("/runs/\(try #require(request.runs.first))")
        if let why = run["failure"]["message"].string { return [why] }
        return [run["base"]["commit"].string, run["base"]["how"].string]
    }

    @Test func `the parent, unless somebody says otherwise`() async throws {
        try await SampleFleet.with { fleet in
            let (main, topic) = (fleet.repository.main, fleet.repository.topic)
            #expect(try await base(main[2], fleet) == [main[1], "parent"])
            #expect(
                try await base(topic, fleet, ["base": "merge_base"]) == [main[0], "merge_base"])
            #expect(try await base(main[2], fleet, ["base": "none"]) == [nil, nil])
            let refused = try await fleet.fixture.post(
                "/projects/lantern/runs", ["commit": .string(main[2]), "base": "baseline"])
            #expect(refused.reason == "no_base", "\(refused.text)")
            try await policy("  - {baseline: level}\n", fleet)
            #expect(try await base(main[2], fleet) == [main[1], "parent"])
        }
    }

    @Test func `where a line left the default branch`() async throws {
        try await SampleFleet.with { fleet in
            let (main, topic) = (fleet.repository.main, fleet.repository.topic)
            try await policy("  - {baseline: fork_point}\n", fleet)
            #expect(try await base(topic, fleet) == [main[0], "merge_base"])
            // A commit of the default branch has left nothing.
            #expect(try await base(main[2], fleet) == [main[1], "parent"])
            // What the trigger says stands before the policy.
            #expect(try await base(topic, fleet, ["base": "parent"]) == [main[0], "parent"])
        }
    }

    @Test func `the pinned commit, which is not compared with itself`() async throws {
        try await SampleFleet.with { fleet in
            let main = fleet.repository.main
            try await policy("  - {baseline: pinned}\n", fleet)
            let refused = try await base(main[2], fleet).first ?? nil
            #expect(refused?.contains("fleetmark baseline pin") == true, "\(refused ?? "")")
            try await pin(["commit": .string(main[0])], fleet)
            #expect(try await base(main[2], fleet) == [main[0], "pinned"])
            #expect(try await base(main[2], fleet, ["base": "baseline"]) == [main[0], "pinned"])
            #expect(try await base(main[0], fleet) == [nil, nil])
            try await pin(["commit": .string(main[1])], fleet)
            #expect(try await base(main[1], fleet) == [main[0], "parent"])
            try await pin(["commit": .string(main[0]), "host_class": "elsewhere"], fleet)
            let other = try await base(main[2], fleet).first ?? nil
            #expect(other?.contains("of the class elsewhere") == true, "\(other ?? "")")
        }
    }

    @Test func `the release before, or the pinned one`() async throws {
        try await SampleFleet.with { fleet in
            let main = fleet.repository.main
            try await policy("  - {baseline: release}\n", fleet)
            #expect(try await base(main[2], fleet) == [main[1], "release"])
            // Before there is a release nothing is compared.
            #expect(try await base(main[1], fleet) == [nil, nil])
            try await pin(["commit": .string(main[0])], fleet)
            #expect(try await base(main[2], fleet) == [main[1], "release"])
            try await pin(["release": "v1"], fleet)
            #expect(try await base(main[2], fleet) == [main[1], "release"])
            #expect(try await base(fleet.repository.topic, fleet) == [main[1], "release"])
        }
    }

    @Test func `a run beside two commits is refused in words`() async throws {
        try await SampleFleet.with { fleet in
            try await policy(
                """
                  - {benchmark: "parse/short", baseline: fork_point}
                  - {benchmark: "parse/long", baseline: parent}

                """, fleet)
            let why = try await base(fleet.repository.main[2], fleet).first ?? nil
            #expect(why?.contains("`fork_point` and `parent`") == true, "\(why ?? "")")
        }
    }

    @Test func `a run beside the pinned commit is judged against it`() async throws {
        try await SampleFleet.with { fleet in
            let main = fleet.repository.main
            try await policy("  - {baseline: pinned}\n", fleet)
            try await pin(["commit": .string(main[0])], fleet)
            let made = try await fleet.measure(commit: main[2], factor: 1.2)
            let found = try await fleet.fixture.get("/comparisons/\(made.comparison)")
            #expect(found["base"]["commit"].string == main[0], "\(found.text)")
            #expect(found["direction"].string == "regressed")
            // The row itself is against it: nothing is said twice.
            let rows = try await fleet.fixture.get("/comparisons/\(made.comparison)/rows")["items"]
            #expect(rows.items.allSatisfy { $0["pinned"]["commit"].string == nil })
        }
    }
}
