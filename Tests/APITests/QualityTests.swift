import Hummingbird
import Pipeline
import Testing

@testable import WebSupport

/// What an agent says of its samples and its host, from its batches to the API.
@Suite struct QualityTests {
    private static func marked(_ marks: JSONValue, visit: Int, value: Double) -> JSONValue {
        guard
            case .object(var members) = SampleAgent.measurement(
                "parse/long", role: "candidate", value: value, visit: visit)
        else { return .null }
        members["marks"] = marks
        return .object(members)
    }

    private static func mark(_ visit: Int64, _ validity: String, _ reason: String) -> JSONValue {
        [
            "iteration": .integer(visit), "validity": .string(validity),
            "reason": .string(reason),
        ]
    }

    private static func canary(_ state: String, median: Double = 0.5) -> JSONValue {
        [
            "type": "canary", "at_ns": 5, "name": "alu", "values": [.real(median)],
            "median": .real(median), "mad": 0, "state": .string(state), "low": 0.49,
            "high": 0.51, "reason": "alu took 4 % longer than its reference",
        ]
    }

    /// Ten samples, of which one is invalid and one suspect.
    private static var disturbed: [JSONValue] {
        var records = (0..<8).map { visit in
            SampleAgent.measurement(
                "parse/long", role: "candidate", value: 0.02, visit: visit)
        }
        // The worst mark of a sample counts, in whatever order they come.
        records.append(
            marked(
                [
                    mark(8, "invalid", "throttled"), mark(8, "suspect", "steal"),
                ], visit: 8, value: 9))
        records.append(
            marked([mark(9, "suspect", "steal")], visit: 9, value: 0.02))
        records.append([
            "type": "signals", "at_ns": 3, "benchmark": "parse/long", "params": [:],
            "iteration": 8, "role": "candidate", "validity": "invalid",
            "reasons": ["throttled"], "signals": ["throttle_events": 3, "steal_share": 0.01],
        ])
        records.append(canary("warn"))
        records.append(SampleAgent.ending("parse/long", role: "candidate"))
        return records
    }

    @Test func `invalid samples are left out with their reasons, and their signals are kept`()
        async throws
    {
        try await SampleFleet.with { fleet in
            let asked = try await fleet.trigger("lantern", ["ref": "main"])
            let lease = try await fleet.agent.lease()
            _ = try await fleet.agent.send(SampleAgent.batch(1, Self.disturbed), 1, of: lease)
            _ = try await fleet.agent.finish(SampleAgent.end(batches: 1), of: lease)
            try await fleet.fixture.pipeline.processPending()
            let run = try #require(asked.runs.first)
            let list = try await fleet.fixture.get("/runs/\(run)/measurements")
            let found = try #require(list["items"].items.first, "\(list.text)")
            #expect(found["n"].integer == 9)
            #expect(found["invalid_n"].integer == 1)
            #expect(found["max"] == .real(0.02))
            #expect(found["validity"].string == "suspect")
            #expect(found["reasons"] == ["steal", "throttled"])
            let quality = try await fleet.fixture.get("/runs/\(run)")["quality"]
            #expect(quality == ["clean": 0, "suspect": 0, "invalid": 1])
            // Why repeating stopped stands with the measurement.
            #expect(found["stop"].string == "fixed")
            let host = try await fleet.fixture.get("/hosts/\(fleet.agent.host)")
            #expect(host["canary"]["state"].string == "warn")
            let canaries = try await fleet.fixture.get("/hosts/\(fleet.agent.host)/canary")
            #expect(canaries["points"].items.map { $0["median"] } == [.real(0.5)])
            #expect(canaries["limits"]["alu"]["high"] == .real(0.51))
        }
    }

    @Test func `a host that reports a quarantine gets no work until it is resumed`() async throws {
        try await SampleFleet.with { fleet in
            let agent = fleet.agent
            let first = try await agent.call(.post, "/canary", ["points": [Self.canary("valid")]])
            #expect(first.status == 200)
            #expect(first["host_state"].string == "active")
            let second = try await agent.call(
                .post, "/canary", ["points": [Self.canary("quarantine", median: 0.6)]])
            #expect(second["host_state"].string == "quarantined")
            let refused = try await agent.claim()
            #expect(refused.status == 423)
            #expect(refused.reason == "quarantined")
            let resumed = try await fleet.fixture.post("/hosts/\(agent.host)/resume", [:])
            #expect(resumed["state"].string == "active")
            #expect(try await agent.claim().status == 204)
            let points = try await fleet.fixture.get("/hosts/\(agent.host)/canary")["points"]
            #expect(points.items.map { $0["state"].string } == ["quarantine", "valid"])
        }
    }

    /// Six interleaved visits of which the head takes 5 % longer, on a host with so much noise.
    private static func slower(noiseFloor: Double, stop: String = "fixed") -> [JSONValue] {
        [SampleAgent.environment(noiseFloor: noiseFloor)]
            + (0..<10).flatMap { visit in
                [("base", 1.0), ("candidate", 1.05)].map { role, value in
                    SampleAgent.measurement(
                        "parse/long", role: role, value: value + Double(visit) * 1e-4,
                        visit: visit)
                }
            }
            + ["base", "candidate"].map {
                SampleAgent.ending(
                    "parse/long", role: $0, stop: $0 == "base" ? stop : "fixed")
            }
    }

    @Test(
        arguments: [
            (0.001, "fail", "regressed", [], 0.02),
            (0.02, "pass", "unclear", ["noise_floor"], 0.06),
        ] as [(Double, String, String, [String], Double)])
    func `a decision takes the host's own noise into account, and says so`(
        floor: Double, decision: String, direction: String, reasons: [String], threshold: Double
    ) async throws {
        try await SampleFleet.with { fleet in
            let asked = try await fleet.trigger("lantern", ["ref": "main"])
            let lease = try await fleet.agent.lease()
            let batch = SampleAgent.batch(1, Self.slower(noiseFloor: floor))
            _ = try await fleet.agent.send(batch, 1, of: lease)
            _ = try await fleet.agent.finish(SampleAgent.end(batches: 1), of: lease)
            try await fleet.fixture.pipeline.processPending()
            let run = try #require(asked.runs.first)
            let found = try await fleet.fixture.get("/runs/\(run)/comparison")
            #expect(found["decision"].string == decision, "\(found.text)")
            #expect(found["direction"].string == direction)
            #expect(found["noise_floor_rel"] == .real(floor))
            #expect(found["engine_version"].string == "fleet-5")
            let rows = try await fleet.fixture.get(
                "/comparisons/\(try found.known("id"))/rows")
            let row = try #require(rows["items"].items.first, "\(rows.text)")
            #expect(row["threshold_rel"] == .real(threshold))
            #expect(row["reasons"].items.compactMap(\.string).prefix(1) == reasons.prefix(1))
        }
    }

    @Test func `what never became steady is marked, and not judged as if it were`() async throws {
        try await SampleFleet.with { fleet in
            let asked = try await fleet.trigger("lantern", ["ref": "main"])
            let lease = try await fleet.agent.lease()
            let records = Self.slower(noiseFloor: 0.001, stop: "never_steady")
            _ = try await fleet.agent.send(SampleAgent.batch(1, records), 1, of: lease)
            _ = try await fleet.agent.finish(SampleAgent.end(batches: 1), of: lease)
            try await fleet.fixture.pipeline.processPending()
            let run = try #require(asked.runs.first)
            let found = try await fleet.fixture.get("/runs/\(run)/comparison")
            #expect(found["decision"].string == "warn", "\(found.text)")
            #expect(found["direction"].string == "unclear")
            #expect(found["reasons"] == ["never_steady"])
        }
    }

    @Test func `what was warm-up still is not judged`() async throws {
        try await SampleFleet.with { fleet in
            let asked = try await fleet.trigger("lantern", ["ref": "main"])
            let lease = try await fleet.agent.lease()
            let values = (0..<10).map { $0 < 3 ? 0.04 : 0.02 + Double($0) * 1e-6 }
            let records = ["base", "candidate"].flatMap { role in
                values.enumerated().map {
                    SampleAgent.measurement(
                        "parse/long", role: role, value: $0.element, visit: $0.offset)
                } + [SampleAgent.ending("parse/long", role: role, firstVisit: 3)]
            }
            _ = try await fleet.agent.send(SampleAgent.batch(1, records), 1, of: lease)
            _ = try await fleet.agent.finish(SampleAgent.end(batches: 1), of: lease)
            try await fleet.fixture.pipeline.processPending()
            let run = try #require(asked.runs.first)
            let list = try await fleet.fixture.get("/runs/\(run)/measurements")
            let found = try #require(list["items"].items.first, "\(list.text)")
            #expect(found["n"].integer == 7 && found["invalid_n"].integer == 0)
            #expect(found["max"] == .real(0.020009))
        }
    }

    @Test func `canaries that an operator asks for are told to the agent's next session`()
        async throws
    {
        try await SampleFleet.with { fleet in
            var agent = fleet.agent
            let path = "/hosts/\(agent.host)/canary"
            let denied = try await fleet.fixture.call(.post, path, as: .lanternReader, [:])
            #expect(denied.status == 403)
            let asked = try await fleet.fixture.post(path, [:])
            #expect(asked.status == 202)
            #expect(asked["state"].string == "queued" && asked["kind"].string == "canary")
            let again = try await fleet.fixture.post(path, [:])
            #expect(again["wanted_us"] == asked["wanted_us"])
            let claim = try await agent.claim()
            #expect(claim.status == 204)
            #expect(claim[header: "Fleetmark-Resync"] == "session")
            let session = try await agent.openSession()
            #expect(session["canary"]["due"] == .bool(true))
            agent.session = try session.known("session_id")
            let free = try await agent.claim()
            #expect(free.status == 204 && free[header: "Fleetmark-Resync"] == nil)
            #expect(try await fleet.fixture.get(path)["wanted_us"] == asked["wanted_us"])
            let reply = try await agent.call(
                .post, "/canary",
                [
                    "points": [Self.canary("valid")],
                    "calibration": ["noise_floor_rel": 0.004, "counter_overhead_rel": 0.001],
                ])
            #expect(reply.status == 200)
            let found = try await fleet.fixture.get(path)
            #expect(found["wanted_us"] == .null)
            #expect(found["noise_floor_rel"] == .real(0.004))
            #expect(found["counter_overhead_rel"] == .real(0.001))
            #expect(try await agent.openSession()["canary"] == .null)
        }
    }

    @Test func `a host that waits to be approved is not asked for canaries`() async throws {
        try await APIFixture.with { fixture in
            let enrolled = try await SampleAgent(fixture: fixture)
                .enrol(token: try await fixture.token([:]))
            let reply = try await fixture.post(
                "/hosts/\(try enrolled.known("host_id"))/canary", [:])
            #expect(reply.status == 409)
            #expect(reply.reason == "state_conflict")
        }
    }

    @Test func `settings that are not put back quarantine the host, and its page says why`()
        async throws
    {
        try await SampleFleet.with { fleet in
            let agent = fleet.agent
            let session = try await agent.openSession(tuning: [
                "restored": false, "knobs_changed": 3,
                "problem": "governor is performance, not powersave",
            ])
            #expect(session["host"]["state"].string == "quarantined")
            let host = try await fleet.fixture.get("/hosts/\(agent.host)")
            #expect(host["state_by"].string == "tuning")
            #expect(host["state_reason"].string == "governor is performance, not powersave")
            let reduced = try await fleet.fixture.get("/hosts/\(agent.host)", as: .lanternReader)
            #expect(reduced["state_reason"] == .null)
        }
    }

    @Test func `a report without points, or with a broken one, is refused`() async throws {
        try await SampleFleet.with { fleet in
            for points in [[], [["type": "canary", "name": "alu"]]] as [JSONValue] {
                let reply = try await fleet.agent.call(.post, "/canary", ["points": points])
                #expect((400...422).contains(reply.status), "\(reply.text)")
            }
        }
    }
}
