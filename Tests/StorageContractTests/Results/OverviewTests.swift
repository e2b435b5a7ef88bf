import FleetModel
import Storage
import TestSupport
import Testing

@Suite struct OverviewTests {
    /// A comparison of the run with one row per size; negative ones improved.
    private static func compare(
        _ run: RunID, _ sizes: [Double], decision: Decision = .fail, in fixture: QueueFixture
    ) async throws {
        let stored = try #require(try await fixture.runs.run(run))
        let rows = sizes.enumerated().map { place, size in
            ComparisonStore.RowRecord(
                benchmark: "bench-\(place)", parameters: Parameters(["size": "1"]),
                metric: MetricIdentity(
                    name: "time", unit: "s", better: .lower, provider: .toolReported),
                hostClass: "default", series: nil, state: "compared", isWatched: true, base: nil,
                candidate: nil,
                shift: .init(absolute: 1, relative: size, low: nil, high: nil, level: 0.95),
                p: nil, adjustedP: nil, cliffsDelta: nil, detectable: nil, threshold: nil,
                direction: size > 0 ? .regressed : size < 0 ? .improved : .unchanged,
                decision: decision, reasons: [])
        }
        try await ComparisonStore(fixture.database).store(
            ComparisonStore.Comparison(
                id: QueueFixture.fresh(), project: fixture.project, run: run,
                base: .init(commit: stored.commit, run: nil),
                candidate: .init(commit: stored.commit, run: run), direction: .regressed,
                decision: decision, reasons: [], policy: "{}", engineVersion: "1",
                family: .init(method: "holm", q: 0.05, size: 1), createdAt: stored.createdAt,
                rows: rows))
    }

    @Test(arguments: TestBackend.available)
    func `movers of a project stand by decision and size`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let runs = try await fixture.submit(3)
            try await Self.compare(runs[0], [0.5], in: fixture)
            try await Self.compare(runs[1], [0.9, 0], decision: .warn, in: fixture)
            try await Self.compare(runs[2], [0.02, -0.3, 0.04], in: fixture)
            let store = ComparisonStore(fixture.database)
            let all = try await store.movers(
                of: fixture.project, inNewest: 10, limit: 10)
            #expect(all.map { $0.row.shift?.relative } == [0.5, -0.3, 0.04, 0.02, 0.9])
            #expect(all.map(\.run) == [runs[0], runs[2], runs[2], runs[2], runs[1]])
            let newest = try await store.movers(
                of: fixture.project, inNewest: 1, limit: 1)
            #expect(newest.map { $0.row.shift?.relative } == [-0.3])
            let other = try await store.movers(
                of: QueueFixture.fresh(), inNewest: 10, limit: 10)
            #expect(other.isEmpty)
        }
    }

    @Test(arguments: TestBackend.available)
    func `changes of a request stand in its order and then by size`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let runs = try await fixture.submit(2)
            let others = try await fixture.submit(1)
            try await Self.compare(runs[1], [0.2], in: fixture)
            try await Self.compare(runs[0], [0.01, 0, -0.05], in: fixture)
            try await Self.compare(others[0], [0.7], in: fixture)
            let request = try #require(try await fixture.runs.run(runs[0])).request
            let changes = try await ComparisonStore(fixture.database)
                .changes(in: request, limit: 10)
            #expect(changes.map { $0.row.shift?.relative } == [-0.05, 0.01, 0.2])
            #expect(changes.map(\.run) == [runs[0], runs[0], runs[1]])
        }
    }

    @Test(arguments: TestBackend.available)
    func `open runs leave out what has ended, the newest run does not`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let runs = try await fixture.submit(3)
            let lease = try #require(try await fixture.claim(agent))
            let failure = Failure(.jobError, .buildFailed, "no compiler")
            _ = try await fixture.finish(lease, agent, outcome: .failed, failure: failure)
            _ = try await fixture.claim(agent)
            let open = try await fixture.runs.openRuns(of: fixture.project, limit: 10)
            #expect(open.map(\.id) == [runs[1], runs[2]])
            #expect(open.map(\.state) == [.running, .queued])
            let cut = try await fixture.runs.openRuns(of: fixture.project, limit: 1)
            #expect(cut.map(\.id) == [runs[1]])
            let newest = try await fixture.runs.newestRuns(
                of: [fixture.project, QueueFixture.fresh()])
            #expect(newest.mapValues(\.id) == [fixture.project: runs[2]])
        }
    }

    @Test(arguments: TestBackend.available)
    func `receipts come back in the order in which they came`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            try await fixture.submit(1)
            let lease = try #require(try await fixture.claim(agent))
            let store = MeasurementStore(fixture.database)
            try await store.seal(
                [], cases: [], receipts: [("isolation", "{}"), ("environment", "{\"a\":1}")],
                of: lease.attempt)
            let receipts = try await store.receipts(of: lease.attempt.id)
            #expect(receipts.map(\.kind) == ["isolation", "environment"])
            #expect(receipts.map(\.body) == ["{}", "{\"a\":1}"])
        }
    }
}
