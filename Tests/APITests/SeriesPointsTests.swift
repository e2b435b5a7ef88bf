import FleetModel
import Testing

@testable import WebSupport

/// Points in columns, and of several series at once.
@Suite struct SeriesPointsTests {
    private static let path = "/series/points"

    private static func series(_ fleet: SampleFleet) async throws -> [String] {
        let found = try await fleet.fixture.get("/projects/lantern/series", as: .lanternReader)
        return found["items"].items.compactMap { $0["id"].string }
    }

    private static func withPoints(
        _ body: @escaping @Sendable (SampleFleet, _ series: [String]) async throws -> Void
    ) async throws {
        try await SampleFleet.with { fleet in
            for place in 0..<2 {
                _ = try await fleet.measure(commit: fleet.repository.main[place])
            }
            let found = try await series(fleet)
            #expect(found.count >= 2)
            try await body(fleet, found)
        }
    }

    @Test func `columns say what a list of points says`() async throws {
        try await Self.withPoints { fleet, series in
            let rows = try await fleet.fixture.get("/series/\(series[0])/points")
            let columns = try await fleet.fixture.get("/series/\(series[0])/points?layout=columns")
            guard case .object(let found) = columns["points"] else {
                Issue.record("\(columns.text)")
                return
            }
            let points = rows["points"].items
            #expect(points.count == 2)
            for (name, values) in found {
                #expect(values.items == points.map { $0[name] }, "\(name)")
            }
            #expect(found["median"] != nil && found["series_id"] == nil)
            let named = Set(
                points.flatMap { point -> [String] in
                    if case .object(let members) = point { Array(members.keys) } else { [] }
                })
            #expect(named.subtracting(found.keys) == ["series_id", "host_id", "counted"])
        }
    }

    @Test func `several series are answered in the order asked`() async throws {
        try await Self.withPoints { fleet, series in
            _ = try await fleet.measure("vault", commit: fleet.repository.main[0])
            let vault = try await fleet.fixture.get("/projects/vault/series", as: .vaultReader)
            let hidden = try #require(vault["items"].items.first?["id"].string)
            let asked = [series[1], hidden, "no series", series[0]]
            let reply = try await fleet.fixture.post(
                Self.path, as: .lanternReader,
                ["series": .array(asked.map { .string($0) }), "max_points": 10])
            #expect(reply.status == 200, "\(reply.text)")
            #expect(reply["series"].items.map { $0["id"].string } == [series[1], series[0]])
            #expect(reply["missing"].items.map(\.string) == [hidden, "no series"])
            for item in reply["series"].items {
                let id = try #require(item["id"].string)
                let one = try await fleet.fixture.get("/series/\(id)/points?max_points=10")
                #expect(item["points"] == one["points"] && item["levels"] == one["levels"])
            }
            let early = try await fleet.fixture.post(
                Self.path, as: .lanternReader,
                ["series": [.string(series[0])], "from": "0123456"])
            #expect(early["missing"].items.count == 1)
        }
    }

    @Test func `more than a page may show is refused`() async throws {
        try await Self.withPoints { fleet, series in
            let id = JSONValue.string(series[0])
            let cases: [(JSONValue, String)] = [
                (["series": .array(Array(repeating: id, count: 51))], "too_many"),
                (
                    ["series": .array(Array(repeating: id, count: 50)), "max_points": 3000],
                    "too_many"
                ),
                (["series": [id], "max_points": 9], "out_of_range"),
                (["series": [id], "layout": "rows"], "invalid_value"),
                (["series": [id], "page": 1], "unknown_field"),
            ]
            for (body, reason) in cases {
                let refused = try await fleet.fixture.post(Self.path, body)
                #expect(refused.reason == reason, "\(refused.text)")
            }
        }
    }
}

/// What else happened at the points of a series.
@Suite struct SeriesMarksTests {
    private static func lock(_ versions: [(String, String)]) -> JSONValue {
        [
            "type": "dependencies", "at_ns": 1, "role": "candidate", "lockfile": "Cargo.lock",
            "items": .array(
                versions.map { name, version in
                    [
                        "ecosystem": "cargo", "name": .string(name), "version": .string(version),
                        "direct": true,
                    ]
                }),
        ]
    }

    @Test func `releases and other dependencies are marks at their points`() async throws {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            let locks = [
                [("serde", "1.0.1")], [("serde", "1.0.2"), ("log", "0.4")],
                [("serde", "1.0.2"), ("log", "0.4")],
            ]
            var runs: [String] = []
            for (commit, versions) in zip(commits, locks) {
                let made = try await fleet.measure(
                    commit: commit, records: SampleAgent.records() + [Self.lock(versions)])
                runs.append(made.run)
            }
            let list = try await fleet.fixture.get("/projects/lantern/series")
            let id = try #require(list["items"].items.first?["id"].string)
            let found = try await fleet.fixture.get("/series/\(id)/points", as: .anonymous)
            let marks = found["marks"].items
            #expect(marks.map { $0["kind"].string } == ["release", "dependency"], "\(found.text)")
            #expect(marks.map { $0["position"].integer } == [1, 1])
            #expect(marks.first?["text"].string == "v1")
            #expect(marks.last?["text"].string == "log 0.4 added, serde 1.0.1 to 1.0.2")
            #expect(marks.last?["id"].string == runs[1])
        }
    }
}
