import FleetModel
import SampleFleets
import Storage
import Testing

@testable import Dashboard

@Suite struct CompareTests {
    private static func page(
        _ fixture: DashboardFixture, _ base: String, _ head: String, _ more: String = ""
    ) async throws -> String {
        let path = PagePath.compare(project: "lantern", base: base, head: head).text + more
        return try await fixture.text(path)
    }

    @Test func `the head's own comparison is shown where it was measured beside the base`()
        async throws
    {
        try await DashboardFixture.with { fixture in
            let story = fixture.story
            let text = try await Self.page(
                fixture, story.range.runs[1].text, story.guilty.text)
            #expect(text.contains("measured in turns by one attempt"))
            #expect(text.contains("slower by 4."))
            #expect(text.contains("fails the gate"))
        }
    }

    @Test func `two runs of two attempts warn at most`() async throws {
        try await DashboardFixture.with { fixture in
            let story = fixture.story
            let text = try await Self.page(
                fixture, story.range.runs[0].text, story.guilty.text)
            #expect(text.contains("measured by two attempts"))
            #expect(text.contains("slower by 4."))
            #expect(!text.contains("fails the gate"))
            #expect(text.contains("two attempts, and too few runs to know how much they vary"))
        }
    }

    @Test func `ends are named by commits as well, and by runs of this project alone`()
        async throws
    {
        try await DashboardFixture.with { fixture in
            let story = fixture.story
            let runs = RunStore(fixture.database)
            let base = try #require(try await runs.run(story.range.runs[0])).commit
            let text = try await Self.page(
                fixture, String(base.text.prefix(7)), story.guilty.text)
            #expect(text.contains("measured by two attempts"))
            for foreign in [story.secret.runs[0].text, "0123456", "main", base.text + "00"] {
                let text = try await Self.page(fixture, foreign, story.guilty.text)
                #expect(text.contains("The base names no run of this project"), "\(foreign)")
            }
        }
    }

    @Test func `what was not measured is said, and not compared`() async throws {
        try await DashboardFixture.with { fixture in
            let story = fixture.story
            let text = try await Self.page(fixture, story.guilty.text, story.failed.text)
            #expect(text.contains("Nothing that counts was measured of"))
            #expect(text.contains("Its run is failed"))
        }
    }

    @Test func `failed and missing benchmarks are counted and listed`() async throws {
        try await DashboardFixture.with { fixture in
            let story = fixture.story
            let text = try await Self.page(
                fixture, story.guilty.text, story.partial.text, "&show=all")
            #expect(text.contains("window/rank"))
            #expect(text.contains("assertion in merge_runs"))
            #expect(text.contains("no base"))
        }
    }

    @Test func `a filter leaves rows out and says how many`() async throws {
        try await DashboardFixture.with { fixture in
            let story = fixture.story
            let ends = (story.range.runs[1].text, story.guilty.text)
            let usual = try await Self.page(fixture, ends.0, ends.1)
            #expect(!usual.contains(">scan/filter<"))
            #expect(usual.contains("5 rows are not shown"))
            let all = try await Self.page(fixture, ends.0, ends.1, "&show=all")
            #expect(all.contains("scan/filter"))
            #expect(!all.contains("rows are not shown"))
            let named = try await Self.page(fixture, ends.0, ends.1, "&show=all&q=SCAN")
            #expect(named.contains("scan/filter"))
            #expect(!named.contains(">aggregate/group_by_high_card<"))
            let none = try await Self.page(fixture, ends.0, ends.1, "&q=nothing")
            #expect(none.contains("No row is shown"))
        }
    }

    @Test func `one scale holds nine of ten intervals, and the rest end in arrows`() {
        func row(_ size: Double) -> ComparisonStore.RowRecord {
            ComparisonStore.RowRecord(
                benchmark: "b", parameters: .none,
                metric: MetricIdentity(
                    name: "time", unit: "s", better: .lower, provider: .toolReported),
                hostClass: "c", series: nil, state: "compared", isWatched: true, base: nil,
                candidate: nil,
                shift: .init(
                    absolute: 0, relative: size, low: size * 0.9, high: size * 1.1, level: 0.95),
                p: nil, adjustedP: nil, cliffsDelta: nil, detectable: nil, threshold: nil,
                direction: .regressed, decision: .warn, reasons: [])
        }
        let rows = (1...10).map { row(Double($0) * 0.001) } + [row(3)]
        let scale = ChangeScale(rows)
        #expect(scale.end == 0.02)
        let far = ChangePlot(
            .init(absolute: 0, relative: 3, low: 2, high: 4, level: 0.95), noise: nil,
            kind: "regressed", scale: scale)
        #expect(far.arrow != nil)
        #expect(far.x == "154")
        #expect(ChangeScale([]).end == 0.01)
    }
}
