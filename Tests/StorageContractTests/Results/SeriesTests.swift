import FleetModel
import Storage
import TestSupport
import Testing

@Suite struct SeriesTests {
    private static let time = MetricIdentity(
        name: "time", unit: "s", better: .lower, provider: .toolReported)

    /// Measures the next run of the queue as one benchmark, and decides it.
    private static func measure(
        _ seconds: Double, on agent: QueueFixture.Agent, configuration: String = "c1",
        in fixture: QueueFixture
    ) async throws -> (run: RunID, series: SeriesID) {
        let lease = try #require(try await fixture.claim(agent))
        _ = try await fixture.finish(lease, agent)
        let run = try #require(try await fixture.runs.run(lease.attempt.run))
        let attempt = try #require(try await fixture.runs.attempt(lease.attempt.id))
        let key = SeriesKey(
            project: fixture.project, benchmark: "parse", parameters: .none, metric: time,
            place: MeasuringPlace(host: agent.host, hostClass: "default", architecture: "x86_64"),
            configuration: configuration)
        let sealing = MeasurementStore.Sealing(
            id: QueueFixture.fresh(), series: SeriesRecord(id: QueueFixture.fresh(), key: key),
            commit: run.commit, role: .candidate,
            figures: .init(
                count: 1, invalidCount: 0, minimum: seconds, median: seconds, mean: seconds,
                p90: seconds, p99: seconds, maximum: seconds, mad: 0, low: seconds, high: seconds,
                level: 0.9, validity: .clean), stop: .fixed,
            block: SampleBlock([
                SampleBlock.Sample(iteration: 0, visit: 0, value: seconds, validity: .clean)
            ]))
        let stored = try await MeasurementStore(fixture.database).seal(
            [sealing], cases: [], receipts: [], of: attempt)
        let series = try #require(stored.first).series.id
        try await decide(run, series, in: fixture)
        return (run.id, series)
    }

    private static func decide(
        _ run: RunRecord, _ series: SeriesID, in fixture: QueueFixture
    ) async throws {
        let row = ComparisonStore.RowRecord(
            benchmark: "parse", parameters: .none, metric: time, hostClass: "default",
            series: series, state: "compared", isWatched: true, base: nil, candidate: nil,
            shift: .init(absolute: 0.1, relative: 0.05, low: 0.04, high: 0.06, level: 0.95),
            p: 0.01, adjustedP: 0.01, cliffsDelta: nil, detectable: nil, threshold: 0.02,
            direction: .regressed, decision: .fail, reasons: [])
        try await ComparisonStore(fixture.database).store(
            ComparisonStore.Comparison(
                id: QueueFixture.fresh(), project: fixture.project, run: run.id,
                base: .init(commit: run.commit, run: nil),
                candidate: .init(commit: run.commit, run: run.id), direction: .regressed,
                decision: .fail, reasons: [], policy: "{}", engineVersion: "1",
                family: .init(method: "holm", q: 0.05, size: 1), createdAt: run.createdAt,
                rows: [row]))
    }

    private static func facts(kernel: String) -> String {
        """
        {"fingerprint":{"platform_epoch":{"digest":"\(kernel)","facts":{"kernel":"\(kernel)",
        "cores":2,"flags":["a","b"]}}}}
        """
    }

    @Test(arguments: TestBackend.available)
    func `points stand in the order of their commits, with what was decided of them`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let runs = try await fixture.submit(3)
            var agent = try await fixture.agent()
            agent = try await fixture.reopened(agent, facts: Self.facts(kernel: "6.1"))
            let first = try await Self.measure(1, on: agent, in: fixture)
            agent = try await fixture.reopened(agent, facts: Self.facts(kernel: "6.2"))
            let second = try await Self.measure(2, on: agent, in: fixture)
            let third = try await Self.measure(3, on: agent, in: fixture)
            #expect(first.series == second.series && second.series == third.series)
            // The third commit is the oldest; the second has a clock that runs late.
            try await Self.remember([runs[2], runs[0], runs[1]], times: [1, 3, 2], in: fixture)
            let store = SeriesStore(fixture.database)
            let series = try #require(try await store.series(first.series))
            #expect(series.points == 3)
            #expect(series.hostName == "bench-01")
            let all = try await store.points(of: series.record, newest: 10)
            #expect(all.points.map(\.run) == [third.run, first.run, second.run])
            #expect(all.points.map(\.figures.median) == [3, 1, 2])
            #expect(all.points.map { $0.decided?.shift?.relative } == [0.05, 0.05, 0.05])
            #expect(all.points.map { $0.decided?.shift?.level } == [0.95, 0.95, 0.95])
            #expect(all.points.map(\.revision?.subject) == ["commit 0", "commit 1", "commit 2"])
            #expect(all.points.map(\.epoch) == ["6.2", "6.1", "6.2"])
            #expect(all.epochs["6.1"]?.facts["flags"] == "a, b")
            #expect(all.epochs["6.1"]?.facts["cores"] == "2")
            #expect(!all.hasOlder)
            // Of the platform of the one that is asked for last, in the same order.
            let past = try await store.pastRuns(
                of: [first.series], in: fixture.project, beside: second.run, .all, limit: 10)
            #expect(past[first.series]?.flatMap(\.samples).map(\.value) == [1, 3, 2])
            #expect(past[first.series]?.map(\.epoch) == ["6.1", "6.2", "6.2"])
            let newest = try await store.points(of: series.record, newest: 2)
            #expect(Set(newest.points.map(\.run)) == [second.run, third.run])
            #expect(newest.hasOlder)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a candidate's past is the default branch before its commit`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(5)
            let agent = try await fixture.agent()
            var measured: [(run: RunID, series: SeriesID)] = []
            for value in 1...5 {
                measured.append(try await Self.measure(Double(value), on: agent, in: fixture))
            }
            try await Self.place(measured.map(\.run), in: fixture)
            let series = measured[0].series
            let store = SeriesStore(fixture.database)
            func past(
                _ number: Int, _ wish: SeriesStore.PastWish = .before
            ) async throws -> [RunID]? {
                try await store.pastRuns(
                    of: [series], in: fixture.project, beside: measured[number].run,
                    wish, limit: 10)[series]?.map(\.run)
            }
            let runs = measured.map(\.run)
            #expect(try await past(0) == [runs[4]])
            #expect(try await past(1) == [runs[0]])
            #expect(try await past(3) == [runs[0], runs[1]])
            // Of a commit without a place its time is all that is known.
            #expect(try await past(4) == [runs[2]])
            let all = try #require(try await past(3, .all))
            #expect(Set(all) == Set([runs[0], runs[1], runs[2], runs[4]]))
            #expect(
                try await store.pastRuns(
                    of: [series], in: fixture.project, beside: QueueFixture.fresh(), .before,
                    limit: 10
                ).isEmpty)
        }
    }

    /// The fourth is of a branch; nobody knows where the fifth stands. Clocks run backwards.
    private static func place(_ runs: [RunID], in fixture: QueueFixture) async throws {
        let places = [
            RevisionStore.HistoryPlace(position: 1, isOnDefault: true),
            RevisionStore.HistoryPlace(position: 2, isOnDefault: true),
            RevisionStore.HistoryPlace(position: 3, isOnDefault: true),
            RevisionStore.HistoryPlace(position: 3, isOnDefault: false),
        ]
        for (number, place) in places.enumerated() {
            try await remember(runs[number], at: Int64(90 - number), place, in: fixture)
        }
        try await remember(runs[4], at: 89, nil, in: fixture)
    }

    private static func remember(
        _ run: RunID, at time: Int64, _ place: RevisionStore.HistoryPlace?,
        in fixture: QueueFixture
    ) async throws {
        let commit = try #require(try await fixture.runs.run(run)).commit
        let time = ServerTime(microseconds: time)
        try await RevisionStore(fixture.database).store(
            [
                RevisionStore.Revision(
                    commit: commit, parents: [], author: "a", subject: "s", authorTime: time,
                    commitTime: time, place: place)
            ], in: fixture.repository)
    }

    /// Each commit is the parent of the next.
    private static func remember(
        _ runs: [RunID], times: [Int64], in fixture: QueueFixture
    ) async throws {
        var parents: [CommitHash] = []
        for (number, run) in runs.enumerated() {
            let commit = try #require(try await fixture.runs.run(run)).commit
            let time = ServerTime(microseconds: times[number])
            try await RevisionStore(fixture.database).store(
                [
                    RevisionStore.Revision(
                        commit: commit, parents: parents, author: "a",
                        subject: "commit \(number)", authorTime: time, commitTime: time)
                ], in: fixture.repository)
            parents = [commit]
        }
    }

    @Test(arguments: TestBackend.available)
    func `another configuration begins a new series, which is a relative of the old one`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(2)
            let agent = try await fixture.agent()
            let old = try await Self.measure(1, on: agent, configuration: "c1", in: fixture)
            let new = try await Self.measure(1, on: agent, configuration: "c2", in: fixture)
            #expect(old.series != new.series)
            let store = SeriesStore(fixture.database)
            let series = try #require(try await store.series(old.series))
            let relatives = try await store.relatives(of: series.record, limit: 10)
            #expect(relatives.map(\.record.id) == [old.series, new.series])
            #expect(relatives.map(\.record.key.configuration) == ["c1", "c2"])
        }
    }

    @Test(arguments: TestBackend.available)
    func `a list of series is narrowed and paged`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(2)
            let agent = try await fixture.agent()
            let old = try await Self.measure(1, on: agent, configuration: "c1", in: fixture)
            let new = try await Self.measure(1, on: agent, configuration: "c2", in: fixture)
            let store = SeriesStore(fixture.database)
            func list(
                after: SeriesStore.Position? = nil, _ narrow: (inout SeriesStore.Filter) -> Void
            ) async throws -> [SeriesID] {
                var filter = SeriesStore.Filter()
                narrow(&filter)
                return try await store.series(
                    of: fixture.project, filter, after: after, limit: 10
                ).map(\.record.id)
            }
            #expect(try await list { _ in } == [old.series, new.series])
            let position = SeriesStore.Position(benchmark: "parse", id: old.series)
            #expect(try await list(after: position) { _ in } == [new.series])
            #expect(try await list { $0.text = "AR" } == [old.series, new.series])
            #expect(try await list { $0.text = "%" }.isEmpty)
            #expect(try await list { $0.metrics = ["memory"] }.isEmpty)
            #expect(try await list { $0.metrics = ["memory", "time"] }.count == 2)
            #expect(try await list { $0.hosts = [QueueFixture.fresh()] }.isEmpty)
            let other = try await store.series(
                of: QueueFixture.fresh(), SeriesStore.Filter(), after: nil, limit: 10)
            #expect(other.isEmpty)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a run keeps the configurations of its suite's entries`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let runs = try await fixture.submit(1)
            let run = try #require(try await fixture.runs.run(runs[0]))
            #expect(run.configurations.entries.map(\.digest) == ["d1", "d2"])
            #expect(run.configurations.digest(of: "parse") == "d1")
            #expect(run.configurations.digest(of: "parse/deep/3") == "d2")
            #expect(run.configurations.digest(of: "other") == "")
        }
    }
}
