package import Database
package import FleetModel

/// Takes results of runs out of their series, and puts them back (API contract, section 3.3).
///
/// What is excluded stays stored and is shown with its run; series, levels, noise and baselines are
/// made without it.
package struct ExclusionStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// What is in force for a run, in one transaction.
    package func exclusions(of run: RunID) async throws -> RunExclusions {
        try await database.transaction(.read) { try Self.exclusions(of: run, $0) }
    }

    /// Those of the runs of which nothing stands in a series, in one transaction.
    package func wholly(_ runs: [RunID]) async throws -> Set<RunID> {
        try await database.transaction(.read) { connection in
            Set(try runs.filter { try Self.exclusions(of: $0, connection).isWhole })
        }
    }

    /// A change that somebody asks for.
    package struct Change: Sendable {
        package let run: RunID
        /// Empty: all of the run, also what is heard of it later.
        package let benchmarks: [String]
        /// False puts it back.
        package let isExcluded: Bool
        package let reason: String
        /// As the run's page names them, and as the audit does.
        package let author: (name: String, id: String)

        package init(
            run: RunID, benchmarks: [String], isExcluded: Bool, reason: String,
            author: (name: String, id: String)
        ) {
            self.run = run
            self.benchmarks = benchmarks
            self.isExcluded = isExcluded
            self.reason = reason
            self.author = author
        }
    }

    package enum Refusal: Error, Hashable, Sendable {
        case unknownBenchmark(String)
        /// A change that nobody committed stands in no series.
        case patched
    }

    /// Makes the change, has the series analysed again and adds it to the audit, in one
    /// transaction; what is so already is left as it is.
    /// - Throws: `Refusal`, `StoreFailure.notFound`.
    package func store(_ change: Change) async throws -> RunExclusions {
        try await database.transaction(.write(.ordinary)) { connection in
            let rows = try connection.query(
                "SELECT project_id, patch FROM run WHERE id = $1" + connection.forUpdate,
                [.id(change.run)])
            guard let row = rows.first else { throw StoreFailure.notFound("run \(change.run)") }
            guard try row.optionalText("patch") == nil else { throw Refusal.patched }
            let project: ProjectID = try row.id("project_id")
            let known = try Self.exclusions(of: change.run, connection)
            let targets = try Self.targets(of: change, known, connection)
            guard !targets.isEmpty else { return known }
            for target in targets {
                try Self.insert(target, change, of: project, connection)
                try Self.mark(target, change, connection)
            }
            try SeriesAnalysisStore.want(
                try Self.series(targets, of: change.run, connection), of: project, connection)
            _ = try connection.execute(
                "UPDATE run SET revision = revision + 1 WHERE id = $1", [.id(change.run)])
            try connection.notify(WorkChannel.run, change.run.text)
            try RunDependencyEvents.refresh(of: change.run, connection)
            try Self.audit(change, in: project, connection)
            return try Self.exclusions(of: change.run, connection)
        }
    }

    /// The names that the change has something to say of; an empty one is all of the run.
    private static func targets(
        of change: Change, _ known: RunExclusions, _ connection: any Connection
    ) throws -> [String] {
        guard !change.benchmarks.isEmpty else {
            return (change.isExcluded ? known.isWhole : known.isEmpty) ? [] : [""]
        }
        let measured = Set(
            try connection.query(
                """
                SELECT DISTINCT series.benchmark FROM measurement
                JOIN series ON series.id = measurement.series_id WHERE measurement.run_id = $1
                """, [.id(change.run)]
            ).map { try $0.text("benchmark") })
        if let unknown = change.benchmarks.first(where: { !measured.contains($0) }) {
            throw Refusal.unknownBenchmark(unknown)
        }
        return Set(change.benchmarks).sorted().filter {
            known.excludes($0) != change.isExcluded
        }
    }

    private static func insert(
        _ benchmark: String, _ change: Change, of project: ProjectID,
        _ connection: any Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO run_exclusion (run_id, number, project_id, benchmark, excluded, reason,
                author, created_us)
            VALUES ($1, (SELECT COALESCE(MAX(number), 0) + 1 FROM run_exclusion WHERE run_id = $1),
                $2, $3, $4, $5, $6, $7)
            """,
            [
                .id(change.run), .id(project), .text(benchmark), .bool(change.isExcluded),
                .text(change.reason), .text(change.author.name), .time(try connection.now()),
            ])
    }

    private static func mark(
        _ benchmark: String, _ change: Change, _ connection: any Connection
    ) throws {
        _ = try connection.execute(
            """
            UPDATE measurement SET in_series = $2 WHERE run_id = $1 AND ($3 = ''
                OR series_id IN (SELECT id FROM series WHERE series.benchmark = $3))
            """, [.id(change.run), .bool(!change.isExcluded), .text(benchmark)])
    }

    private static func series(
        _ benchmarks: [String], of run: RunID, _ connection: any Connection
    ) throws -> Set<SeriesID> {
        var narrowing = Narrowing("measurement.run_id = $1", .id(run))
        if benchmarks != [""] {
            narrowing.among("series.benchmark", benchmarks.map { .text($0) })
        }
        let rows = try connection.query(
            """
            SELECT DISTINCT measurement.series_id FROM measurement
            JOIN series ON series.id = measurement.series_id
            WHERE \(narrowing.condition) AND measurement.role = 'candidate'
                AND measurement.counted = 1
            """, narrowing.binds)
        return Set(try rows.map { try $0.id("series_id") })
    }

    private static func audit(
        _ change: Change, in project: ProjectID, _ connection: any Connection
    ) throws {
        let rows = try connection.query("SELECT name FROM project WHERE id = $1", [.id(project)])
        var facts = ["reason": change.reason]
        if !change.benchmarks.isEmpty {
            facts["benchmarks"] = Set(change.benchmarks).sorted().joined(separator: ", ")
        }
        try AuditStore.append(
            AuditEvent(
                by: change.author.id, change.isExcluded ? "exclude" : "include", "run",
                change.run.text, in: try rows.first?.text("name") ?? project.text
            ).with(facts: facts), connection)
    }

    static func exclusions(
        of run: RunID, _ connection: any Connection
    ) throws -> RunExclusions {
        let rows = try connection.query(
            "SELECT * FROM run_exclusion WHERE run_id = $1 ORDER BY number", [.id(run)])
        return RunExclusions(try rows.map { try RunExclusions.Word($0) })
    }
}

extension RunExclusions.Word {
    init(_ row: Row) throws(DatabaseFailure) {
        let benchmark = try row.text("benchmark")
        self.init(
            benchmark: benchmark.isEmpty ? nil : benchmark, isExcluded: try row.bool("excluded"),
            reason: try row.text("reason"), author: try row.text("author"),
            at: try row.time("created_us"))
    }
}

extension SeriesStore {
    /// A measurement that somebody took out of its series.
    package struct ExcludedPoint: Hashable, Sendable {
        package let run: RunID
        package let commit: CommitHash
        package let median: Double?
        package let measuredAt: ServerTime
        package let word: RunExclusions.Word
    }

    /// More are not listed.
    package static let excludedLimit = 200

    /// Those of a series, measured last first, in one transaction.
    package func excluded(from series: SeriesRecord) async throws -> [ExcludedPoint] {
        try await database.transaction(.read) { connection in
            try connection.query(
                excludedPoints,
                [
                    .id(series.key.project), .id(series.id), .text(series.key.benchmark),
                    .integer(Int64(Self.excludedLimit)),
                ]
            ).map { row in
                ExcludedPoint(
                    run: try row.id("run_id"), commit: try row.commit("commit_hash"),
                    median: try row.optionalReal("median"),
                    measuredAt: try row.time("measured_us"), word: try RunExclusions.Word(row))
            }
        }
    }
}

private let excludedPoints = """
    SELECT measurement.run_id, measurement.commit_hash, measurement.median,
        measurement.measured_us, word.benchmark, word.excluded, word.reason, word.author,
        word.created_us
    FROM measurement JOIN run_exclusion AS word ON word.run_id = measurement.run_id
        AND word.number = (SELECT MAX(number) FROM run_exclusion AS other
            WHERE other.run_id = measurement.run_id AND other.benchmark IN ('', $3))
    WHERE measurement.project_id = $1 AND measurement.series_id = $2
        AND measurement.role = 'candidate' AND measurement.counted = 1
        AND measurement.in_series = 0 AND word.excluded = 1
    ORDER BY measurement.measured_us DESC, measurement.id DESC LIMIT $4
    """
