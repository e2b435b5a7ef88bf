import Database
import Hummingbird
import HummingbirdTesting
import Storage
import Testing

@testable import WebSupport

/// What monitors ask; that each check fails for its own reason is held beside the checks.
@Suite struct HealthRoutesTests {
    private static func ask(_ fixture: APIFixture, _ path: String) async throws -> Reply {
        Reply(
            try await fixture.people.executeRequest(
                uri: path, method: .get, headers: [:], body: nil))
    }

    private static func lead(_ fixture: APIFixture) async throws {
        _ = try await LeadershipStore(fixture.database).lead(
            "sweeper", as: "test", for: .seconds(3600), grace: .zero)
    }

    @Test func `a controller that can work is healthy and ready`() async throws {
        try await APIFixture.with { fixture in
            try await Self.lead(fixture)
            for path in ["/health", "/api/v1/health"] {
                let reply = try await Self.ask(fixture, path)
                #expect(reply.status == 200)
                #expect(reply["status"] == "healthy")
                #expect(reply["storage"]["status"] == "healthy")
            }
            let ready = try await Self.ask(fixture, "/ready")
            #expect(ready.status == 200)
            #expect(ready.json == ["ready": true])
        }
    }

    @Test func `what fails is named, and who only asks for an answer gets one`() async throws {
        try await APIFixture.with { fixture in
            let ready = try await Self.ask(fixture, "/ready")
            #expect(ready.status == 503)
            #expect(ready.json == ["ready": false, "failing": ["leadership"]])
            let health = try await Self.ask(fixture, "/health")
            #expect(health.status == 200)
            #expect(health["status"] == "degraded")
            #expect(health["storage"]["status"] == "healthy")
        }
    }

    @Test func `without its database a controller says so and still counts its calls`()
        async throws
    {
        try await APIFixture.with { fixture in
            try await Self.lead(fixture)
            await fixture.database.close()
            let health = try await Self.ask(fixture, "/health")
            #expect(health.status == 200)
            #expect(health["storage"]["status"] == "unhealthy")
            #expect(health["storage"]["detail"] == "connection_error")
            let metrics = try await Self.ask(fixture, "/metrics")
            #expect(metrics.status == 200)
            #expect(metrics.text.contains("http_requests_total{"))
            #expect(!metrics.text.contains("fleetmark_jobs_open"))
        }
    }

    @Test func `the figures are as recorded`() async throws {
        try await SampleFleet.with { fleet in
            _ = try await fleet.trigger("lantern", ["ref": "main"])
            _ = try await fleet.trigger("lantern", ["ref": "topic"])
            _ = try await fleet.agent.lease()
            let reply = try await Self.ask(fleet.fixture, "/metrics")
            #expect(reply[header: "Content-Type"]?.hasPrefix("text/plain") == true)
            let seconds = /^(\S+_seconds(?:_sum)?(?:\{.*\})?) [0-9.e+-]+$/.anchorsMatchLineEndings()
            try Golden.check(
                "metrics.txt", text: reply.text.replacing(seconds) { "\($0.1) <seconds>" })
        }
    }
}
