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

    @Test func `a report without points, or with a broken one, is refused`() async throws {
        try await SampleFleet.with { fleet in
            for points in [[], [["type": "canary", "name": "alu"]]] as [JSONValue] {
                let reply = try await fleet.agent.call(.post, "/canary", ["points": points])
                #expect((400...422).contains(reply.status), "\(reply.text)")
            }
        }
    }
}
