import Database
import FleetModel
import Hummingbird
import HummingbirdTesting
import Identity
import Storage
import Testing

@testable import WebSupport

/// Keys that are limited to some benchmarks, on our own routes (API contract, §2).
@Suite struct BenchmarkReachTests {
    /// Calls by a key of `lantern` that only reaches `parse/short`.
    private struct Limited {
        let story: SampleStory
        let key: String

        init(_ story: SampleStory, role: String = "promoter") async throws {
            self.story = story
            let made = try await story.fixture.post(
                "/keys",
                [
                    "description": "limited", "role": .string(role), "project": "lantern",
                    "pattern": "short$",
                ])
            key = try made.known("key")
        }

        func call(
            _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil
        ) async throws -> Reply {
            try await story.fixture.call(
                method, path, as: .anonymous, body, headers: [.authorization: "Bearer \(key)"])
        }

        func get(_ path: String) async throws -> Reply { try await call(.get, path) }

        func post(_ path: String, _ body: JSONValue) async throws -> Reply {
            try await call(.post, path, body)
        }
    }

    /// What is of a whole run or of the project, and says the names of all benchmarks.
    private static let whole = ["/attempts/{attempt}/log", "/attempts/{attempt}/log/events"]

    /// A new route that forgets is found here.
    @Test func `no route shows a limited key a row of another benchmark`() async throws {
        try await SampleStory.with { story in
            let limited = try await Limited(story)
            var (own, refused) = (0, 0)
            for path in RouteList(story.fixture.publicResponder).paths(of: "GET")
            where path.hasPrefix("/api/v1/") {
                let below = String(path.dropFirst("/api/v1".count))
                let reply = try await limited.get(
                    try story.address(below, of: story.lantern))
                if !Self.whole.contains(below) {
                    #expect(!reply.text.contains("parse/long"), "\(path)")
                    #expect(!reply.text.contains("stacks.folded"), "\(path)")
                }
                if reply.text.contains("parse/short") { own += 1 }
                if reply.reason == "benchmark_restricted" { refused += 1 }
                // The same is there for who is not limited.
                #expect(reply.status != 404 || Self.isNowhere(below), "\(path) \(reply.text)")
            }
            #expect(own >= 5)
            #expect(refused >= 5)
        }
    }

    /// The story has none of it, or the key is no administrator's.
    private static func isNowhere(_ path: String) -> Bool {
        ["{token}", "{user}", "{team}", "{changePoint}", "{subject}", "{serial}", "/baselines/"]
            .contains { path.contains($0) } || path.hasSuffix("/bindings")
            || path.hasSuffix("/decisions/latest")
    }

    @Test func `what calls answer with is narrowed too`() async throws {
        try await SampleStory.with { story in
            let limited = try await Limited(story)
            let run = JSONValue.string(story.lantern.measured.run)
            let tried = try await limited.post(
                "/projects/lantern/comparisons",
                ["base": ["run": run], "candidate": ["run": run], "save": false])
            #expect(tried.status == 200)
            #expect(tried["rows"].items.map { $0["benchmark"].string } == ["parse/short"])
            let trial = try await limited.post(
                "/projects/lantern/policies/dry-run",
                ["text": "rules:\n  - {benchmark: \"parse*\", threshold: 99%}\n"])
            let changes = trial["would_close"].items
            #expect(
                changes.flatMap { $0["members"].items }.map { $0["benchmark"].string }
                    == ["parse/short"], "\(trial.text)")
            let list = try await limited.get("/projects/lantern/series")
            let own = try #require(list["items"].items.first?["id"].string)
            let points = try await limited.post(
                "/series/points", ["series": [.string(story.lantern.series), .string(own)]])
            #expect(points["series"].items.map { $0["id"].string } == [own])
            #expect(points["missing"].items.map(\.string) == [story.lantern.series])
            let analysed = try await limited.post(
                "/series/\(story.lantern.series)/analyse", [:])
            #expect(analysed.reason == "benchmark_restricted")
            #expect(try await limited.post("/series/\(own)/analyse", [:]).status == 200)
        }
    }

    @Test func `the visits behind a row are those of the row's benchmark`() async throws {
        try await SampleStory.with { story in
            let limited = try await Limited(story)
            let path = "/comparisons/\(story.lantern.measured.comparison)/rows"
            let rows = try await story.fixture.get(path)["items"].items
            #expect(rows.count == 2)
            for row in rows {
                let series = try #require(row["series_id"].string)
                let reply = try await limited.get("\(path)/\(series)/samples")
                let isOwn = row["benchmark"] == "parse/short"
                #expect(reply.status == (isOwn ? 200 : 403))
                #expect(reply.reason == (isOwn ? nil : "benchmark_restricted"))
            }
            let csv = try await limited.get(path + "?format=csv")
            #expect(csv.text.split(separator: "\r\n").count == 2)
        }
    }

    @Test func `lists have whole pages, and asking for another benchmark finds nothing`()
        async throws
    {
        try await SampleStory.with { story in
            let limited = try await Limited(story)
            let path = "/projects/lantern/series?limit=1"
            let all = try await story.fixture.get(path)
            #expect(all["items"].items.first?["benchmark"] == "parse/long")
            #expect(all["next_cursor"] != .null)
            let own = try await limited.get(path)
            #expect(own["items"].items.map { $0["benchmark"].string } == ["parse/short"])
            #expect(own["next_cursor"] == .null)
            let other = try await limited.get(path + "&benchmark=parse/long")
            #expect(other.status == 200 && other["items"].items.isEmpty)
            let cursor = try all.known("next_cursor")
            #expect(try await limited.get(path + "&cursor=\(cursor)").reason == "cursor_mismatch")
            let run = story.lantern.measured.run
            let measured = try await limited.get("/runs/\(run)/measurements?benchmark=parse/long")
            #expect(measured.status == 200 && measured["items"].items.isEmpty)
        }
    }

    struct Trigger: Sendable {
        let body: JSONValue
        let refused: String?
    }

    @Test(arguments: [
        Trigger(body: ["ref": "main"], refused: "parse/long"),
        Trigger(body: ["ref": "main", "benchmarks": ["parse/*"]], refused: "parse/long"),
        Trigger(body: ["ref": "main", "benchmarks": ["parse/long"]], refused: "parse/long"),
        Trigger(
            body: ["ref": "main", "benchmarks": ["parse/long"], "dry_run": true],
            refused: "parse/long"),
        Trigger(body: ["ref": "main", "benchmarks": ["parse/short"]], refused: nil),
        Trigger(body: ["ref": "main", "tags": ["quick"]], refused: nil),
    ])
    func `a trigger measures what the key reaches, or nothing`(_ given: Trigger) async throws {
        try await SampleStory.with { story in
            let limited = try await Limited(story)
            let before = try await story.fixture.get("/projects/lantern/runs")
            let reply = try await limited.post("/projects/lantern/runs", given.body)
            #expect(reply.json["details"]["benchmark"].string == given.refused, "\(reply.text)")
            #expect(reply.reason == given.refused.map { _ in "benchmark_restricted" })
            #expect(reply.status == (given.refused == nil ? 202 : 403))
            let after = try await story.fixture.get("/projects/lantern/runs")
            let isSame = before["items"].items.count == after["items"].items.count
            #expect(isSame == (given.refused != nil))
        }
    }

    @Test func `pages show such a key what they show everybody`() async throws {
        try await SampleStory.with { story in
            let limited = try await Limited(story, role: "admin")
            func status(_ path: String, key: String?) async throws -> Int {
                var headers = HTTPFields()
                headers[.authorization] = key.map { "Bearer \($0)" }
                return try await story.fixture.people.executeRequest(
                    uri: path, method: .get, headers: headers, body: nil
                ).status.code
            }
            #expect(try await status("/p/vault", key: SampleCaller.admin.keyText) == 200)
            #expect(try await status("/p/lantern", key: limited.key) == 200)
            let hidden = try await status("/p/vault", key: limited.key)
            #expect(try await status("/p/vault", key: nil) == hidden)
            #expect(hidden != 200)
            let form = try await story.fixture.people.executeRequest(
                uri: "/sign-in", method: .post,
                headers: [.contentType: "application/x-www-form-urlencoded"],
                body: ByteBuffer(string: "key=\(limited.key)"))
            #expect(form.status == .forbidden)
            #expect(form.headers[.setCookie] == nil)
            #expect(String(buffer: form.body).contains("limited to some benchmarks"))
        }
    }

    @Test func `a pattern that cannot be used shows nothing`() async throws {
        try await SampleStory.with { story in
            let text = "pg_test_" + String(repeating: "b", count: 32)
            let given = try #require(APIKeyText(text))
            var random = SystemRandomNumberGenerator()
            var key = KeyStore.Key(
                id: KeyID(at: story.fixture.clock.now, using: &random), name: "broken",
                prefix: given.displayPrefix, role: "admin", project: nil, expiresAt: nil)
            key.pattern = "("
            try await KeyStore(story.fixture.database).create(key, digest: given.digest.hex)
            let run = story.lantern.measured.run
            for path in [
                "/runs/\(run)/measurements", "/runs/\(run)/samples", "/projects/lantern/series",
                "/series/\(story.lantern.series)",
                "/comparisons/\(story.lantern.measured.comparison)/rows",
            ] {
                let reply = try await story.fixture.call(
                    .get, path, as: .anonymous, headers: [.authorization: "Bearer \(text)"])
                #expect(reply.status == 500, "\(path)")
                #expect(!reply.text.contains("parse/"), "\(path)")
            }
        }
    }
}
