import FleetModel
import HTTPTypes
import Testing

@testable import WebSupport

@Suite struct SeriesRoutesTests {
    /// The three commits of the sample repository, the last a fifth slower.
    private static func withHistory(
        _ body: @escaping @Sendable (SampleFleet, _ runs: [String]) async throws -> Void
    ) async throws {
        try await SampleFleet.with { fleet in
            var runs: [String] = []
            // Not in the order of the commits.
            for (place, factor) in [(2, 1.2), (0, 1.0), (1, 1.0)] {
                let measured = try await fleet.measure(
                    commit: fleet.repository.main[place], factor: factor)
                runs.append(measured.run)
            }
            try await body(fleet, [runs[1], runs[2], runs[0]])
        }
    }

    private static func list(_ fleet: SampleFleet, _ query: String = "") async throws -> Reply {
        try await fleet.fixture.get("/projects/lantern/series" + query, as: .lanternReader)
    }

    @Test func `the series of a project are listed, with their configuration`() async throws {
        try await Self.withHistory { fleet, _ in
            let all = try await Self.list(fleet)
            try Golden.check("series.list", all)
            let items = all["items"].items
            #expect(!items.isEmpty)
            #expect(items.allSatisfy { $0["config"].string?.count == 64 })
            let first = try #require(items.first)
            let benchmark = try #require(first["benchmark"].string)
            let named = try await Self.list(fleet, "?benchmark=\(benchmark)&metric=time")
            #expect(named["items"].items.allSatisfy { $0["benchmark"].string == benchmark })
            #expect(!named["items"].items.isEmpty)
            let paged = try await Self.list(fleet, "?limit=1")
            #expect(paged["items"].items.count == 1)
            let cursor = try #require(paged["next_cursor"].string)
            let next = try await Self.list(fleet, "?limit=1&cursor=\(cursor)")
            #expect(next["items"].items.first?["id"] == items[1]["id"])
            let other = try await Self.list(fleet, "?limit=1&metric=time&cursor=\(cursor)")
            #expect(other.status == 400)
        }
    }

    @Test func `points stand in the order of commits, each with its decision`() async throws {
        try await Self.withHistory { fleet, runs in
            let id = try #require(try await Self.list(fleet)["items"].items.first?["id"].string)
            let reply = try await fleet.fixture.get("/series/\(id)/points", as: .lanternReader)
            try Golden.check("series.points", reply)
            let points = reply["points"].items
            #expect(points.map { $0["run_id"].string } == runs)
            #expect(points.map { $0["position"].integer } == [0, 1, 2])
            #expect(points.map { $0["subject"].string } == ["Begin", "Read ahead", "Copy twice"])
            #expect(points.allSatisfy { $0["median"] != .null })
        }
    }

    @Test func `a part of the points is named by commits`() async throws {
        try await Self.withHistory { fleet, runs in
            let id = try #require(try await Self.list(fleet)["items"].items.first?["id"].string)
            let commits = fleet.repository.main
            func part(_ query: String) async throws -> Reply {
                try await fleet.fixture.get("/series/\(id)/points?\(query)")
            }
            let late = try await part("from=\(commits[1].prefix(7))")
            #expect(late["points"].items.map { $0["run_id"].string } == [runs[1], runs[2]])
            #expect(late["points"].items.map { $0["position"].integer } == [1, 2])
            let one = try await part("from=\(commits[1])&to=\(commits[1])")
            #expect(one["points"].items.map { $0["run_id"].string } == [runs[1]])
            let all = try await part("max_points=10&branch=main&from=2001-01-01")
            #expect(all["points"].items.count == 3 && all["downsampled"] == .bool(false))
            #expect(try await part("from=3001-01-01")["points"].items.isEmpty)
            #expect(try await part("branch=topic")["points"].items.isEmpty)
            for bad in ["from=0123456", "from=abc", "max_points=9", "layout=rows"] {
                #expect(try await part(bad).status == 400, "\(bad)")
            }
        }
    }

    @Test func `a series of a private project does not exist for others`() async throws {
        try await SampleFleet.with { fleet in
            _ = try await fleet.measure("vault", commit: fleet.repository.main[0])
            let list = try await fleet.fixture.get("/projects/vault/series", as: .vaultReader)
            let id = try #require(list["items"].items.first?["id"].string)
            for path in ["/series/\(id)", "/series/\(id)/points", "/projects/vault/series"] {
                #expect(try await fleet.fixture.get(path, as: .vaultReader).status == 200)
                #expect(try await fleet.fixture.get(path, as: .lanternReader).status == 404)
                #expect(try await fleet.fixture.get(path, as: .anonymous).status == 404)
            }
            let unknown = try await fleet.fixture.get(
                "/series/01975a00-0000-7000-8000-000000000007")
            #expect(unknown.status == 404)
        }
    }

    @Test func `what a comparison decides names the series that is stored`() async throws {
        try await Self.withHistory { fleet, runs in
            let known = Set(
                try await Self.list(fleet)["items"].items.compactMap { $0["id"].string })
            for run in runs {
                let comparison = try await fleet.fixture.get("/runs/\(run)/comparison")
                guard let id = comparison["id"].string else { continue }
                let rows = try await fleet.fixture.get("/comparisons/\(id)/rows")
                let named = rows["items"].items.compactMap { $0["series_id"].string }
                #expect(!named.isEmpty)
                #expect(known.isSuperset(of: named))
            }
        }
    }

    /// What other options find in a series with a step.
    private struct Trial: Sendable {
        let fleet: SampleFleet
        let series: String

        static func with(
            _ body: @escaping @Sendable (Trial) async throws -> Void
        ) async throws {
            try await withStep { fleet in
                let items = try await list(fleet, "?metric=time")["items"].items
                try await body(
                    Trial(fleet: fleet, series: try #require(items.first?["id"].string)))
            }
        }

        func callAsFunction(
            _ body: JSONValue, as caller: SampleCaller = .lanternWriter
        ) async throws -> Reply {
            try await fleet.fixture.post("/series/\(series)/analyse", as: caller, body)
        }

        func points() async throws -> Reply {
            try await fleet.fixture.get("/series/\(series)/points", as: .lanternReader)
        }
    }

    @Test func `other options are tried, and nothing is stored`() async throws {
        try await Trial.with { tried in
            let before = try await tried.points()
            let usual = try await tried([:])
            #expect(usual["change_points"].items.count == 1)
            #expect(usual["change_points"].items[0]["direction"].string == "regressed")
            #expect(usual["points"].integer == 24)
            let none = try await tried(["options": ["min_magnitude": 0.5]])
            #expect(none.status == 200 && none["change_points"].items.isEmpty)
            let later = try await tried(["since": "3001-01-01"])
            #expect(later["points"].integer == 0)
            #expect(try await tried([:], as: .lanternReader).status == 403)
            #expect(try await tried.points().json == before.json)
        }
    }

    @Test func `another algorithm finds its change points, by its own options`() async throws {
        try await Trial.with { tried in
            let before = try await tried.points()
            let usual = try await tried(["algorithm": "fleet", "options": ["hampel_k": 5]])
            let otava = try await tried(["algorithm": "otava", "options": ["max_p": 0.01]])
            let found = otava["change_points"].items
            #expect(found.map { $0["algorithm"].string } == ["otava"])
            #expect(found[0]["algorithm_version"].string == "0.8.0")
            #expect(found[0]["first_bad"] == usual["change_points"].items[0]["first_bad"])
            let large = try await tried(["algorithm": "otava", "options": ["min_magnitude": 0.5]])
            #expect(large.status == 200 && large["change_points"].items.isEmpty)
            #expect(try await tried.points().json == before.json)
        }
    }

    private static let refused: [(body: JSONValue, pointer: String)] = [
        (["algorithm": "pelt"], "/algorithm"), (["since": "soon"], "/since"),
        (["options": ["alpha": 2]], "/options/alpha"),
        (["options": ["window": 1]], "/options/window"),
        (["options": ["max_p": 0.01]], "/options/max_p"),
        (["options": ["window": 20, "hampel_k": 0]], "/options/hampel_k"),
        (["algorithm": "otava", "options": ["max_p": 1.5]], "/options/max_p"),
        (["algorithm": "otava", "options": ["window": 1_000_000]], "/options/window"),
        (["algorithm": "otava", "options": ["alpha": 0.1]], "/options/alpha"),
        (["algorithm": "otava", "options": ["min_magnitude": -1]], "/options/min_magnitude"),
    ]

    @Test func `options that cannot be are refused, each by its place`() async throws {
        try await Trial.with { tried in
            for (body, pointer) in Self.refused {
                let reply = try await tried(body)
                #expect(reply.status == 422 && reply.reason == "out_of_range", "\(body)")
                #expect(reply.pointer == pointer, "\(reply.text)")
            }
            #expect(try await tried(["options": ["unheard": 1]]).status == 422)
        }
    }

    /// Twelve measurements of each of two commits, the second a fifth slower.
    private static func withStep(
        _ body: @escaping @Sendable (SampleFleet) async throws -> Void
    ) async throws {
        try await SampleFleet.with { fleet in
            for place in 0..<24 {
                _ = try await fleet.measure(
                    commit: fleet.repository.main[place < 12 ? 0 : 2],
                    factor: (place < 12 ? 1 : 1.2) * (1 + 0.002 * Double(place * 7 % 5)))
            }
            try await body(fleet)
        }
    }

    @Test func `a step is told with its levels, its noise and its change point`() async throws {
        try await Self.withStep { fleet in
            let series = try #require(
                try await Self.list(fleet, "?metric=time")["items"].items.first)
            let id = try #require(series["id"].string)
            let reply = try await fleet.fixture.get("/series/\(id)/points?max_points=10")
            #expect(reply["downsampled"] == .bool(true) && reply["method"] == "min_max")
            #expect(reply["of"].integer == 24)
            let positions = reply["points"].items.compactMap { $0["position"].integer }
            for place: Int64 in [0, 11, 12, 23] { #expect(positions.contains(place)) }
            let change = try #require(reply["change_points"].items.first)
            #expect(reply["change_points"].items.count == 1)
            #expect(change["first_bad"].string == fleet.repository.main[2])
            #expect(change["last_good"].string == fleet.repository.main[0])
            #expect(change["direction"] == "regressed" && change["kind"] == "change")
            #expect(reply["levels"].items.map { $0["n"].integer } == [12, 12])
            #expect(reply["levels"].items.map { $0["from_position"].integer } == [0, 12])
            let read = try await fleet.fixture.get("/series/\(id)")
            #expect(read["analysed_points"].integer == 24)
            #expect(read["noise"]["mde_rel"] != .null)
            let found = try await fleet.fixture.get(
                "/projects/lantern/change-points?series_id=\(id)&direction=regressed")
            try Golden.check("change-points", found)
            let one = try #require(change["id"].string)
            #expect(try await fleet.fixture.get("/change-points/\(one)")["id"].string == one)
            let none = try await fleet.fixture.get(
                "/projects/lantern/change-points?direction=improved")
            #expect(none["items"].items.isEmpty)
            let bad = try await fleet.fixture.get("/projects/lantern/change-points?kind=else")
            #expect(bad.status == 400)
            let since = try await Self.list(fleet, "?metric=time&changed_since=1d")
            #expect(since["items"].items.contains { $0["id"].string == id })
            #expect(try await Self.list(fleet, "?flag=bimodal")["items"].items.isEmpty)
        }
    }

    @Test func `change points are told of the benchmarks that a key reaches`() async throws {
        try await Self.withStep { fleet in
            let path = "/projects/lantern/change-points"
            let all = try await fleet.fixture.get(path)["items"].items
            let names = Set(all.compactMap { $0["benchmark"].string })
            #expect(names == ["parse/long", "parse/short"])
            for (pattern, reached) in [("short$", "parse/short"), ("^none$", nil)] {
                let made = try await fleet.fixture.post(
                    "/keys",
                    [
                        "description": "limited", "role": "viewer", "project": "lantern",
                        "pattern": .string(pattern),
                    ])
                let headers: HTTPFields = [.authorization: "Bearer \(try made.known("key"))"]
                let own = try await fleet.fixture.call(
                    .get, path, as: .anonymous, headers: headers)
                #expect(own.status == 200)
                #expect(
                    Set(own["items"].items.compactMap { $0["benchmark"].string })
                        == Set([reached].compactMap(\.self)))
                for change in all {
                    let id = try #require(change["id"].string)
                    let one = try await fleet.fixture.call(
                        .get, "/change-points/\(id)", as: .anonymous, headers: headers)
                    let isOwn = change["benchmark"].string == reached
                    #expect(one.reason == (isOwn ? nil : "benchmark_restricted"))
                }
            }
        }
    }

    @Test func `the index of all benchmarks is told between two revisions`() async throws {
        try await Self.withStep { fleet in
            let commits = fleet.repository.main
            let reply = try await fleet.fixture.get(
                "/projects/lantern/headline?from=\(commits[0])&to=\(commits[2])")
            #expect(reply.status == 200)
            let entry = try #require(reply["host_classes"].items.first)
            let ratio = try #require(Double(entry["index"]["ratio"].text))
            #expect(abs(ratio - 1.2) < 0.01)
            #expect(entry["movers"].items.count >= 1)
            let none = try await fleet.fixture.get("/projects/lantern/headline?to=main")
            #expect(none.status == 422)
            let unknown = try await fleet.fixture.get(
                "/projects/lantern/headline?from=no-such-tag")
            #expect(unknown.status == 404)
        }
    }
}
