import Testing

@testable import WebSupport

@Suite struct RunListTests {
    private static let path = "/projects/lantern/runs"

    /// Every run of a project, page by page.
    private static func all(
        _ fixture: APIFixture, _ query: String
    ) async throws -> (runs: [String], pages: Int) {
        var runs: [String] = []
        var pages = 0
        var cursor: String?
        repeat {
            let next = cursor.map { "&cursor=\($0)" } ?? ""
            let page = try await fixture.get(path + "?" + query + next)
            guard page.status == 200 else { throw SampleProblem(page.text) }
            runs += page.json.listed("id").compactMap(\.string)
            cursor = page["next_cursor"].string
            pages += 1
        } while cursor != nil && pages < 50
        return (runs, pages)
    }

    @Test func `pages join to the whole list, newest first, whatever arrives meanwhile`()
        async throws
    {
        try await SampleFleet.with { fleet in
            var made: [String] = []
            for _ in 0..<5 {
                made += try await fleet.trigger(
                    "lantern", ["ref": "main", "force": true]
                ).runs
            }
            _ = try await fleet.trigger("vault", ["ref": "main"])
            for (limit, pages) in [(1, 5), (2, 3), (5, 1), (200, 1)] {
                let found = try await Self.all(fleet.fixture, "limit=\(limit)")
                #expect(found.runs == made.reversed(), "\(limit)")
                #expect(found.pages == pages, "\(limit)")
            }
            let first = try await fleet.fixture.get(Self.path + "?limit=2")
            _ = try await fleet.trigger("lantern", ["ref": "topic"])
            let cursor = try first.known("next_cursor")
            let second = try await fleet.fixture.get(Self.path + "?limit=3&cursor=\(cursor)")
            #expect(
                second.json.listed("id").compactMap(\.string)
                    == made.reversed().dropFirst(2).map { $0 })
        }
    }

    @Test func `filters narrow, and together narrow more`() async throws {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            let slow = try await fleet.measure(commit: commits[2], factor: 1.2)
            let same = try await fleet.measure(commit: commits[1])
            let open = try await fleet.trigger("lantern", ["ref": "topic"]).runs[0]
            let short = commits[2].prefix(7)
            for (query, runs) in [
                ("", [open, same.run, slow.run]), ("state=succeeded", [same.run, slow.run]),
                ("state=queued", [open]), ("commit=\(commits[2])", [slow.run]),
                ("commit=\(short)", [slow.run]), ("decision=fail", [slow.run]),
                ("decision=pass", [same.run]), ("host_class=default", [open, same.run, slow.run]),
                ("host_class=other", []), ("state=succeeded&commit=\(short)", [slow.run]),
                ("state=queued&commit=\(short)", []),
            ] {
                let found = try await Self.all(fleet.fixture, query)
                #expect(found.runs == runs, "\(query)")
            }
        }
    }

    @Test func `a run in a list is the run that is read alone, without its jobs`() async throws {
        try await SampleStory.with { story in
            let list = try await story.fixture.get(Self.path)
            try Golden.check("run.list", list)
        }
    }

    @Test func `a cursor belongs to its list`() async throws {
        try await SampleFleet.with { fleet in
            for project in ["lantern", "vault"] {
                for _ in 0..<2 {
                    _ = try await fleet.trigger(project, ["ref": "main", "force": true])
                }
            }
            let cursor = try await fleet.fixture.get(Self.path + "?limit=1")
                .known("next_cursor")
            for (path, reason) in [
                (Self.path + "?state=queued&cursor=\(cursor)", "cursor_mismatch"),
                ("/projects/vault/runs?cursor=\(cursor)", "cursor_mismatch"),
                (Self.path + "?cursor=\(cursor)x", "bad_cursor"),
                (Self.path + "?cursor=", "bad_cursor"), (Self.path + "?cursor=.", "bad_cursor"),
                (Self.path + "?cursor=a.b", "bad_cursor"),
                (Self.path + "?cursor=" + String(repeating: "a", count: 513), "bad_cursor"),
            ] {
                let reply = try await fleet.fixture.get(path)
                #expect(reply.status == 400, "\(path)")
                #expect(reply.reason == reason, "\(path)")
            }
        }
    }

    @Test func `a bad filter is refused`() async throws {
        try await SampleFleet.with { fleet in
            for (query, reason) in [
                ("state=done", "invalid_value"), ("decision=perhaps", "invalid_value"),
                ("state=queued&state=failed", "invalid_value"), ("limit=0", "invalid_value"),
                ("branch=main", "unknown_parameter"), ("STATE=queued", "unknown_parameter"),
                ("commit=abc", "invalid_value"), ("commit=", "invalid_value"),
                ("commit=ZZZZZZZZ", "invalid_value"),
            ] {
                let reply = try await fleet.fixture.get(Self.path + "?" + query)
                #expect(reply.status == 400, "\(query)")
                #expect(reply.reason == reason, "\(query)")
            }
        }
    }
}
