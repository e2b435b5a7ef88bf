import Database
import Hummingbird
import Testing

@testable import WebSupport

/// Keys over HTTP (perfgate contract, §11), and what each call leaves in the audit (§10).
@Suite struct KeyRoutesTests {
    private static let wish: JSONValue = [
        "description": "nightly", "role": "contributor", "project": "lantern",
    ]

    private func with(_ members: [String: JSONValue]) -> JSONValue {
        guard case .object(let wish) = Self.wish else { return Self.wish }
        return .object(wish.merging(members) { $1 })
    }

    private func call(
        _ fixture: APIFixture, _ path: String, key: String
    ) async throws -> Reply {
        try await fixture.call(
            .get, path, as: .anonymous, headers: [.authorization: "Bearer \(key)"])
    }

    @Test func `a key works from its first moment until it is revoked`() async throws {
        try await SampleFleet.with { fleet in
            let made = try await fleet.fixture.post("/keys", Self.wish)
            #expect(made.status == 201)
            #expect(made[header: "Cache-Control"] == "no-store")
            let key = try made.known("key")
            #expect(key.wholeMatch(of: /pg_live_[0-9a-f]{32}/) != nil)
            #expect(made["role"].string == "contributor")
            #expect(made["project"].string == "lantern")
            #expect(made["pattern"] == .null)
            let created = try made.known("created_at")
            #expect(created.hasSuffix("Z"))
            #expect(try await call(fleet.fixture, "/projects/lantern/runs", key: key).status == 200)
            let wrong = try await call(fleet.fixture, "/projects/vault", key: key)
            #expect(wrong.reason == "unknown_project")
            let id = try made.known("id")
            let revoked = try await fleet.fixture.call(.delete, "/keys/\(id)")
            #expect(revoked.status == 200)
            #expect(revoked["id"].string == id)
            let again = try await fleet.fixture.call(.delete, "/keys/\(id)")
            #expect(again["revoked_at"] == revoked["revoked_at"])
            let late = try await call(fleet.fixture, "/projects", key: key)
            #expect(late.status == 401)
            #expect(late["message"].string == "Invalid API key")
        }
    }

    @Test func `a list is newest first and never has a secret`() async throws {
        try await APIFixture.with { fixture in
            let first = try await fixture.post("/keys", Self.wish)
            let second = try await fixture.post(
                "/keys",
                with([
                    "pattern": "^web-", "expires_at": "2026-01-01T00:00:00+01:00",
                    "grants": ["operate"], "unknown": 7,
                ]))
            #expect(second["expires_at"].string == "2025-12-31T23:00:00.000000Z")
            let list = try await fixture.get("/keys")
            #expect(list.status == 200)
            let keys = list["keys"].items
            #expect(keys.prefix(2).map { $0["id"] } == [second["id"], first["id"]])
            #expect(keys[0]["pattern"].string == "^web-")
            #expect(keys[0]["grants"].items == ["operate"])
            #expect(keys[0]["key"] == .null)
            let prefix = try first.known("key").prefix(12)
            #expect(keys[1]["key_prefix"].string == "\(prefix)...***")
            #expect(!list.text.contains(try first.known("key")))
            #expect(!list.text.contains("digest"))
            // A past end is taken, and the key is void.
            let late = try await call(fixture, "/projects", key: try second.known("key"))
            #expect(late.reason == "credentials_invalid")
        }
    }

    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let members: [String: JSONValue]
        let status: Int
        let reason: String
    }

    @Test(arguments: [
        Case(
            description: "blank", members: ["description": " "], status: 400,
            reason: "invalid_value"),
        Case(
            description: "another role", members: ["role": "owner"], status: 422,
            reason: "wrong_type"),
        Case(
            description: "a role in capitals", members: ["role": "Admin"], status: 422,
            reason: "wrong_type"),
        Case(
            description: "no project", members: ["project": .null], status: 422,
            reason: "missing_field"),
        Case(
            description: "an open bracket", members: ["pattern": "("], status: 400,
            reason: "bad_pattern"),
        Case(
            description: "a look-ahead", members: ["pattern": "(?=a)"], status: 400,
            reason: "bad_pattern"),
        Case(
            description: "a back-reference", members: ["pattern": "(a)\\1"], status: 400,
            reason: "bad_pattern"),
        Case(
            description: "an empty pattern", members: ["pattern": ""], status: 400,
            reason: "bad_pattern"),
        Case(
            description: "a date alone", members: ["expires_at": "2026-01-01"], status: 422,
            reason: "wrong_type"),
        Case(
            description: "another grant", members: ["grants": ["admin"]], status: 422,
            reason: "wrong_type"),
        Case(
            description: "nobody's", members: ["user_id": "0197a1b2-0000-7000-8000-000000000001"],
            status: 404, reason: "not_found"),
    ])
    func `what no key can have is refused`(_ given: Case) async throws {
        try await APIFixture.with { fixture in
            let reply = try await fixture.post("/keys", with(given.members))
            #expect(reply.status == given.status)
            #expect(reply.reason == given.reason)
        }
    }

    @Test func `only administrators of the installation have to do with keys`() async throws {
        try await APIFixture.with { fixture in
            for caller in SampleCaller.allCases where caller != .admin {
                let isKnown = ![.anonymous, .expired, .unknown].contains(caller)
                let expected = isKnown ? 403 : 401
                for (method, path) in [
                    (HTTPRequest.Method.get, "/keys"), (.delete, "/keys/none"), (.get, "/audit"),
                    (.get, "/audit-log"), (.get, "/users"), (.get, "/teams"), (.get, "/bindings"),
                ] {
                    let reply = try await fixture.call(method, path, as: caller)
                    #expect(reply.status == expected, "\(caller) \(method) \(path)")
                }
                #expect(try await fixture.post("/keys", as: caller, Self.wish).status == expected)
                // A malformed body is seen before the missing permission.
                let broken = try await fixture.send(.post, "/keys", as: caller, "{")
                #expect(broken.status == (isKnown ? 400 : 401))
            }
            #expect(try await fixture.call(.delete, "/keys/none").reason == "not_found")
        }
    }

    @Test func `a pattern holds on perfgate's routes, and a broken one is an error inside`()
        async throws
    {
        try await APIFixture.with { fixture in
            let made = try await fixture.post(
                "/keys", with(["pattern": "^web-", "role": "viewer"]))
            let key = try made.known("key")
            let place = "/projects/lantern/baselines"
            let own = try await call(fixture, place + "/web-1/latest", key: key)
            #expect(own.status == 404)
            let other = try await call(fixture, place + "/db/latest", key: key)
            #expect(other.status == 403)
            #expect(other.reason == "benchmark_restricted")
            #expect(try await call(fixture, place, key: key).status == 200)
            let foreign = try await call(fixture, "/projects/vault/baselines", key: key)
            #expect(foreign.reason == "project_mismatch")
            try await fixture.database.transaction(.write(.ordinary)) {
                _ = try $0.execute("UPDATE api_key SET pattern = '(' WHERE pattern = '^web-'")
            }
            let broken = try await call(fixture, place + "/web-1/latest", key: key)
            #expect(broken.status == 500)
            #expect(broken["code"].string == "internal_error")
        }
    }

    @Test func `a repeated call with one idempotency key shows no secret again`() async throws {
        try await APIFixture.with { fixture in
            let first = try await fixture.post("/keys", Self.wish, key: "k1")
            let second = try await fixture.post("/keys", Self.wish, key: "k1")
            #expect(first.status == 201)
            #expect(second[header: "Idempotency-Replayed"] == nil)
            #expect(try first.known("key") != second.known("key"))
            let stored = try await fixture.database.transaction(.read) {
                try $0.query("SELECT * FROM idempotency").count
            }
            #expect(stored == 0)
        }
    }

    @Test func `what was done to keys stands in the audit`() async throws {
        try await APIFixture.with { fixture in
            let made = try await fixture.call(
                .post, "/keys", Self.wish, headers: .init(named: ["X-Forwarded-For": "192.0.2.7"]))
            let id = try made.known("id")
            for _ in 0..<2 { _ = try await fixture.call(.delete, "/keys/\(id)") }
            _ = try await fixture.post("/keys", with(["description": ""]))
            let reply = try await fixture.get("/audit?resource_type=key&limit=2")
            #expect(reply.status == 200)
            #expect(reply["pagination"]["total"] == 3)
            #expect(reply["pagination"]["has_more"] == true)
            let events = reply["events"].items
            #expect(events.map { $0["action"].string } == ["delete", "delete"])
            let created = try await fixture.get("/audit?action=create")["events"].items
            #expect(created.count == 1)
            let event = try #require(created.first)
            #expect(event["resource_id"].string == id)
            #expect(event["project"].string == "lantern")
            #expect(event["metadata"]["role"].string == "contributor")
            #expect(event["metadata"]["source"].string == "api_key")
            #expect(event["metadata"]["source_ip"].string == "192.0.2.7")
            #expect(event["metadata"]["request_id"] == .null)
            #expect(event["schema"] == .null)
            #expect(event["id"].string?.count == 32)
            let actor = try #require(event["actor"].string)
            #expect(try await fixture.get("/audit?actor=\(actor)")["pagination"]["total"] == 3)
            #expect(try await fixture.get("/audit?action=fly")["events"].items.isEmpty)
            for query in ["since=2026-01-01", "limit=-1", "since=a&since=b", "until=now"] {
                #expect(try await fixture.get("/audit?\(query)").status == 400, "\(query)")
            }
        }
    }
}
