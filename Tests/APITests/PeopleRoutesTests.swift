import Hummingbird
import Testing

@testable import WebSupport

/// Users, teams and roles over HTTP (API contract, §3.9).
@Suite struct PeopleRoutesTests {
    /// A user with a key that gives nothing by itself.
    private struct Person {
        let id: String
        let key: String
        let keyID: String
    }

    private func person(_ name: String, _ fixture: APIFixture) async throws -> Person {
        let user = try await fixture.post("/users", ["name": .string(name)])
        #expect(user.status == 201)
        let id = try user.known("id")
        let key = try await fixture.post(
            "/keys",
            [
                "description": .string(name), "role": "viewer", "project": "elsewhere",
                "user_id": .string(id),
            ])
        return Person(id: id, key: try key.known("key"), keyID: try key.known("id"))
    }

    private func call(
        _ fixture: APIFixture, _ path: String, by who: Person
    ) async throws -> Reply {
        try await call(fixture, .get, path, by: who)
    }

    private func call(
        _ fixture: APIFixture, _ method: HTTPRequest.Method, _ path: String, by who: Person,
        _ body: JSONValue? = nil
    ) async throws -> Reply {
        try await fixture.call(
            method, path, as: .anonymous, body, headers: [.authorization: "Bearer \(who.key)"])
    }

    private func change(
        _ fixture: APIFixture, _ path: String, tag: String? = "*", _ body: JSONValue
    ) async throws -> Reply {
        var headers = HTTPFields()
        headers[.ifMatch] = tag
        return try await fixture.call(.patch, path, body, headers: headers)
    }

    @Test func `a project is shared with a team, and its administrator shares it on`()
        async throws
    {
        try await SampleFleet.with { fleet in
            let fixture = fleet.fixture
            let (ada, grace) = (
                try await person("ada", fixture), try await person("grace", fixture)
            )
            #expect(try await call(fixture, "/projects/vault", by: ada).status == 404)
            let team = try await fixture.post("/teams", ["name": "vault keepers"])
            let id = try team.known("id")
            let member = try await fixture.call(
                .put, "/teams/\(id)/members/\(ada.id)", ["role": "maintainer"])
            #expect(member["members"].items.first?["name"].string == "ada")
            let bound = try await fixture.call(
                .put, "/projects/vault/bindings/team:\(id)", ["role": "admin"])
            #expect(bound.status == 200)
            #expect(bound["name"].string == "vault keepers")
            #expect(try await call(fixture, "/projects/vault", by: ada).status == 200)
            #expect(try await call(fixture, "/projects/vault", by: grace).status == 404)
            let shared = try await call(
                fixture, .put, "/projects/vault/bindings/user:\(grace.id)", by: ada,
                ["role": "contributor"])
            #expect(shared.status == 200)
            #expect(try await call(fixture, "/projects/vault", by: grace).status == 200)
            let further = try await call(
                fixture, .put, "/projects/vault/bindings/user:\(ada.id)", by: grace,
                ["role": "viewer"])
            #expect(further.reason == "scope_missing")
            try await expectNothingElse(ada, fixture)
            let list = try await call(fixture, "/projects/vault/bindings", by: ada)
            #expect(list.json.listed("role").map(\.string) == ["admin", "contributor"])
            let gone = try await call(
                fixture, .delete, "/projects/vault/bindings/user:\(grace.id)", by: ada)
            #expect(gone.status == 204)
            #expect(try await call(fixture, "/projects/vault", by: grace).status == 404)
        }
    }

    /// The administrator of one project has nothing of the installation, and of other projects.
    private func expectNothingElse(_ who: Person, _ fixture: APIFixture) async throws {
        for path in ["/keys", "/audit", "/users", "/bindings"] {
            #expect(try await call(fixture, path, by: who).status == 403, "\(path)")
        }
        #expect(try await call(fixture, "/projects/lantern/bindings", by: who).status == 404)
    }

    @Test func `a maintainer changes the team's members, and nobody else`() async throws {
        try await APIFixture.with { fixture in
            let (ada, grace) = (
                try await person("ada", fixture), try await person("grace", fixture)
            )
            let id = try await fixture.post("/teams", ["name": "one"]).known("id")
            _ = try await fixture.call(
                .put, "/teams/\(id)/members/\(ada.id)", ["role": "maintainer"])
            let place = "/teams/\(id)/members/\(grace.id)"
            #expect(
                try await call(fixture, .put, place, by: grace, ["role": "maintainer"]).status
                    == 403)
            #expect(try await call(fixture, "/teams/\(id)", by: grace).status == 404)
            #expect(
                try await call(fixture, .put, place, by: ada, ["role": "member"]).status == 200)
            #expect(try await call(fixture, "/teams/\(id)", by: grace).status == 200)
            #expect(try await call(fixture, .delete, place, by: grace).status == 403)
            #expect(try await call(fixture, .delete, place, by: ada).status == 200)
            #expect(try await call(fixture, .delete, place, by: ada).reason == "not_found")
            let bad = try await fixture.call(.put, place, ["role": "owner"])
            #expect(bad.reason == "out_of_range")
        }
    }

    @Test func `a user out of action is out at once, session and all`() async throws {
        try await APIFixture.with { fixture in
            let ada = try await person("ada", fixture)
            #expect(try await call(fixture, "/me", by: ada)["user"]["name"].string == "ada")
            let session = try await fixture.call(
                .post, "/sessions", as: .anonymous, ["key": .string(ada.key)])
            let cookie = try #require(session.headers[.setCookie]?.split(separator: ";").first)
            func signedIn() async throws -> Int {
                try await fixture.call(
                    .get, "/session", as: .anonymous, headers: [.cookie: String(cookie)]
                ).status
            }
            #expect(try await signedIn() == 200)
            let out = try await change(fixture, "/users/\(ada.id)", ["disabled": true])
            #expect(out["disabled"] == true)
            #expect(try await call(fixture, "/me", by: ada).reason == "credentials_invalid")
            #expect(try await signedIn() == 401)
            let keys = try await fixture.get("/keys")["keys"].items
            let key = keys.first { $0["id"].string == ada.keyID }
            #expect(key?["revoked_at"].string != nil)
        }
    }

    @Test func `users are made, listed in pages, changed with care and removed`() async throws {
        try await APIFixture.with { fixture in
            for name in ["ada", "grace", "joan"] {
                let made = try await fixture.post(
                    "/users",
                    [
                        "name": .string(name), "email": "someone@example.org",
                        "identities": [["issuer": "https://id", "subject": .string(name)]],
                    ])
                #expect(made[header: "ETag"] == "\"v1\"")
                let location = try #require(made[header: "Location"])
                #expect(location.hasPrefix("/api/v1/users/"))
            }
            #expect(try await fixture.post("/users", ["name": "ada"]).reason == "name_taken")
            let first = try await fixture.get("/users?limit=2")
            #expect(first.json.listed("name").map(\.string) == ["ada", "grace"])
            let cursor = try first.known("next_cursor")
            let second = try await fixture.get("/users?limit=2&cursor=\(cursor)")
            #expect(second.json.listed("name").map(\.string) == ["joan"])
            #expect(second["next_cursor"] == .null)
            let id = try #require(first["items"].items[0]["id"].string)
            let place = "/users/\(id)"
            #expect(try await change(fixture, place, tag: nil, [:]).reason == "if_match_required")
            #expect(
                try await change(fixture, place, tag: "\"v9\"", [:]).reason == "version_mismatch")
            let renamed = try await change(
                fixture, place, tag: "\"v1\"", ["name": "ada l.", "email": .null])
            #expect(renamed["name"].string == "ada l.")
            #expect(renamed["email"] == .null)
            #expect(renamed["identities"].items.count == 1)
            #expect(try await change(fixture, place, ["name": ""]).reason == "out_of_range")
            let gone = try await fixture.call(.delete, place, headers: [.ifMatch: "*"])
            #expect(gone.status == 204)
            #expect(try await fixture.get(place).reason == "not_found")
            let log = try await fixture.get("/audit-log?resource_type=user&resource_id=\(id)")
            #expect(
                log.json.listed("action").map(\.string) == ["delete", "update", "create"])
        }
    }

    @Test func `an operator by binding works on hosts and on nothing else`() async throws {
        try await SampleFleet.with { fleet in
            let ada = try await person("ada", fleet.fixture)
            let drain = "/hosts/\(fleet.agent.host)/drain"
            let before = try await call(fleet.fixture, .post, drain, by: ada, [:])
            #expect(before.reason == "scope_missing")
            let bound = try await fleet.fixture.call(
                .put, "/bindings/user:\(ada.id)", ["role": "viewer", "grants": ["operate"]])
            #expect(bound["grants"].items == ["operate"])
            let drained = try await call(
                fleet.fixture, .post, drain, by: ada, ["reason": "new memory"])
            #expect(drained.status == 200, "\(drained.json)")
            #expect(try await call(fleet.fixture, "/projects/vault", by: ada).status == 200)
            #expect(try await call(fleet.fixture, "/keys", by: ada).status == 403)
            let onProject = try await fleet.fixture.call(
                .put, "/projects/vault/bindings/user:\(ada.id)",
                ["role": "viewer", "grants": ["operate"]])
            #expect(onProject.reason == "out_of_range")
        }
    }

    @Test func `the audit lists everything in pages, and perfgate's part what its clients know`()
        async throws
    {
        try await APIFixture.with { fixture in
            for name in ["a", "b", "c"] {
                _ = try await fixture.post("/teams", ["name": .string(name)])
            }
            _ = try await fixture.post(
                "/keys", ["description": "k", "role": "viewer", "project": "p"])
            let first = try await fixture.get("/audit-log?limit=3")
            #expect(first.json.listed("resource_type").map(\.string) == ["key", "team", "team"])
            #expect(first["items"].items.allSatisfy { $0["hash"].string?.count == 64 })
            let cursor = try first.known("next_cursor")
            let rest = try await fixture.get("/audit-log?limit=3&cursor=\(cursor)")
            #expect(rest.json.listed("number").map(\.integer) == [1])
            #expect(try await fixture.get("/audit")["pagination"]["total"] == 1)
            #expect(try await fixture.get("/audit-log?colour=red").reason == "unknown_parameter")
        }
    }
}
