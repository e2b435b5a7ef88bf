import Hummingbird
import TestSupport
import Testing

@testable import PerfgateAPI
@testable import Storage
@testable import WebSupport

/// Lists of baselines with each filter, on each store (perfgate contract, §2.6 and §4.5).
@Suite struct ListTests {
    struct Case: Sendable {
        let query: String
        let versions: [String]
    }

    private static let cases = [
        Case(query: "", versions: ["6", "5", "4", "3", "2", "1"]),
        Case(query: "benchmark=web-home", versions: ["3", "1"]),
        Case(query: "benchmark=web-hom", versions: []),
        Case(query: "benchmark_prefix=web", versions: ["5", "3", "2", "1"]),
        Case(query: "benchmark_prefix=web_", versions: ["5"]),
        Case(query: "benchmark_prefix=%25", versions: []),
        Case(query: "benchmark_prefix=WEB", versions: []),
        Case(query: "git_ref=main", versions: ["2", "1"]),
        Case(query: "git_ref=main&git_sha=abc", versions: ["1"]),
        Case(query: "git_sha=", versions: []),
        Case(query: "tags=a", versions: ["4", "2", "1"]),
        Case(query: "tags=a,b", versions: ["4", "1"]),
        Case(query: "tags=%20b%20,,a,", versions: ["4", "1"]),
        Case(query: "tags=b\",\"a", versions: []),
        Case(query: "tags=a%25", versions: ["5"]), Case(query: "tags=a_", versions: []),
        Case(query: "tags=A", versions: []),
        Case(query: "tags=,", versions: ["6", "5", "4", "3", "2", "1"]),
        Case(query: "tags=a&benchmark_prefix=web-home", versions: ["1"]),
        Case(query: "limit=2", versions: ["6", "5"]),
        Case(query: "limit=2&offset=3", versions: ["3", "2"]),
        Case(query: "limit=0", versions: []), Case(query: "offset=6", versions: []),
        Case(query: "offset=18446744073709551615", versions: []),
        Case(query: "limit=4294967295", versions: ["6", "5", "4", "3", "2", "1"]),
    ]

    private static func fill(_ fixture: ServiceFixture) async throws {
        let rows: [(String, [JSONValue], String?, String?)] = [
            ("web-home", ["a", "b"], "main", "abc"), ("web-login", ["a"], "main", "def"),
            ("web-home", ["ab", "b\",\"a"], nil, nil), ("job", ["b", "x", "a"], nil, nil),
            ("web_x", ["a%"], nil, nil), ("job", [], "topic", "abc"),
        ]
        for (index, row) in rows.enumerated() {
            let made = try await fixture.call(
                .post, "/projects/demo/baselines",
                Sample.upload(row.0, "\(index + 1)", tags: row.1)
                    .with("git_ref", row.2.map { .string($0) })
                    .with("git_sha", row.3.map { .string($0) }))
            #expect(made.status == 201, "\(made.text)")
        }
        try await fixture.upload("web-home", "elsewhere", to: "other")
        try await fixture.upload("web-home", "deleted", tags: ["a"])
        _ = try await fixture.call(
            .delete, "/projects/demo/baselines/web-home/versions/deleted")
    }

    @Test(arguments: TestBackend.available)
    func `each filter narrows the list, newest first`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            try await Self.fill(fixture)
            for given in Self.cases {
                let query = given.query.replacing("\"", with: "%22")
                let reply = try await fixture.get("/projects/demo/baselines?\(query)")
                #expect(reply.status == 200, "\(given.query)")
                #expect(reply.listed("baselines", "version") == given.versions, "\(given.query)")
                #expect(!reply.text.contains("receipt"), "\(given.query)")
                if !given.query.contains("limit"), !given.query.contains("offset") {
                    let total = reply["pagination"]["total"].integerOrNil
                    #expect(total == Int64(given.versions.count), "\(given.query)")
                }
            }
            // A pattern that limits a key does not limit lists.
            let seen = try await fixture.get("/projects/demo/baselines", as: .webContributor)
            #expect(seen["pagination"]["total"] == 6)
        }
    }

    @Test(arguments: TestBackend.available)
    func `times bound a list on both sides`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            var times: [String] = []
            for version in ["1", "2", "3"] {
                let made = try await fixture.upload("web-home", version)
                times.append(made["created_at"].textOrNil ?? "")
            }
            for (query, versions) in [
                ("since=\(times[1])", ["3", "2"]), ("until=\(times[1])", ["2", "1"]),
                ("since=\(times[1])&until=\(times[1])", ["2"]),
                (
                    "until=\(times[1].replacing("Z", with: "%2B00:00"))", ["2", "1"]
                ),
                ("since=9999-12-31T23:59:59Z", []), ("until=0000-01-01T00:00:00Z", []),
            ] {
                let reply = try await fixture.get("/projects/demo/baselines?\(query)")
                #expect(reply.listed("baselines", "version") == versions, "\(query) \(reply.text)")
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `a page says where it is`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            for version in ["1", "2", "3"] { try await fixture.upload("web-home", version) }
            for (query, offset, limit, hasMore) in [
                ("", 0, 50, false), ("limit=2", 0, 2, true), ("limit=2&offset=1", 1, 2, false),
                ("limit=0", 0, 0, true), ("offset=9", 9, 50, false), ("limit=5000", 0, 1000, false),
            ] {
                let reply = try await fixture.get("/projects/demo/baselines?\(query)")
                let page: JSONValue = .object([
                    "total": 3, "offset": .integer(offset), "limit": .integer(limit),
                    "has_more": .bool(hasMore),
                ])
                #expect(reply["pagination"] == page, "\(query)")
            }
            let unknown = try await fixture.get("/projects/nowhere/baselines")
            #expect(unknown.status == 200 && unknown["baselines"] == .array([]))
        }
    }

    @Test(arguments: TestBackend.available)
    func `receipts come when they are asked for`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            try await fixture.upload("web-home", "1", wall: 7)
            let with = try await fixture.get("/projects/demo/baselines?include_receipt=true")
            let row = try #require(with["baselines"].itemsOrNone.first)
            #expect(row["receipt"]["stats"]["wall_ms"]["median"] == 7)
            #expect(row["git_ref"] == .null && with.text.contains(#""git_ref":null"#))
            let without = try await fixture.get("/projects/demo/baselines?include_receipt=false")
            #expect(!without.text.contains("receipt"))
        }
    }

    @Test func `a page ends where its receipts are enough`() {
        let most = RecordSlice.maximumBytes
        #expect(RecordSlice.room(for: [most, 1]) == 1)
        #expect(RecordSlice.room(for: [most * 2]) == 1)
        #expect(RecordSlice.room(for: [most - 1, 1, 1]) == 2)
        #expect(RecordSlice.room(for: []) == 0)
    }
}
