import FleetModel
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
            let newest = try await part("max_points=1")
            #expect(newest["has_older"] == .bool(true))
            for bad in ["from=0123456", "from=abc", "max_points=0", "branch=main"] {
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
}
