import FleetModel
import Storage
import TestSupport
import Testing

@Suite struct ComparisonTests {
    private static func comparison(
        _ run: RunRecord, _ decision: Decision, replaces: ComparisonID? = nil
    ) -> ComparisonStore.Comparison {
        let row = ComparisonStore.RowRecord(
            benchmark: "parse", parameters: .none,
            metric: MetricIdentity(
                name: "time", unit: "s", better: .lower, provider: .toolReported),
            hostClass: "default", series: nil, state: "compared", isWatched: true,
            base: .init(count: 5, median: 0.1, mad: 0.001),
            candidate: .init(count: 5, median: 0.1 + 0.2, mad: 0.001),
            shift: .init(absolute: 0.2, relative: 1.0 / 3, low: nil, high: 0.5, level: 0.95),
            p: 1e-300, adjustedP: 1e-300, cliffsDelta: 1, detectable: 0.001, threshold: 0.02,
            direction: .regressed, decision: decision, reasons: ["noise_floor"],
            proof: RowProof(
                test: "noise_model", isPaired: true, noise: 0.1 + 0.2, noiseDegrees: 11.75,
                noiseFloor: 1.0 / 7, history: [0.1, 1.0 / 3, 1e-300, 1.7976931348623157e308]))
        return ComparisonStore.Comparison(
            id: QueueFixture.fresh(), project: run.project, run: run.id,
            base: .init(commit: run.commit, run: nil),
            candidate: .init(commit: run.commit, run: run.id), direction: .regressed,
            decision: decision, reasons: [], policy: "{}", engineVersion: "1",
            family: .init(method: "holm", q: 0.05, size: 1),
            method: ComparisonMethod(
                .acrossHosts, test: "permutation", level: 0.99, seed: .max),
            replaces: replaces, createdAt: run.createdAt, rows: [row])
    }

    /// Numbers come back to the last bit: a decision made again must be able to equal the old one.
    @Test(arguments: TestBackend.available)
    func `a comparison is read as it was stored`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let id = try #require(try await fixture.submit(1).first)
            let run = try #require(try await fixture.runs.run(id))
            let store = ComparisonStore(fixture.database)
            let made = Self.comparison(run, .fail)
            try await store.store(made)
            #expect(made.noiseFloor == 1.0 / 7)
            #expect(try await store.comparison(made.id) == made)
            #expect(try await store.comparison(of: run.id) == made)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a new decision takes the old one's place once, and the old one stays`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let id = try #require(try await fixture.submit(1).first)
            let run = try #require(try await fixture.runs.run(id))
            let store = ComparisonStore(fixture.database)
            let old = Self.comparison(run, .fail)
            try await store.store(old)
            // Beside the one that holds stands no other.
            #expect(try await store.store(Self.comparison(run, .warn)) == false)
            let new = Self.comparison(run, .pass, replaces: old.id)
            #expect(try await store.store(new))
            #expect(
                try await store.store(Self.comparison(run, .warn, replaces: old.id)) == false)
            #expect(try await store.comparison(of: run.id) == new)
            #expect(try await store.comparison(old.id) == old)
            #expect(try await fixture.runs.run(id)?.decision == .pass)
            var filter = ComparisonStore.Filter()
            filter.project = run.project
            filter.isOwn = true
            #expect(try await store.comparisons(filter, limit: 10).map(\.id) == [new.id])
            filter.after = (new.createdAt, new.id)
            #expect(try await store.comparisons(filter, limit: 10).isEmpty)
        }
    }
}
