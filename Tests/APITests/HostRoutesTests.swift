import Hummingbird
import Pipeline
import Testing

@testable import WebSupport

@Suite struct HostRoutesTests {
    @Test func `hosts are as recorded`() async throws {
        try await APIFixture.with { fixture in
            let agent = try await fixture.activeAgent()
            try Golden.check("host.list", try await fixture.get("/hosts", as: .lanternReader))
            try Golden.check("host", try await fixture.get("/hosts/\(agent.host)"))
            #expect(try await fixture.get("/hosts/\(freshID())").reason == "not_found")
        }
    }

    @Test func `a host that is not heard of is unreachable, then offline`() async throws {
        try await APIFixture.with { fixture in
            fixture.clock.advance(.seconds(-120))
            let agent = try await fixture.activeAgent()
            let path = "/hosts/\(agent.host)"
            #expect(try await fixture.get(path)["contact"].string == "unreachable")
            fixture.clock.advance(.seconds(-1200))
            _ = try await agent.claim()
            #expect(try await fixture.get(path)["contact"].string == "offline")
            fixture.clock.advance(.seconds(1320))
            _ = try await agent.claim()
            #expect(try await fixture.get(path)["contact"].string == "online")
        }
    }

    private static func platform(_ kernel: String) -> JSONValue {
        ["platform_epoch": ["digest": "ab", "facts": ["kernel": .string(kernel)]]]
    }

    private static let noCounters: JSONValue = [
        "code": "no-pmu", "subject": "cpu", "message": "no counters",
        "advice": "take another machine", "weight": "limit",
    ]

    @Test func `what is known of a host beside its results is told to operators`() async throws {
        try await APIFixture.with { fixture in
            var agent = try await fixture.activeAgent()
            let path = "/hosts/\(agent.host)"
            for kernel in ["6.1.0", "6.12.30"] {
                let session = try await agent.openSession(
                    fingerprint: Self.platform(kernel), limits: [Self.noCounters])
                agent.session = try session.known("session_id")
            }
            let events = try await fixture.get(path + "/events")["items"].items
            let kernel = try #require(events.first { $0["kind"].string == "kernel" })
            #expect(kernel["before"].string == "6.1.0" && kernel["after"].string == "6.12.30")
            #expect(events.last?["text"].string?.hasPrefix("Enrolled") == true)
            let doctor = try await fixture.get(path + "/doctor")["items"].items
            #expect(doctor.map { $0["check"].string } == ["no-pmu"])
            #expect(doctor.first?["ok"] == .bool(false))
            #expect(doctor.first?["advice"].string == "take another machine")
            #expect(try await fixture.get(path + "/tuning")["items"] == [])
            #expect(try await fixture.get(path + "/diff/\(agent.host)")["items"] == [])
            let other = SampleAgent(fixture: fixture)
            let enrolled = try await other.enrol(
                token: try await fixture.token([:]), as: SampleAgent.otherFacts)
            let difference = try await fixture.get(
                path + "/diff/\(try enrolled.known("host_id"))", as: .lanternReader)
            let fact = try #require(difference["items"].items.first, "\(difference.text)")
            #expect(fact["layer"].string == "platform_epoch" && fact["path"].string == "kernel")
            #expect(fact["a"].string == "6.12.30" && fact["b"] == .null)
            for tail in ["/events", "/doctor", "/tuning"] {
                let denied = try await fixture.get(path + tail, as: .lanternReader)
                #expect(denied.status == 403, "\(tail)")
                #expect(try await fixture.get("/hosts/\(freshID())" + tail).status == 404)
            }
        }
    }

    @Test func `the settings of a host are those of its newest attempt`() async throws {
        try await SampleFleet.with { fleet in
            _ = try await fleet.trigger("lantern", ["ref": "main"])
            let lease = try await fleet.agent.lease()
            _ = try await fleet.agent.send(
                SampleAgent.batch(1, [SampleAgent.isolation]), 1, of: lease)
            _ = try await fleet.agent.finish(SampleAgent.end(batches: 1), of: lease)
            try await fleet.fixture.pipeline.processPending()
            let found = try await fleet.fixture.get("/hosts/\(fleet.agent.host)/tuning")
            let knob = try #require(found["items"].items.first, "\(found.text)")
            #expect(knob["knob"].string == "governor" && knob["state"].string == "refused")
            #expect(knob["wanted"].string == "performance")
            #expect(knob["original"].string == "schedutil")
            #expect(knob["applied"].string == "powersave")
            #expect(knob["attempt_id"].string == lease.attempt)
        }
    }

    @Test func `a host that waits is approved, twice as once`() async throws {
        try await APIFixture.with { fixture in
            let agent = SampleAgent(fixture: fixture)
            let enrolled = try await agent.enrol(token: try await fixture.token([:]))
            #expect(enrolled["state"].string == "pending")
            let path = "/hosts/\(try enrolled.known("host_id"))"
            let first = try await fixture.post(path + "/approve", [:])
            #expect(first.status == 200)
            #expect(first["state"].string == "active")
            let second = try await fixture.post(path + "/approve", [:])
            #expect(second.status == 200)
            #expect(second["version"] == first["version"])
            let missing = try await fixture.post("/hosts/\(freshID())/approve", [:])
            #expect(missing.status == 404)
            #expect(missing.reason == "not_found")
        }
    }

    @Test func `labels are edited as they were seen`() async throws {
        try await APIFixture.with { fixture in
            let agent = try await fixture.activeAgent()
            let path = "/hosts/\(agent.host)"
            let version = try await fixture.get(path)["version"].integer
            let match: HTTPFields = [.ifMatch: "\"v\(try #require(version))\""]
            let labels: JSONValue = ["labels": ["zone": "a", "disk": "nvme"]]
            let edited = try await fixture.call(.patch, path, labels, headers: match)
            #expect(edited.status == 200)
            #expect(edited["labels"]["zone"].string == "a")
            #expect(try await fixture.get(path)["labels"]["disk"].string == "nvme")
            let late = try await fixture.call(.patch, path, labels, headers: match)
            #expect(late.status == 412)
            #expect(late.reason == "version_mismatch")
            let odd = try await fixture.call(
                .patch, path, ["labels": ["zone": "a b"]], headers: [.ifMatch: "*"])
            #expect(odd.reason == "invalid_value")
        }
    }

    @Test func `a token is shown once, listed without itself, and revoked`() async throws {
        try await APIFixture.with { fixture in
            let made = try await fixture.post(
                "/enrolment-tokens",
                ["ttl_ns": 60_000_000_000, "preapproved": true, "host_name": "bench-01"])
            try Golden.check("token.created", made)
            let text = try made.known("token")
            let list = try await fixture.get("/enrolment-tokens")
            try Golden.check("token.list", list)
            #expect(!list.text.contains(text))
            let path = "/enrolment-tokens/\(try made.known("id"))"
            let revoked = try await fixture.call(.delete, path)
            #expect(revoked.status == 204)
            #expect(revoked.bytes.isEmpty)
            #expect(try await fixture.call(.delete, path).reason == "not_found")
            let late = try await SampleAgent(fixture: fixture).enrol(token: text)
            #expect(late.reason == "enrolment_token_invalid")
        }
    }

    @Test func `a token that was used stays listed with its host`() async throws {
        try await APIFixture.with { fixture in
            let agent = try await fixture.activeAgent()
            let token = try await fixture.get("/enrolment-tokens")["items"].items[0]
            #expect(token["used_by"].string == agent.host)
            let id = token["id"].string ?? ""
            let reply = try await fixture.call(.delete, "/enrolment-tokens/\(id)")
            #expect(reply.reason == "not_found")
        }
    }

    @Test func `a bad token is refused`() async throws {
        try await APIFixture.with { fixture in
            for refusal in [
                Refusal(["ttl_ns": 0], 422, "out_of_range", at: "/ttl_ns"),
                Refusal(["ttl_ns": -1], 422, "out_of_range", at: "/ttl_ns"),
                Refusal(["ttl_ns": 86_400_000_000_001], 422, "out_of_range", at: "/ttl_ns"),
                Refusal(["ttl_ns": .integer(Int64.max)], 422, "out_of_range", at: "/ttl_ns"),
                Refusal(["ttl_ns": "1h"], 422, "wrong_type", at: "/ttl_ns"),
                Refusal(["preapproved": 1], 422, "wrong_type", at: "/preapproved"),
                Refusal(["uses": 3], 422, "unknown_field", at: "/uses"),
            ] {
                refusal.check(try await fixture.post("/enrolment-tokens", refusal.body))
            }
            let longest = try await fixture.post(
                "/enrolment-tokens", ["ttl_ns": 86_400_000_000_000])
            #expect(longest.status == 201)
        }
    }

    @Test func `the authority's certificate is for everybody`() async throws {
        try await APIFixture.with { fixture in
            let reply = try await fixture.get("/ca.pem", as: .anonymous)
            #expect(reply.status == 200)
            #expect(reply[header: "Content-Type"] == "application/x-pem-file")
            #expect(reply.text.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
            let enrolled = try await SampleAgent(fixture: fixture).enrol(
                token: try await fixture.token())
            #expect(enrolled["ca"].string == reply.text)
        }
    }
}
