import Hummingbird
import Testing

@testable import WebSupport

/// POSTs with an `Idempotency-Key` on the real surface.
@Suite struct IdempotencyTests {
    private static let project: JSONValue = ["name": "quarry", "visibility": "public"]

    @Test func `the same call again is answered as the first time, and done once`() async throws {
        try await APIFixture.with { fixture in
            let first = try await fixture.post("/projects", Self.project, key: "k-1")
            #expect(first.status == 201)
            #expect(first[header: "Idempotency-Replayed"] == nil)
            let again = try await fixture.post("/projects", Self.project, key: "k-1")
            #expect(again.status == 201)
            #expect(again.bytes == first.bytes)
            #expect(again[header: "Content-Type"] == first[header: "Content-Type"])
            #expect(again[header: "Idempotency-Replayed"] == "true")
            #expect(try await fixture.get("/projects")["items"].items.count == 1)
        }
    }

    @Test func `a key stands for one method, path and body`() async throws {
        try await APIFixture.with { fixture in
            _ = try await fixture.post("/projects", Self.project, key: "k-1")
            let others: [(path: String, body: JSONValue)] = [
                ("/projects", ["name": "other"]), ("/projects?x=1", Self.project),
                ("/enrolment-tokens", Self.project),
            ]
            for other in others {
                let reply = try await fixture.post(other.path, other.body, key: "k-1")
                #expect(reply.status == 409, "\(other)")
                #expect(reply.reason == "idempotency_mismatch", "\(other)")
            }
        }
    }

    @Test func `a reply with a secret is kept nowhere`() async throws {
        try await APIFixture.with { fixture in
            let replies = [
                try await fixture.post("/enrolment-tokens", [:], key: "k-1"),
                try await fixture.post("/enrolment-tokens", [:], key: "k-1"),
            ]
            #expect(replies.map { $0[header: "Cache-Control"] } == ["no-store", "no-store"])
            #expect(replies[1][header: "Idempotency-Replayed"] == nil)
            #expect(replies[0]["token"] != replies[1]["token"])
        }
    }

    @Test func `callers do not share keys`() async throws {
        try await SampleFleet.with { fleet in
            let body: JSONValue = ["ref": "main"]
            let first = try await fleet.fixture.post(
                "/projects/lantern/runs", as: .writer, body, key: "k-1")
            let other = try await fleet.fixture.post(
                "/projects/lantern/runs", as: .lanternWriter, body, key: "k-1")
            #expect(first.status == 202)
            #expect(other.status == 202)
            #expect(other[header: "Idempotency-Replayed"] == nil)
            #expect(first["request"]["id"] != other["request"]["id"])
        }
    }

    @Test func `a refusal of the call itself is kept`() async throws {
        try await APIFixture.with { fixture in
            _ = try await fixture.post("/projects", Self.project)
            let refused: [(path: String, body: JSONValue, reason: String)] = [
                ("/projects", ["name": "No"], "out_of_range"),
                ("/projects", Self.project, "name_taken"),
                ("/hosts/\(freshID())/approve", [:], "not_found"),
                ("/projects/nowhere/runs", ["ref": "main"], "unknown_project"),
            ]
            for (number, given) in refused.enumerated() {
                let first = try await fixture.post(given.path, given.body, key: "k-\(number)")
                let again = try await fixture.post(given.path, given.body, key: "k-\(number)")
                #expect(first.reason == given.reason)
                #expect(again.status == first.status, "\(given)")
                #expect(again.json["details"] == first.json["details"], "\(given)")
                #expect(again[header: "Idempotency-Replayed"] == "true", "\(given)")
            }
        }
    }

    @Test func `a refusal of the caller is not kept`() async throws {
        try await SampleFleet.with { fleet in
            let body: JSONValue = ["name": "other"]
            for _ in 1...2 {
                let reply = try await fleet.fixture.post(
                    "/projects", as: .reader, body, key: "k-1")
                #expect(reply.status == 403)
                #expect(reply[header: "Idempotency-Replayed"] == nil)
            }
            let anonymous = try await fleet.fixture.post(
                "/projects", as: .anonymous, body, key: "k-1")
            #expect(anonymous.reason == "credentials_missing")
        }
    }

    @Test(arguments: ["", String(repeating: "k", count: 129), "\u{E9}"])
    func `a key that is not printable text of 1 to 128 characters is refused`(
        _ key: String
    ) async throws {
        try await APIFixture.with { fixture in
            let reply = try await fixture.post("/projects", Self.project, key: key)
            #expect(reply.status == 400)
            #expect(reply.reason == "bad_header")
            #expect(try await fixture.get("/projects/quarry").status == 404)
        }
    }

    @Test func `the longest key is taken`() async throws {
        try await APIFixture.with { fixture in
            let key = String(repeating: "~", count: 128)
            let reply = try await fixture.post("/projects", Self.project, key: key)
            #expect(reply.status == 201)
        }
    }

    @Test func `an answer is forgotten after a day`() async throws {
        try await APIFixture.with { fixture in
            _ = try await fixture.post("/projects", Self.project, key: "k-1")
            fixture.clock.advance(.seconds(86_401))
            let again = try await fixture.post("/projects", Self.project, key: "k-1")
            #expect(again.reason == "name_taken")
            #expect(again[header: "Idempotency-Replayed"] == nil)
        }
    }

    @Test func `a key on a read means nothing`() async throws {
        try await APIFixture.with { fixture in
            for _ in 1...2 {
                let reply = try await fixture.call(
                    .get, "/projects", headers: [HeaderName.idempotencyKey: "k-1"])
                #expect(reply.status == 200)
                #expect(reply[header: "Idempotency-Replayed"] == nil)
            }
        }
    }
}
