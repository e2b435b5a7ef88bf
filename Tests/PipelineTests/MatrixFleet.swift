import AgentProtocol
import Database
import FleetModel
import Logging
import SampleFleets
import Storage
import TestSupport
import Testing

@testable import Pipeline

/// A fleet of two hosts, and a run with a matrix of two cells.
struct MatrixFleet {
    let sample: SampleFleet
    let database: any Database
    let pipeline: ResultPipeline
    let settings: LeaseSettings
    let project: ProjectStore.Project
    let run: RunID

    /// `unreachable`: how soon an attempt is given up that does not answer. `cells`: values of the
    /// axis `opt`.
    init(
        _ database: any Database, unreachable: Duration = .seconds(90),
        cells: [String] = ["O2", "O3"]
    ) async throws {
        settings = LeaseSettings(unreachable: unreachable, retry: RetryPolicy(backoff: .zero))
        _ = try await Migrator.run(StorageMigrations.all, on: database)
        self.database = database
        sample = SampleFleet(database, clock: SampleClock(), settings: settings)
        try await sample.host("bench-01", machine: "one")
        try await sample.host("bench-02", machine: "two")
        if cells.count > 2 { try await sample.host("bench-03", machine: "three") }
        project = try await sample.project("lantern", title: nil, visibility: "private")
        run = try await Self.submit(2, to: sample, of: project, cells: cells)
        pipeline = ResultPipeline(
            processing: ProcessingStore(database, settings: settings),
            stores: .init(
                runs: RunStore(database), measurements: MeasurementStore(database),
                comparisons: ComparisonStore(database), series: SeriesStore(database)),
            hosts: HostStore(database),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    static func submit(
        _ place: Int, to sample: SampleFleet, of project: ProjectStore.Project,
        withoutBase: Bool = false, base: CommitHash? = nil, cells: [String] = ["O2", "O3"]
    ) async throws -> RunID {
        var wish = SampleFleet.Wish()
        wish.cells = cells.map { ["opt": $0] }
        wish.withoutBase = withoutBase
        let before = try #require(SampleFortnight.hash(place - 1))
        let base = base ?? before
        let time = ServerTime(microseconds: 1_795_000_000_000_000)
        let revision = RevisionStore.Revision(
            commit: try #require(SampleFortnight.hash(place)), parents: [base], author: "a",
            subject: "s", authorTime: time, commitTime: time)
        return try #require(
            try await sample.request(of: project, [revision], wish).runs.first)
    }

    var runs: RunStore { RunStore(database) }

    struct Taken {
        let cell: Parameters
        let attempt: AttemptID
        let holder: AttemptStore.Holder
    }

    func claim(on host: String) async throws -> Taken {
        let (lease, holder) = try await sample.claim(on: host)
        return Taken(cell: lease.job.cell, attempt: lease.attempt.id, holder: holder)
    }

    /// Ends an attempt; the candidate takes `factor` times as long as the base.
    /// `floor`: what its host says of its own noise. `serde`: what the lockfiles pin of it.
    func end(
        _ taken: Taken, _ outcome: AttemptOutcome = .completed, factor: Double? = 1,
        floor: Double? = nil, serde: (base: String, candidate: String)? = nil,
        _ failure: Failure? = nil
    ) async throws {
        if let factor {
            let batch = BatchRequest(
                sequence: 1,
                records: Self.environment(floor) + Self.pins(serde)
                    + (try Self.records(taken.cell, factor)))
            _ = try await IngestStore(database, settings: settings).store(
                .init(sequence: 1, digest: "d", body: try WireCodec.encode(batch)),
                from: taken.holder)
        }
        _ = try await FinishStore(database, settings: settings).finish(
            FinishStore.Report(
                outcome: outcome, failure: failure, lastSequence: factor == nil ? 0 : 1,
                logLength: 0, digest: "finish"), from: taken.holder)
    }

    func record() async throws -> RunRecord { try #require(try await runs.run(run)) }

    func comparison() async throws -> ComparisonStore.Comparison? {
        try await ComparisonStore(database).comparison(of: run)
    }

    /// How many decisions the run ever had.
    func decisions() async throws -> Int64 {
        let binds: [DatabaseValue] = [.text(run.text)]
        return try await database.transaction(.read) { connection in
            try connection.query(
                "SELECT COUNT(*) AS number FROM comparison WHERE run_id = $1", binds
            ).first?.integer("number") ?? 0
        }
    }

    private static func environment(_ floor: Double?) -> [BatchRecord] {
        guard let floor else { return [] }
        return [
            .environment(
                EnvironmentRecord(
                    at: Nanoseconds(.seconds(1)), fingerprint: [:], toolchain: .array([]),
                    variables: [:],
                    calibration: Calibration(noiseFloor: floor)))
        ]
    }

    private static func pins(_ serde: (base: String, candidate: String)?) -> [BatchRecord] {
        guard let serde else { return [] }
        return [(RevisionRole.base, serde.base), (.candidate, serde.candidate)].map {
            .dependencies(
                DependenciesRecord(
                    at: Nanoseconds(.seconds(1)), role: $0, lockfile: "Cargo.lock",
                    items: [.init(ecosystem: "cargo", name: "serde", version: $1, direct: true)]))
        }
    }

    /// Ten visits of each side.
    private static func records(_ cell: Parameters, _ factor: Double) throws -> [BatchRecord] {
        let parameters = Parameters(["matrix.opt": cell["opt"] ?? ""])
        return try [RevisionRole.base, .candidate].flatMap { role in
            let values = try (0..<10).map { visit in
                let spread = 1 + Double((visit * 7) % 10) * 0.0004
                return BatchRecord.measurement(
                    AgentProtocol.MeasurementRecord(
                        at: Nanoseconds(.seconds(1)), benchmark: "parse", parameters: parameters,
                        metric: "time", unit: "s", better: .lower, provider: .toolReported,
                        role: role, visit: visit, phase: .measure, iteration: Int64(visit),
                        values: [
                            try #require(
                                MeasuredNumber(0.02 * spread * (role == .base ? 1 : factor)))
                        ]))
            }
            return values + [
                .case(
                    CaseRecord(
                        at: Nanoseconds(.seconds(2)), benchmark: "parse", parameters: parameters,
                        role: role, state: .ok, iterations: 10, stop: .fixed))
            ]
        }
    }
}
