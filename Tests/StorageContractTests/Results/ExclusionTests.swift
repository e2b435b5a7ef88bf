import Database
import FleetModel
import Storage
import TestSupport
import Testing

@Suite struct ExclusionTests {
    private static func sealing(
        _ benchmark: String, _ run: RunRecord, on agent: QueueFixture.Agent,
        in fixture: QueueFixture
    ) -> MeasurementStore.Sealing {
        let key = SeriesKey(
            project: fixture.project, benchmark: benchmark, parameters: .none,
            metric: MetricIdentity(
                name: "time", unit: "s", better: .lower, provider: .toolReported),
            place: MeasuringPlace(host: agent.host, hostClass: "default", architecture: "x86_64"),
            configuration: "c")
        return MeasurementStore.Sealing(
            id: QueueFixture.fresh(), series: SeriesRecord(id: QueueFixture.fresh(), key: key),
            commit: run.commit, role: .candidate,
            figures: .init(
                count: 1, invalidCount: 0, minimum: 1, median: 1, mean: 1, p90: 1, p99: 1,
                maximum: 1, mad: 0, low: 1, high: 1, level: 0.9, validity: .clean),
            stop: .fixed,
            block: SampleBlock([
                SampleBlock.Sample(iteration: 0, visit: 0, value: 1, validity: .clean)
            ]))
    }

    /// A run whose attempt has ended, and what seals its two benchmarks.
    private struct Ended {
        let run: RunRecord
        let attempt: AttemptRecord
        let sealings: [MeasurementStore.Sealing]
    }

    private static func end(
        on agent: QueueFixture.Agent, in fixture: QueueFixture
    ) async throws -> Ended {
        let lease = try #require(try await fixture.claim(agent))
        _ = try await fixture.finish(lease, agent)
        let run = try #require(try await fixture.runs.run(lease.attempt.run))
        return Ended(
            run: run, attempt: try #require(try await fixture.runs.attempt(lease.attempt.id)),
            sealings: ["parse", "print"].map { sealing($0, run, on: agent, in: fixture) })
    }

    private static func seal(_ ended: Ended, in fixture: QueueFixture) async throws -> [SeriesID] {
        try await MeasurementStore(fixture.database).seal(
            ended.sealings, cases: [], receipts: [], of: ended.attempt
        ).map(\.series.id)
    }

    private static func change(
        _ run: RunID, _ isExcluded: Bool, _ benchmarks: String..., because reason: String = "fan"
    ) -> ExclusionStore.Change {
        ExclusionStore.Change(
            run: run, benchmarks: benchmarks, isExcluded: isExcluded, reason: reason,
            author: ("ann", "key-1"))
    }

    private static func points(
        _ series: [SeriesID], in fixture: QueueFixture
    ) async throws -> [Int] {
        let store = SeriesStore(fixture.database)
        var counts: [Int] = []
        for id in series { counts.append(try await store.series(id)?.points ?? -1) }
        return counts
    }

    @Test(arguments: TestBackend.available)
    func `what is excluded leaves series, noise and analysis, and comes back`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(1)
            let agent = try await fixture.agent()
            let ended = try await Self.end(on: agent, in: fixture)
            let series = try await Self.seal(ended, in: fixture)
            let store = SeriesStore(fixture.database)
            let (run, commit) = (ended.run.id, ended.run.commit)
            let before = try await store.analyses.reading(of: series[0], sampled: 10)
            #expect(before?.points.count == 1)

            let taken = try await fixture.runs.exclusions.store(Self.change(run, true))
            #expect(taken.isWhole && taken.whole?.reason == "fan" && taken.whole?.author == "ann")
            #expect(try await Self.points(series, in: fixture) == [0, 0])
            let noise = try await store.pastRuns(
                of: series, in: fixture.project, beside: run, .all, limit: 9)
            #expect(noise.values.allSatisfy { $0.isEmpty })
            let after = try #require(
                try await store.analyses.reading(of: series[0], sampled: 10))
            #expect(after.points.isEmpty && !after.isAnalysed)
            #expect(after.wanted == (before?.wanted ?? 0) + 1)
            let placed = try await store.placedRuns(
                of: series, in: fixture.project, .newest(of: commit))
            #expect(placed.isEmpty)
            // What was decided with it can be decided again.
            let named = try await store.placedRuns(of: series, in: fixture.project, .run(run))
            #expect(named.count == 2)
            let record = try #require(try await store.series(series[0])).record
            let shown = try await store.excluded(from: record)
            #expect(shown.map(\.run) == [run])
            #expect(shown.first?.word.reason == "fan")

            let back = try await fixture.runs.exclusions.store(Self.change(run, false))
            #expect(back.isEmpty)
            #expect(try await Self.points(series, in: fixture) == [1, 1])
            #expect(try await store.excluded(from: record).isEmpty)
        }
    }

    @Test(arguments: TestBackend.available)
    func `benchmarks are taken out one by one, and put back out of a whole run`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(1)
            let ended = try await Self.end(on: try await fixture.agent(), in: fixture)
            let series = try await Self.seal(ended, in: fixture)
            let store = fixture.runs.exclusions
            let run = ended.run.id
            let one = try await store.store(Self.change(run, true, "print", because: "input"))
            #expect(!one.isWhole && one.excludes("print") && !one.excludes("parse"))
            #expect(one.words.map(\.benchmark) == ["print"])
            #expect(try await Self.points(series, in: fixture) == [1, 0])
            #expect(try await store.wholly([run]).isEmpty)

            _ = try await store.store(Self.change(run, true))
            let mixed = try await store.store(Self.change(run, false, "parse", because: "fine"))
            #expect(mixed.exceptions == ["parse"] && mixed.words.map(\.benchmark) == [nil])
            #expect(try await Self.points(series, in: fixture) == [1, 0])
            let revision = try await fixture.runs.run(run)?.revision
            // What is so already is no change, and no new reason for it.
            _ = try await store.store(Self.change(run, true, "print", because: "again"))
            #expect(try await fixture.runs.run(run)?.revision == revision)
            _ = try await store.store(Self.change(run, true))
            #expect(try await store.wholly([run, QueueFixture.fresh()]) == [run])
            await #expect(throws: ExclusionStore.Refusal.unknownBenchmark("nothing")) {
                try await store.store(Self.change(run, true, "parse", "nothing"))
            }
            await #expect(throws: StoreFailure.self) {
                try await store.store(Self.change(QueueFixture.fresh(), true))
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `what is heard of an excluded run later stays out, too`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(1)
            let ended = try await Self.end(on: try await fixture.agent(), in: fixture)
            _ = try await fixture.runs.exclusions.store(Self.change(ended.run.id, true))
            let series = try await Self.seal(ended, in: fixture)
            #expect(try await Self.points(series, in: fixture) == [0, 0])
            _ = try await fixture.runs.exclusions.store(
                Self.change(ended.run.id, false, "parse"))
            #expect(try await Self.points(series, in: fixture) == [1, 0])
        }
    }

    @Test(arguments: TestBackend.available)
    func `a change that nobody committed stands in no series`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let run = try #require(try await fixture.submit(1).first)
            try await fixture.database.transaction(.write(.ordinary)) { connection in
                _ = try connection.execute(
                    "UPDATE run SET patch = 'digest' WHERE id = $1", [.id(run)])
            }
            await #expect(throws: ExclusionStore.Refusal.patched) {
                try await fixture.runs.exclusions.store(Self.change(run, true))
            }
        }
    }
}
