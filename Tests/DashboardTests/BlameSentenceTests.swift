import Database
import FleetModel
import SampleFleets
import Storage
import TestSupport
import Testing

@testable import Dashboard

@Suite struct BlameSentenceTests {
    private static func facts(
        _ fixture: DashboardFixture, _ request: FleetModel.RequestID
    ) async throws -> RequestModel.Facts {
        let stores = DashboardFixture.stores(fixture.database)
        let stored = try #require(try await stores.runs.request(request))
        return RequestModel.Facts(
            project: try #require(try await stores.projects.project("lantern")),
            request: stored, revisions: try await stores.revisions.revisions(of: stored.runs),
            changes: try await stores.comparisons.changes(in: request, limit: 100))
    }

    @Test func `the commit that is worse than its parent is named`() async throws {
        try await DashboardFixture.with { fixture in
            let facts = try await Self.facts(fixture, fixture.story.range.request)
            let blame = BlameSentence(facts)
            let guilty = try #require(SampleStory.hash(4))
            #expect(blame.guilty == [guilty])
            #expect(blame.sentence.kind == "regressed")
            let beginning =
                "\(guilty.short) “Keep group keys in insertion order” made "
                + "aggregate/group_by_high_card (size=64k) slower by 4."
            #expect(blame.sentence.text.hasPrefix(beginning))
            #expect(blame.sentence.text.hasSuffix(", and 1 other metric worse."))
        }
    }

    @Test func `the runs stand in the order of the request with their greatest change`()
        async throws
    {
        try await DashboardFixture.with { fixture in
            let model = RequestModel(
                try await Self.facts(fixture, fixture.story.range.request))
            #expect(
                model.lines.map(\.mark?.kind) == [
                    "unclear", "improved", "regressed", "unclear", nil,
                ])
            #expect(model.lines.map(\.decision) == ["warn", "pass", "fail", "warn", nil])
            #expect(model.lines[2].change?.benchmark.text == "aggregate/group_by_high_card")
            #expect(model.lines[0].change == nil)
            #expect(model.summary == "5 runs, all ended")
        }
    }

    @Test func `nobody is blamed before anything is judged`() async throws {
        try await DashboardFixture.with { fixture in
            let blame = BlameSentence(
                try await Self.facts(fixture, fixture.story.running.request))
            #expect(blame.guilty.isEmpty)
            #expect(blame.sentence.text == "Nothing is judged yet: 2 of 2 runs are open.")
        }
    }

    @Test func `against a fixed base only the first that is worse is told`() async throws {
        let clock = SampleClock()
        try await withDatabase(.memory, clock: { clock.now.microseconds }) { database in
            _ = try await Migrator.run(StorageMigrations.all, on: database)
            let fleet = SampleFleet(database, clock: clock)
            try await fleet.host("bench-01")
            let project = try await fleet.project("lantern", title: nil, visibility: "public")
            let base = try #require(SampleStory.hash(1))
            let asked = try await fleet.request(
                of: project, [SampleStory.commit(12, "One"), SampleStory.commit(13, "Two")],
                base: RunRecord.Base(commit: base, how: "given"))
            try await fleet.measure(SampleStory.measured(head: 1.05))
            try await fleet.measure(SampleStory.measured(head: 1.06))
            let stores = DashboardFixture.stores(database)
            let stored = try #require(try await stores.runs.request(asked.request))
            let blame = BlameSentence(
                RequestModel.Facts(
                    project: project, request: stored,
                    revisions: try await stores.revisions.revisions(of: stored.runs),
                    changes: try await stores.comparisons.changes(in: asked.request, limit: 100)))
            #expect(blame.guilty.isEmpty)
            let first = try #require(SampleStory.hash(12))
            let beginning =
                "\(first.short) is the first that is worse than the base \(base.short): "
            #expect(blame.sentence.text.hasPrefix(beginning))
        }
    }
}
