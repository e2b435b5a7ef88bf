import Testing

@testable import WebSupport

/// Triggers that are refused; none of them writes anything.
@Suite struct TriggerRefusalTests {
    private static let main: JSONValue = "main"
    private static let far = String(repeating: "0", count: 40)

    private static let shapes = [
        Refusal([:], 422, "one_of_required", at: ""),
        Refusal(["ref": main, "commit": main], 422, "one_of_required", at: ""),
        Refusal(["ref": main, "range": "a..b"], 422, "one_of_required", at: ""),
        Refusal(["ref": 7], 422, "wrong_type", at: "/ref"),
        Refusal(["ref": main, "patch": 7], 422, "wrong_type", at: "/patch"),
        Refusal(["ref": main, "patch": "x"], 400, "invalid_value", at: "/patch"),
        Refusal(
            ["ref": main, "patch": "--- a/x\n+++ b/x\n", "base": "none"], 400, "invalid_value",
            at: "/patch"),
        Refusal(
            ["range": "a..b", "patch": "--- a/x\n+++ b/x\n"], 400, "invalid_value", at: "/patch"),
        Refusal(
            ["ref": main, "patch": "--- a/fleetmark.yaml\n+++ b/fleetmark.yaml\n"], 400,
            "invalid_value", at: "/patch"),
        Refusal(
            ["ref": main, "patch": "--- \"x/fleetmark.yaml\"\n+++ /dev/null\n"], 400,
            "invalid_value", at: "/patch"),
        Refusal(
            ["ref": main, "patch": "diff --git a/l b/l\nindex 1234567..89abcde 160000\n"], 400,
            "invalid_value", at: "/patch"),
        Refusal(["ref": main, "fresh_build": 1], 422, "wrong_type", at: "/fresh_build"),
        Refusal(["pull_request": 4], 422, "unknown_field", at: "/pull_request"),
        Refusal(["range": 7], 422, "wrong_type", at: "/range"),
        Refusal(["range": [:]], 422, "missing_field", at: "/range/from"),
        Refusal(["range": ["from": "a"]], 422, "missing_field", at: "/range/to"),
        Refusal(
            ["range": ["from": "a", "to": "b", "by": 1]], 422, "unknown_field", at: "/range/by"),
        Refusal(["range": "main"], 400, "invalid_value", at: "/range"),
        Refusal(
            ["range": ["from": "a", "to": "b", "step": 0]], 422, "out_of_range", at: "/range"),
        Refusal(
            ["range": ["from": "a", "to": "b", "limit": 1001]], 422, "out_of_range",
            at: "/range"),
        Refusal(
            ["range": ["from": "a", "to": "b", "limit": 0]], 422, "out_of_range", at: "/range"),
        Refusal(["ref": main, "base": "baseline"], 409, "no_base", at: "/base"),
        Refusal(["ref": main, "host": "bench-01"], 422, "out_of_range", at: "/host"),
        Refusal(["ref": main, "priority": "soon"], 422, "out_of_range", at: "/priority"),
        Refusal(["ref": main, "priority": "confirm"], 422, "out_of_range", at: "/priority"),
        Refusal(["ref": main, "priority": "bisect"], 422, "out_of_range", at: "/priority"),
        Refusal(["ref": main, "priority": "canary"], 422, "out_of_range", at: "/priority"),
        Refusal(["ref": main, "benchmarks": "x"], 422, "wrong_type", at: "/benchmarks"),
        Refusal(["ref": main, "benchmarks": [7]], 422, "wrong_type", at: "/benchmarks/0"),
        Refusal(["ref": main, "force": "yes"], 422, "wrong_type", at: "/force"),
        Refusal(
            ["ref": main, "reason": .string(String(repeating: "a", count: 501))], 422,
            "out_of_range", at: "/reason"),
        Refusal(
            ["ref": main, "counters": ["instructions", "luck"]], 422, "out_of_range",
            at: "/counters/1"),
    ]

    private static let efforts: [Refusal] =
        [
            0, -1, 10_001, ["min": 0], ["max": 10_001], ["min": 9, "max": 3],
            ["target_rel": -0.1], ["target_rel": 0], ["target_rel": 1.5],
        ].map { (effort: JSONValue) in
            Refusal(
                ["ref": main, "repetitions": effort], 422, "out_of_range", at: "/repetitions")
        } + [
            Refusal(["ref": main, "repetitions": 1.5], 422, "wrong_type", at: "/repetitions"),
            Refusal(
                ["ref": main, "repetitions": ["least": 3]], 422, "unknown_field",
                at: "/repetitions/least"),
            Refusal(
                ["ref": main, "repetitions": ["min": "3"]], 422, "wrong_type",
                at: "/repetitions/min"),
        ]

    private static let meanings = [
        Refusal(["ref": "nowhere"], 404, "unknown_ref"), Refusal(["ref": ""], 404, "unknown_ref"),
        Refusal(["ref": "--all"], 404, "unknown_ref"),
        Refusal(["ref": "main~1"], 404, "unknown_ref"),
        Refusal(["ref": "a..b"], 404, "unknown_ref"),
        Refusal(["ref": "main\n"], 404, "unknown_ref"),
        Refusal(["commit": .string(far)], 404, "unknown_ref"),
        Refusal(["commit": "123"], 404, "unknown_ref"),
        Refusal(["ref": main, "base": "nowhere"], 404, "unknown_ref"),
        Refusal(["range": "..main"], 404, "unknown_ref"),
        Refusal(["range": "main.."], 404, "unknown_ref"),
        Refusal(["range": "main...topic"], 404, "unknown_ref"),
        Refusal(["range": "main..v1"], 422, "not_ancestor"),
        Refusal(["range": "v1..v1"], 422, "range_empty"),
        Refusal(["ref": main, "benchmarks": ["nothing*"]], 404, "unknown_benchmark"),
        Refusal(["ref": main, "repository": "other"], 404, "unknown_repository"),
        Refusal(["ref": main, "host": .string(freshID())], 422, "no_eligible_host"),
        Refusal(["ref": main, "suite": "other"], 404, "unknown_suite"),
        Refusal(["ref": main, "host_class": "nowhere"], 404, "unknown_host_class"),
    ]

    @Test func `a body of the wrong shape is refused at its place`() async throws {
        try await SampleFleet.with { fleet in
            for refusal in Self.shapes + Self.efforts {
                refusal.check(
                    try await fleet.fixture.post("/projects/lantern/runs", refusal.body))
            }
            #expect(try await fleet.fixture.get("/queue")["items"].items.isEmpty)
        }
    }

    @Test func `what the repository or the fleet does not have is refused`() async throws {
        try await SampleFleet.with { fleet in
            for refusal in Self.meanings {
                refusal.check(
                    try await fleet.fixture.post("/projects/lantern/runs", refusal.body))
            }
            #expect(try await fleet.fixture.get("/queue")["items"].items.isEmpty)
            let runs = try await fleet.fixture.get("/projects/lantern/runs")
            #expect(runs["items"].items.isEmpty)
        }
    }

    @Test func `a range longer than its limit says how long it is`() async throws {
        try await SampleFleet.with { fleet in
            let first = fleet.repository.main[0]
            let reply = try await fleet.fixture.post(
                "/projects/lantern/runs",
                ["range": ["from": .string(first), "to": "main", "limit": 1]])
            #expect(reply.reason == "range_too_long")
            #expect(reply["details"]["count"].integer == 2)
        }
    }

    @Test func `a range that does not begin on its own line is refused`() async throws {
        try await SampleFleet.with { fleet in
            let reply = try await fleet.fixture.post(
                "/projects/lantern/runs", ["range": "bare..main"])
            #expect(reply.status == 422)
            #expect(reply.reason == "not_ancestor")
        }
    }

    @Test func `only those who look after the fleet may ask for the first place`() async throws {
        try await SampleFleet.with { fleet in
            let body: JSONValue = ["ref": Self.main, "priority": "urgent"]
            let path = "/projects/lantern/runs"
            let refused = try await fleet.fixture.post(path, as: .lanternWriter, body)
            #expect(refused.status == 403)
            #expect(refused.reason == "scope_missing")
            #expect(try await fleet.fixture.get("/queue")["items"].items.isEmpty)
            #expect(try await fleet.fixture.post(path, as: .admin, body).status == 202)
        }
    }

    @Test func `a remote that is gone is the remote's fault`() async throws {
        try await SampleFleet.with { fleet in
            let repository = fleet.repository.address.dropFirst("file://".count)
            try moveAway(String(repository))
            let reply = try await fleet.fixture.post(
                "/projects/lantern/runs", ["ref": "a-new-branch"])
            #expect(reply.status == 502)
            #expect(reply.reason == "remote_unreachable")
            #expect(!reply.text.contains(fleet.fixture.folder + "/state"))
        }
    }

    @Test func `a project without a repository has nothing to measure`() async throws {
        try await APIFixture.with { fixture in
            _ = try await fixture.post("/projects", ["name": "empty"])
            let reply = try await fixture.post("/projects/empty/runs", ["ref": "main"])
            #expect(reply.status == 422)
            #expect(reply.pointer == "/repository")
        }
    }
}
