import FleetModel
import Identity
import Storage
import Testing
import WebSupport

@testable import Dashboard

@Suite struct RunDetailTests {
    private static func facts(
        _ fixture: DashboardFixture, _ run: RunID, _ choice: SampleDetail.Choice? = nil
    ) async throws -> RunModel {
        let stores = DashboardFixture.stores(fixture.database)
        let stored = try #require(try await stores.runs.run(run))
        let project = try #require(try await stores.projects.project(stored.project.text))
        let viewer = Viewer(
            caller: .key(.init(id: "1", name: "admin", scopes: [.read, .admin], project: nil)))
        return RunModel(
            try await RunPage(stores: stores).facts(
                of: stored, in: project, for: viewer, choice: choice))
    }

    @Test func `the samples of the greatest change are shown unless the address names others`()
        async throws
    {
        try await DashboardFixture.with { fixture in
            let guilty = fixture.story.guilty
            let detail = try #require(try await Self.facts(fixture, guilty).detail)
            #expect(detail.benchmark.text == "aggregate/group_by_high_card")
            #expect(detail.order.dots.count == 24)
            #expect(detail.order.lines.map(\.kind) == ["base", "head"])
            #expect(detail.pairs?.dots.count == 12)
            #expect(detail.pairs?.zero != nil)
            #expect(detail.pairs?.band != nil)
            let other = SampleDetail.Choice(
                benchmark: "scan/filter", parameters: Parameters(["size": "1M"]), metric: "time")
            let chosen = try #require(try await Self.facts(fixture, guilty, other).detail)
            #expect(chosen.benchmark.text == "scan/filter")
            #expect(chosen.metrics.map(\.metric.text) == ["throughput", "time"])
            let unknown = SampleDetail.Choice(
                benchmark: "nothing", parameters: .none, metric: "time")
            #expect(try await Self.facts(fixture, guilty, unknown).detail == nil)
        }
    }

    @Test func `samples that do not count are drawn apart, in their place`() async throws {
        try await DashboardFixture.with { fixture in
            let choice = SampleDetail.Choice(
                benchmark: "parquet/decode_dict", parameters: .none, metric: "time")
            let model = try await Self.facts(fixture, fixture.story.partial, choice)
            let detail = try #require(model.detail)
            #expect(detail.order.dots.count { $0.kind == "invalid" } == 4)
            #expect(detail.pairs?.dots.count == 10)
            #expect(detail.note == "4 samples left out, drawn as rings")
            #expect(detail.metrics.first?.isClean == false)
        }
    }

    @Test func `a run without a base has no pairs`() async throws {
        try await DashboardFixture.with { fixture in
            let detail = try #require(
                try await Self.facts(fixture, fixture.story.baseless).detail)
            #expect(detail.hasNoBase)
            #expect(detail.pairs == nil)
            #expect(detail.metrics.allSatisfy { $0.base == nil && $0.change == nil })
        }
    }

    @Test func `the way of the job tells how long each state lasted`() async throws {
        try await DashboardFixture.with { fixture in
            let ended = try await Self.facts(fixture, fixture.story.guilty)
            #expect(ended.steps.map(\.word) == ["queued", "leased", "measuring", "processing"])
            #expect(ended.steps.allSatisfy { $0.kind == "done" && $0.took != nil })
            #expect(ended.attempts.first?.stays.contains("measuring 3") == true)
            let running = try await Self.facts(fixture, fixture.story.running.runs[0])
            #expect(running.steps.first { $0.kind == "now" }?.word == "measuring")
            #expect(running.steps.first { $0.kind == "now" }?.note == "21 of 36")
            #expect(running.steps.last?.kind == "todo")
            let queued = try await Self.facts(fixture, fixture.story.running.runs[1])
            #expect(queued.steps.first?.kind == "now")
            let failed = try await Self.facts(fixture, fixture.story.failed)
            #expect(failed.steps.last?.word == "failed")
            #expect(failed.steps.last?.kind == "bad")
        }
    }

    @Test func `the environment is laid beside that of the base's own run`() async throws {
        try await DashboardFixture.with { fixture in
            let model = try await Self.facts(fixture, fixture.story.guilty)
            let environment = try #require(model.environment)
            #expect(environment.differing.map(\.name) == ["microcode"])
            #expect(environment.differing.first?.before?.text == "0xa101144")
            #expect(environment.differing.first?.effect == "a break in the series")
            #expect(environment.equal.map(\.name).contains("governor"))
            #expect(environment.baseCommit != nil)
            let baseless = try await Self.facts(fixture, fixture.story.baseless)
            #expect(baseless.environment?.differing.isEmpty == true)
            #expect(baseless.environment?.base == nil)
        }
    }

    @Test func `a run says which counters it had and why it lacked others`() {
        let body = """
            {"events":[{"event":"instructions","pmu":"cpu","state":"missing","reason":"no PMU"},
            {"event":"cycles","pmu":"cpu","state":"missing","reason":"no PMU"},
            {"event":"page_faults","pmu":"software","state":"available"}]}
            """
        let facts = CounterFacts([MeasurementStore.Receipt(kind: "counters", body: body)]).facts
        #expect(
            facts == [
                Fact("Counters", "page_faults"),
                Fact("Not counted", "instructions, cycles: no PMU"),
            ])
    }

    @Test(arguments: ["", "[]", "{}", "{\"events\":3}", "{\"events\":[7,{}]}"])
    func `a receipt that cannot be read tells of no counters`(_ body: String) {
        #expect(CounterFacts([.init(kind: "counters", body: body)]).facts.isEmpty)
    }

    @Test(arguments: ["", "{", "[]", "{\"fingerprint\":3}", "{\"fingerprint\":{\"tuning\":[]}}"])
    func `a receipt that cannot be read is no environment`(_ body: String) {
        let receipt = MeasurementStore.Receipt(kind: "environment", body: body)
        #expect(EnvironmentTable([receipt], base: nil) == nil)
    }
}
