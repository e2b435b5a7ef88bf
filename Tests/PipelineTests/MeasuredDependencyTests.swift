import Database
import FleetModel
import SampleFleets
import Storage
import TestSupport
import Testing

@testable import Pipeline

/// Dependency events that judged runs show: once, whoever judges and however often.
@Suite struct MeasuredDependencyTests {
    typealias Lockfile = DependencyStore.Lockfile

    static func pinned(
        _ role: RevisionRole, _ versions: [(String, String)], at path: String = "Cargo.lock",
        direct: Set<String> = []
    ) -> Lockfile {
        Lockfile(
            role: role, path: path,
            versions: versions.map { name, version in
                LockedDependency(
                    ecosystem: "cargo", name: name, version: version, digest: "of \(role)",
                    isDirect: direct.contains(name))
            })
    }

    /// A run whose parser got slower, whose throughput fell, whose start got quicker, and whose
    /// other rows say nothing.
    static let metrics: [SampleMetric] = {
        let throughput = MetricIdentity(
            name: "throughput", unit: "ops/s", better: .higher, provider: .toolReported)
        return [
            SampleMetric(benchmark: "parse", parameters: ["n": "1"], base: 1, head: 1.5),
            SampleMetric(benchmark: "parse", metric: throughput, base: 100, head: 80),
            SampleMetric(benchmark: "start", base: 1, head: 0.9),
            SampleMetric(benchmark: "steady", base: 1, head: 1),
            SampleMetric(benchmark: "unwatched", base: 1, head: 3, isWatched: false),
            SampleMetric(benchmark: "new", base: nil, head: 3),
        ]
    }()

    static func with(
        _ backend: TestBackend,
        _ body: (SampleFleet, ProjectStore.Project, DependencyEventStore) async throws -> Void
    ) async throws {
        try await withDatabase(backend) { database in
            _ = try await Migrator.run(StorageMigrations.all, on: database)
            let fleet = SampleFleet(database, clock: SampleClock())
            try await fleet.host("bench-01")
            let project = try await fleet.project("lantern", title: nil, visibility: "private")
            try await body(fleet, project, DependencyEventStore(database))
        }
    }

    static func measure(
        _ place: Int, _ lockfiles: [Lockfile], _ metrics: [SampleMetric] = metrics,
        in project: ProjectStore.Project, _ fleet: SampleFleet
    ) async throws -> RunID {
        let commits = try [place - 1, place].map { try #require(SampleFortnight.hash($0)) }
        let time = ServerTime(microseconds: 1_795_000_000_000_000)
        let made = try await fleet.request(
            of: project,
            [
                .init(
                    commit: commits[1], parents: [commits[0]], author: "a", subject: "s",
                    authorTime: time, commitTime: time)
            ])
        try await fleet.measure(SampleMeasured(metrics: metrics, lockfiles: lockfiles))
        return try #require(made.runs.first)
    }

    static func events(
        _ dependency: String, _ store: DependencyEventStore,
        _ projects: ReadableProjects = .all
    ) async throws -> [DependencyEventStore.Event] {
        try await store.impact(
            of: dependency, .init(since: nil, limit: 1_000, projects: projects)
        ).events
    }

    @Test(arguments: TestBackend.available)
    func `a run tells of each change with what its rows surely did`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend) { fleet, project, store in
            let run = try await Self.measure(
                2,
                [
                    Self.pinned(.base, [("serde", "1"), ("same", "1"), ("gone", "1")]),
                    Self.pinned(.candidate, [("serde", "2"), ("same", "1"), ("come", "1")]),
                    Self.pinned(.candidate, [("first-seen", "1")], at: "new/Cargo.lock"),
                ], in: project, fleet)
            let events = try await Self.events("serde", store)
            #expect(events.map(\.effect.benchmark) == ["parse", "parse", "start"])
            #expect(events.map(\.effect.metric) == ["time", "throughput", "time"])
            for (event, expected) in zip(events, [0.5, 0.2, -0.1]) {
                #expect(abs(event.effect.delta - expected) < 0.02)
            }
            #expect(events.allSatisfy { $0.effect.project == "lantern" })
            #expect(
                events.map(\.effect.source)
                    == [["n": "1"], [:], [:]].map { .init(run: run, parameters: Parameters($0)) })
            #expect(events.first?.change.oldVersion == "1")
            #expect(events.first?.change.newVersion == "2")
            let come = try await Self.events("come", store)
            #expect(come.map(\.change.oldVersion) == [nil, nil, nil])
            let gone = try await Self.events("gone", store)
            #expect(gone.map(\.change.newVersion) == [nil, nil, nil])
            for silent in ["same", "first-seen"] {
                #expect(try await Self.events(silent, store).isEmpty, "\(silent)")
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `without lockfiles of both sides, or a row that moved, nothing is told`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend) { fleet, project, store in
            let after = Self.pinned(.candidate, [("serde", "2")])
            let before = Self.pinned(.base, [("serde", "1")])
            _ = try await Self.measure(2, [after], in: project, fleet)
            _ = try await Self.measure(5, [before], in: project, fleet)
            _ = try await Self.measure(
                8, [before, after], Array(Self.metrics[3...]), in: project, fleet)
            #expect(try await Self.events("serde", store).isEmpty)
            // The base of the next one was measured by itself, and pinned something.
            _ = try await Self.measure(
                9, [Self.pinned(.candidate, [("serde", "3")])], in: project, fleet)
            let told = try await Self.events("serde", store)
            #expect(told.map(\.change.oldVersion) == ["2", "2", "2"])
            #expect(told.map(\.change.newVersion) == ["3", "3", "3"])
        }
    }

    @Test(arguments: TestBackend.available)
    func `of many changes the direct ones are told`(_ backend: TestBackend) async throws {
        try await Self.with(backend) { fleet, project, store in
            let names = (0..<150).map { "d\($0)" }
            let direct: Set = ["d7", "d149"]
            _ = try await Self.measure(
                2,
                [
                    Self.pinned(.base, names.map { ($0, "1") }, direct: direct),
                    Self.pinned(.candidate, names.map { ($0, "2") }, direct: direct),
                    // The same change elsewhere in the repository is no second one.
                    Self.pinned(.base, [("d7", "1")], at: "tool/Cargo.lock"),
                    Self.pinned(.candidate, [("d7", "2")], at: "tool/Cargo.lock"),
                ], [Self.metrics[0]], in: project, fleet)
            let alerts = try await store.alerts(.init(since: nil, limit: 1_000), projects: 1)
            #expect(alerts.count == 100)
            let told = Set(alerts.map(\.change.dependency))
            #expect(direct.isSubset(of: told))
            #expect(try await Self.events("d7", store).count == 1)
        }
    }

    @Test(arguments: TestBackend.available)
    func `an alert counts clients and runs together, of projects that the caller may read`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend) { fleet, project, store in
            let lockfiles = [
                Self.pinned(.base, [("serde", "1")]), Self.pinned(.candidate, [("serde", "2")]),
            ]
            let run = try await Self.measure(2, lockfiles, [Self.metrics[0]], in: project, fleet)
            let open = try await fleet.project("meridian", title: nil, visibility: "public")
            _ = try await Self.measure(2, lockfiles, [Self.metrics[0]], in: open, fleet)
            let inner = try await fleet.project("quarry", title: nil, visibility: "internal")
            _ = try await Self.measure(2, lockfiles, [Self.metrics[0]], in: inner, fleet)
            try await store.record(
                [.init(dependency: "serde", oldVersion: "1", newVersion: "2")],
                .init(project: "outside", benchmark: "b", metric: "wall_ms", delta: 0.3))
            func affected(_ projects: ReadableProjects) async throws -> [String] {
                let alerts = try await store.alerts(
                    .init(since: nil, limit: 50, projects: projects), projects: 1)
                let names = alerts.flatMap { $0.affected.map(\.project) }
                #expect(alerts.map(\.projects) == [Int64(names.count)])
                let impact = try await store.impact(
                    of: "serde", .init(since: nil, limit: 50, projects: projects))
                #expect(impact.projects == Int64(names.count))
                #expect(impact.events.map(\.effect.project) == names)
                return names.sorted()
            }
            #expect(try await affected(.all) == ["lantern", "meridian", "outside", "quarry"])
            #expect(try await affected(.anonymous) == ["meridian", "outside"])
            #expect(
                try await affected(.some(names: [], withInternal: true))
                    == ["meridian", "outside", "quarry"])
            #expect(
                try await affected(.some(names: ["lantern", "x"], withInternal: false))
                    == ["lantern", "meridian", "outside"])
            let own = try await Self.events("serde", store).filter { $0.effect.source?.run == run }
            #expect(own.count == 1)
        }
    }

    /// Three cells, heard one after the other; only the last two have a change of `serde`.
    @Test(arguments: TestBackend.available)
    func `what is heard late is told once, of the cells that it is true in`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let fleet = try await MatrixFleet(
                database, unreachable: .zero, cells: ["O1", "O2", "O3"])
            let store = DependencyEventStore(database)
            var taken: [MatrixFleet.Taken] = []
            for host in ["bench-01", "bench-02", "bench-03"] {
                taken.append(try await fleet.claim(on: host))
            }
            try await fleet.end(taken[0], factor: 1.2, serde: ("1", "1"))
            try await fleet.pipeline.processPending()
            try await CancelStore(database, settings: fleet.settings).cancel(
                .run(fleet.run), mode: .now, by: "a")
            _ = try await SweepStore(database, settings: fleet.settings).sweep()
            try await fleet.pipeline.processPending()
            #expect(try await fleet.record().direction == .regressed)
            #expect(try await Self.events("serde", store).isEmpty)

            try await fleet.end(taken[1], factor: 1.3, serde: ("1", "2"))
            try await Self.judgeTwice(fleet)
            let first = try await Self.events("serde", store)
            #expect(
                first.map(\.effect.source?.parameters)
                    == [Parameters(["matrix.opt": taken[1].cell["opt"] ?? ""])])

            try await fleet.end(taken[2], factor: 1.4, serde: ("1", "2"))
            try await Self.judgeTwice(fleet)
            let second = try await Self.events("serde", store)
            #expect(second.count == 2)
            // What was told and still holds is the same event.
            #expect(second.first == first.first)
            let cells = taken.dropFirst().map { Parameters(["matrix.opt": $0.cell["opt"] ?? ""]) }
            #expect(Set(second.compactMap(\.effect.source?.parameters)) == Set(cells))
        }
    }

    /// As two controllers do at once.
    private static func judgeTwice(_ fleet: MatrixFleet) async throws {
        let pipeline = fleet.pipeline
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 { group.addTask { try await pipeline.processPending() } }
            try await group.waitForAll()
        }
    }

    @Test(arguments: TestBackend.available)
    func `a decision that takes the place of another one takes its events too`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let fleet = try await MatrixFleet(database)
            let (events, comparisons) = (
                DependencyEventStore(database), ComparisonStore(database)
            )
            for host in ["bench-01", "bench-02"] {
                try await fleet.end(
                    try await fleet.claim(on: host), factor: 1.3, serde: ("1", "2"))
            }
            try await fleet.pipeline.processPending()
            let before = try await Self.events("serde", events)
            #expect(Set(before.map(\.effect.source)).count == 2)
            let old = try #require(try await fleet.comparison())
            let rows = [old.rows[0].saying(.unclear), old.rows[1]]
            #expect(try await comparisons.store(old.replaced(by: rows, await fleet.sample.fresh())))
            #expect(
                try await Self.events("serde", events)
                    == before.filter { $0.effect.source?.parameters == rows[1].parameters })
        }
    }
}

extension ComparisonStore.RowRecord {
    fileprivate func saying(_ direction: Direction) -> Self {
        Self(
            benchmark: benchmark, parameters: parameters, metric: metric, hostClass: hostClass,
            series: series, state: state, isWatched: isWatched, base: base, candidate: candidate,
            shift: shift, p: p, adjustedP: adjustedP, cliffsDelta: cliffsDelta,
            detectable: detectable, threshold: threshold, direction: direction, decision: .skip,
            reasons: reasons, proof: proof)
    }
}

extension ComparisonStore.Comparison {
    fileprivate func replaced(
        by rows: [ComparisonStore.RowRecord], _ id: ComparisonID
    ) -> Self {
        Self(
            id: id, project: project, run: run, base: base, candidate: candidate,
            direction: direction, decision: decision, reasons: reasons, policy: policy,
            engineVersion: engineVersion, family: family, method: method, replaces: self.id,
            createdAt: createdAt, rows: rows)
    }
}
