import Hummingbird
import Testing

@testable import WebSupport

@Suite struct ProjectRoutesTests {
    @Test func `a project is made with its repository and read back`() async throws {
        try await APIFixture.with { fixture in
            let repository = try await SampleRepository(at: fixture.folder + "/sample.git")
            let made = try await fixture.post(
                "/projects",
                [
                    "name": "lantern", "title": "A lantern", "visibility": "public",
                    "repository": ["url": .string(repository.address), "forge": "gitea"],
                ])
            try Golden.check("project.created", made)
            try Golden.check("project", try await fixture.get("/projects/lantern"))
            try Golden.check("project.list", try await fixture.get("/projects"))
            try Golden.check(
                "repository.list", try await fixture.get("/projects/lantern/repositories"))
            let byID = try await fixture.get("/projects/\(try made.known("id"))")
            #expect(byID["name"].string == "lantern")
        }
    }

    @Test func `a project needs no more than a name`() async throws {
        try await APIFixture.with { fixture in
            try Golden.check(
                "project.bare", try await fixture.post("/projects", ["name": "a.b_c-1"]))
        }
    }

    @Test func `a project takes further repositories`() async throws {
        try await SampleFleet.with { fleet in
            let made = try await fleet.fixture.post(
                "/projects/lantern/repositories",
                [
                    "name": "second", "url": .string(fleet.repository.address),
                    "default_branch": "topic",
                ])
            try Golden.check("repository.created", made)
            let taken = try await fleet.fixture.post(
                "/projects/lantern/repositories",
                ["name": "second", "url": .string(fleet.repository.address)])
            #expect(taken.reason == "name_taken")
        }
    }

    @Test func `a project is changed member by member, by who saw it last`() async throws {
        try await SampleFleet.with { fleet in
            let path = "/projects/vault"
            func change(
                _ body: JSONValue, as caller: SampleCaller = .admin, match: String? = "*"
            ) async throws -> Reply {
                var headers = HTTPFields()
                headers[.ifMatch] = match
                return try await fleet.fixture.call(
                    .patch, path, as: caller, body, headers: headers)
            }
            let first = try await fleet.fixture.get(path)
            #expect(first[header: "ETag"] == "\"v1\"")
            #expect(first["queue_limit"].integer == 500)
            #expect(try await change(["title": "Kept"], match: nil).reason == "if_match_required")
            let titled = try await change(["title": "Kept"], match: "\"v1\"")
            #expect(titled["title"] == "Kept" && titled["version"].integer == 2)
            #expect(titled[header: "ETag"] == "\"v2\"")
            #expect(try await change([:], match: "\"v1\"").reason == "version_mismatch")
            #expect(try await change([:])["version"].integer == 2)
            let limited = try await change(["queue_limit": 1, "visibility": "internal"])
            #expect(limited["queue_limit"].integer == 1 && limited["title"] == "Kept")
            #expect(limited["visibility"] == "internal")
            let commits = fleet.repository.main.map { JSONValue.string($0) }
            let (oldest, newest) = (commits[0], commits[2])
            let full = try await fleet.fixture.post(
                path + "/runs", ["range": ["from": oldest, "to": newest]])
            #expect(full.reason == "queue_full", "\(full.text)")
            #expect(full.json["details"]["limit"].integer == 1)
            let reset = try await change(["queue_limit": .null, "title": .null])
            #expect(reset["queue_limit"].integer == 500 && reset["title"] == .null)
            for bad: JSONValue in [
                ["queue_limit": 0], ["queue_limit": 1_000_001], ["visibility": "secret"],
                ["default_branch": ""],
            ] {
                #expect(try await change(bad).reason == "out_of_range", "\(bad)")
            }
            #expect(try await change(["title": "x"], as: .vaultWriter).reason == "scope_missing")
        }
    }

    @Test func `a project's own administrators do not lift its limit`() async throws {
        try await SampleFleet.with { fleet in
            let made = try await fleet.fixture.post(
                "/keys", ["description": "k", "role": "contributor", "project": "vault"])
            let id = try made.known("id")
            let bound = try await fleet.fixture.call(
                .put, "/projects/vault/bindings/key:\(id)", ["role": "admin"])
            #expect((200...201).contains(bound.status), "\(bound.text)")
            let headers: HTTPFields = [
                .authorization: "Bearer \(try made.known("key"))", .ifMatch: "*",
            ]
            for (body, expected) in [
                (["title": "Ours"] as JSONValue, 200), (["queue_limit": 100_000], 403),
            ] {
                let reply = try await fleet.fixture.call(
                    .patch, "/projects/vault", as: .anonymous, body, headers: headers)
                #expect(reply.status == expected, "\(reply.text)")
            }
        }
    }

    private static let refusals = [
        Refusal([:], 422, "missing_field", at: "/name"),
        Refusal(["name": .null], 422, "missing_field", at: "/name"),
        Refusal(["name": 7], 422, "wrong_type", at: "/name"),
        Refusal(["name": ""], 422, "out_of_range", at: "/name"),
        Refusal(["name": "Upper"], 422, "out_of_range", at: "/name"),
        Refusal(["name": "a/b"], 422, "out_of_range", at: "/name"),
        Refusal(["name": "a b"], 422, "out_of_range", at: "/name"),
        Refusal(["name": "\u{E9}"], 422, "out_of_range", at: "/name"),
        Refusal(
            ["name": .string(String(repeating: "a", count: 65))], 422, "out_of_range",
            at: "/name"),
        Refusal(["name": "a", "visibility": "secret"], 422, "out_of_range", at: "/visibility"),
        Refusal(["name": "a", "visibility": true], 422, "wrong_type", at: "/visibility"),
        Refusal(["name": "a", "colour": "red"], 422, "unknown_field", at: "/colour"),
        Refusal(["name": "a", "a/b~c": 1], 422, "unknown_field", at: "/a~1b~0c"),
        Refusal(["name": "a", "repository": [:]], 422, "missing_field", at: "/repository/url"),
        Refusal(["name": "a", "repository": "x"], 422, "wrong_type", at: "/repository"),
        Refusal(
            ["name": "a", "repository": ["url": "x", "key": 1]], 422, "unknown_field",
            at: "/repository/key"),
        Refusal(
            ["name": "a", "repository": ["url": "file:///nowhere/at/all.git"]], 502,
            "remote_unreachable"),
        Refusal(
            ["name": "a", "repository": ["url": "ftp://git.example.org/a.git"]], 422,
            "out_of_range", at: "/repository/url"),
        Refusal(
            ["name": "a", "repository": ["url": "--upload-pack=x"]], 422, "out_of_range",
            at: "/repository/url"),
        Refusal(["name": "taken"], 409, "name_taken"),
        Refusal(["a"], 422, "wrong_type", at: ""), Refusal("a", 422, "wrong_type", at: ""),
    ]

    @Test func `a bad project is refused where it is bad, and nothing is made`() async throws {
        try await APIFixture.with { fixture in
            _ = try await fixture.post("/projects", ["name": "taken"])
            for refusal in Self.refusals {
                refusal.check(try await fixture.post("/projects", refusal.body))
            }
            let names = try await fixture.get("/projects").json.listed("name")
            #expect(names == ["taken"])
        }
    }

    struct Broken: Sendable {
        let text: String?
        var type: String? = "application/json"
        var encoding: String?
        let status: Int
        let reason: String
    }

    private static let broken = [
        Broken(text: "{", status: 400, reason: "malformed_json"),
        Broken(text: "", status: 400, reason: "malformed_json"),
        Broken(text: "{\"name\":\"a\",\"name\":\"b\"}", status: 400, reason: "malformed_json"),
        Broken(text: "{\"name\":\"a\"} x", status: 400, reason: "malformed_json"),
        Broken(
            text: String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
            status: 400, reason: "malformed_json"),
        Broken(text: "{\"name\":NaN}", status: 400, reason: "malformed_json"),
        Broken(text: "{}", type: nil, status: 415, reason: "media_type"),
        Broken(text: "{}", type: "text/plain", status: 415, reason: "media_type"),
        Broken(text: nil, type: nil, status: 415, reason: "media_type"),
        Broken(text: "{}", encoding: "gzip", status: 415, reason: "encoding"),
        Broken(
            text: "{\"name\":\"" + String(repeating: "a", count: 2 << 20) + "\"}", status: 413,
            reason: "body_too_large"),
    ]

    @Test func `what is no JSON document in the right dress is refused`() async throws {
        try await APIFixture.with { fixture in
            for given in Self.broken {
                var headers = HTTPFields()
                headers[.contentType] = given.type
                headers[.contentEncoding] = given.encoding
                let reply = try await fixture.send(.post, "/projects", given.text, headers)
                #expect(reply.status == given.status, "\(given.reason) \(reply.text.prefix(300))")
                #expect(reply.reason == given.reason)
            }
        }
    }

    @Test func `a list shows what its reader may see, by name`() async throws {
        try await SampleFleet.with { fleet in
            let both = ["lantern", "vault"]
            for (caller, names) in [
                (SampleCaller.anonymous, ["lantern"]), (.lanternReader, ["lantern"]),
                (.vaultReader, both), (.reader, both), (.admin, both),
            ] {
                let reply = try await fleet.fixture.get("/projects", as: caller)
                #expect(reply.json.listed("name").compactMap(\.string) == names, "\(caller)")
            }
        }
    }

    @Test func `a page is filled with what its reader may see, and the next one follows it`()
        async throws
    {
        try await APIFixture.with { fixture in
            for number in 0..<9 {
                let name = JSONValue.string("p\(number)")
                let visibility: JSONValue = number % 4 == 3 ? "public" : "private"
                _ = try await fixture.post("/projects", ["name": name, "visibility": visibility])
            }
            for (caller, query, names) in [
                (SampleCaller.anonymous, "limit=2", ["p3", "p7"]),
                (.anonymous, "limit=1", ["p3"]), (.anonymous, "limit=1&after=p3", ["p7"]),
                (.anonymous, "after=p7", []), (.admin, "limit=2&after=p6", ["p7", "p8"]),
            ] {
                let reply = try await fixture.get("/projects?" + query, as: caller)
                #expect(reply.json.listed("name").compactMap(\.string) == names, "\(query)")
            }
        }
    }

    @Test(arguments: [
        ("limit=0", "invalid_value"), ("limit=201", "invalid_value"), ("limit=x", "invalid_value"),
        ("limit=1&limit=2", "invalid_value"), ("limit=%zz", "invalid_value"),
        ("colour=red", "unknown_parameter"), ("limit=99999999999999999999", "invalid_value"),
    ])
    func `a bad query is refused`(_ query: String, _ reason: String) async throws {
        try await APIFixture.with { fixture in
            let reply = try await fixture.get("/projects?" + query)
            #expect(reply.status == 400)
            #expect(reply.reason == reason)
        }
    }

    @Test(arguments: [("%ff", 400), ("lan%74ern", 200), ("%", 400), ("LANTERN", 404), ("%00", 400)])
    func `a name in a path is percent-encoded text`(_ name: String, _ status: Int) async throws {
        try await APIFixture.with { fixture in
            _ = try await fixture.post("/projects", ["name": "lantern"])
            #expect(try await fixture.get("/projects/" + name).status == status)
            // What a caller sends is no fault that an operator should look at.
            #expect(!fixture.log.lines.contains { $0.message == "database failure" })
        }
    }
}
