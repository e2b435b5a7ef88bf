import Database
import Pipeline
import Testing

@testable import FleetmarkController
@testable import WebSupport

/// `fleetmark-controller recompute` about series.
@Suite struct RecomputedSeriesTests {
    /// The three commits of the sample repository, analysed.
    private func withHistory(
        _ body: @escaping @Sendable (SampleFleet, Recomputing) async throws -> Void
    ) async throws {
        try await SampleFleet.with { fleet in
            for (place, factor) in [(0, 1.0), (1, 1.0), (2, 1.2)] {
                _ = try await fleet.measure(
                    commit: fleet.repository.main[place], factor: factor)
            }
            try await fleet.fixture.keeper.analyseWaiting()
            try await body(fleet, Recomputing(over: fleet.fixture.database))
        }
    }

    private func change(_ statement: String, _ fleet: SampleFleet) async throws {
        try await fleet.fixture.database.transaction(.write(.ordinary)) { connection in
            _ = try connection.execute(statement, [])
        }
    }

    private func document(
        _ recomputing: Recomputing, _ wish: Recomputing.Wish
    ) async throws -> JSONValue {
        try JSONParser.parse(Array(try await recomputing.report(wish, asJSON: true).utf8))
    }

    @Test func `nothing differs where nobody touched anything`() async throws {
        try await withHistory { fleet, recomputing in
            let series = try await fleet.fixture.get("/projects/lantern/series")["items"].items
            #expect(!series.isEmpty)
            let report = try await recomputing.report(.init(), asJSON: false)
            let line = "\(series.count) series analysed again: none differs\n"
            #expect(report == "2 comparisons decided again: none differs\n" + line, "\(report)")
            let document = try await document(recomputing, .init())
            #expect(document["series"]["looked"].integer == Int64(series.count))
            #expect(document["series"]["items"].items.isEmpty)
        }
    }

    @Test func `a changed noise and a change point of nobody are listed and put right`()
        async throws
    {
        try await withHistory { fleet, recomputing in
            let series = try await fleet.fixture.get("/projects/lantern/series")["items"].items
            let chosen = try #require(series.first?["id"].string)
            try await change(
                "UPDATE series_analysis SET noise_rel = 0.125, suspect = 'upper' "
                    + "WHERE series_id = '\(chosen)'", fleet)
            var trial = Recomputing.Wish()
            trial.isTrial = true
            trial.series = chosen
            let lines = try await recomputing.report(trial, asJSON: false)
            #expect(lines.contains("series \(chosen), engine fleet-"), "\(lines)")
            #expect(lines.contains(": other noise, suspect\n  noise 12.5 % -> "), "\(lines)")
            #expect(
                lines.hasSuffix("1 series analysed again: 1 differ; nothing was stored\n"),
                "\(lines)")
            let whole = try await document(recomputing, .init())
            let item = try #require(whole["series"]["items"].items.first)
            #expect(whole["series"]["series_different"].integer == 1)
            #expect(item["series_id"].string == chosen)
            #expect(item["differs"].items.compactMap(\.string) == ["noise", "suspect"])
            #expect(item["was"]["noise_rel"].real == 0.125)
            #expect(item["was"]["suspect"].string == "upper" && item["now"]["suspect"] == .null)
            let after = try await recomputing.report(trial, asJSON: false)
            #expect(after.hasPrefix("1 series analysed again: none differs"), "\(after)")
        }
    }

    @Test func `another engine is told apart, a policy leaves series out, names must be known`()
        async throws
    {
        try await withHistory { fleet, recomputing in
            try await change("UPDATE series_analysis SET engine_version = 'fleet-0'", fleet)
            var wish = Recomputing.Wish()
            wish.isTrial = true
            let report = try await recomputing.report(wish, asJSON: false)
            #expect(report.contains(" are of another engine, 0 of which this one"), "\(report)")
            #expect(report.contains("series analysed again: none differs;"), "\(report)")
            let counts = try await document(recomputing, wish)["series"]
            #expect(counts["other_engine"] == counts["looked"])
            #expect(counts["other_engine_different"].integer == 0)
            wish.policy = ("default", 0)
            #expect(try await !recomputing.report(wish, asJSON: false).contains("series"))
            for unknown in ["nothing", "0198f2c4-7c1e-7d3a-9b52-3f0c8e5a1d77"] {
                var other = Recomputing.Wish()
                other.series = unknown
                await #expect(throws: Recomputing.UnknownName.self) {
                    try await recomputing.report(other, asJSON: false)
                }
            }
        }
    }
}
