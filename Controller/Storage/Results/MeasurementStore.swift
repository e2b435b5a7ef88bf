package import Database
package import FleetModel

/// Sealed results: figures for lists and graphs, blocks of samples for everything else.
package struct MeasurementStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// One measurement as processing found it.
    package struct Sealing: Sendable {
        /// For a measurement that is new.
        package let id: MeasurementID
        /// For a series that is new.
        package let series: SeriesRecord
        package let commit: CommitHash
        package let role: RevisionRole
        package let figures: MeasurementRecord.Figures
        package let quality: MeasurementRecord.Quality
        package let stop: StopReason?
        package let block: SampleBlock

        package init(
            id: MeasurementID, series: SeriesRecord, commit: CommitHash, role: RevisionRole,
            figures: MeasurementRecord.Figures, quality: MeasurementRecord.Quality = .unmarked,
            stop: StopReason?, block: SampleBlock
        ) {
            self.id = id
            self.series = series
            self.commit = commit
            self.role = role
            self.figures = figures
            self.quality = quality
            self.stop = stop
            self.block = block
        }

        fileprivate func with(_ series: SeriesRecord) -> Sealing {
            Sealing(
                id: id, series: series, commit: commit, role: role, figures: figures,
                quality: quality, stop: stop, block: block)
        }
    }

    /// One benchmark's end, as its agent reported it.
    package struct Case: Hashable, Sendable {
        package let role: RevisionRole
        package let benchmark: String
        package let parameters: Parameters
        package let state: CaseState
        package let problem: String?
        package let message: String?
        package let iterations: Int64
        package let stop: StopReason?
        /// Half the interval's width when repeating stopped, as a fraction.
        package let halfWidth: Double?

        package init(
            role: RevisionRole, benchmark: String, parameters: Parameters, state: CaseState,
            problem: String?, message: String?, iterations: Int64, stop: StopReason?,
            halfWidth: Double? = nil
        ) {
            self.role = role
            self.benchmark = benchmark
            self.parameters = parameters
            self.state = state
            self.problem = problem
            self.message = message
            self.iterations = iterations
            self.stop = stop
            self.halfWidth = halfWidth
        }
    }

    /// Stores an attempt's results, in one transaction; repeating it changes nothing.
    /// - Returns: the sealings with their series as they are stored.
    @discardableResult
    package func seal(
        _ sealings: [Sealing], cases: [Case], receipts: [(kind: String, body: String)],
        signals: [Signal] = [], lockfiles: [DependencyStore.Lockfile] = [],
        of attempt: AttemptRecord
    ) async throws -> [Sealing] {
        try await database.transaction(.write(.ordinary)) { [receipts] connection in
            let now = try connection.now()
            try Self.lock(attempt.run, connection)
            let stored = try sealings.map { sealing in
                let series = try Self.series(sealing.series, at: now, connection)
                try Self.insert(sealing, series, attempt, at: now, connection)
                return sealing.with(SeriesRecord(id: series, key: sealing.series.key))
            }
            for (number, entry) in cases.enumerated() {
                try Self.insert(entry, Int64(number), attempt.id, connection)
            }
            for (number, receipt) in receipts.enumerated() {
                _ = try connection.execute(
                    """
                    INSERT INTO receipt (attempt_id, number, kind, body) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (attempt_id, number) DO NOTHING
                    """,
                    [
                        .id(attempt.id), .integer(Int64(number)), .text(receipt.kind),
                        .text(receipt.body),
                    ])
            }
            for (number, signal) in signals.enumerated() {
                try Self.insert(signal, Int64(number), attempt.id, connection)
            }
            for lockfile in lockfiles {
                try DependencyStore.insert(lockfile, of: attempt.id, at: now, connection)
            }
            if attempt.isCounted {
                let grown = stored.filter { $0.role == .candidate }.map(\.series.id)
                try SeriesAnalysisStore.want(Set(grown), of: attempt.project, connection)
            }
            return stored
        }
    }

    /// Nobody takes results of the run out of their series meanwhile.
    private static func lock(_ run: RunID, _ connection: any Connection) throws {
        _ = try connection.query(
            "SELECT id FROM run WHERE id = $1" + connection.forUpdate, [.id(run)])
    }

    private static func series(
        _ record: SeriesRecord, at now: ServerTime, _ connection: any Connection
    ) throws -> SeriesID {
        let key = record.key
        let digest = key.digest
        _ = try connection.execute(
            """
            INSERT INTO series (id, project_id, key_digest, benchmark, params, metric, unit,
                better, provider, pmu, architecture, host_class, host_id, configuration,
                created_us)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            ON CONFLICT (project_id, key_digest) DO NOTHING
            """,
            [
                .id(record.id), .id(key.project), .text(digest), .text(key.benchmark),
                .parameters(key.parameters), .text(key.metric.name), .text(key.metric.unit),
                .word(key.metric.better), .word(key.metric.provider), .text(key.metric.pmu),
                .text(key.architecture), .text(key.hostClass), .id(key.host),
                .text(key.configuration), .time(now),
            ])
        let rows = try connection.query(
            "SELECT id FROM series WHERE project_id = $1 AND key_digest = $2",
            [.id(key.project), .text(digest)])
        guard let row = rows.first else { throw StoreFailure.corrupt("a series vanished") }
        return try row.id("id")
    }

    private static func insert(
        _ sealing: Sealing, _ series: SeriesID, _ attempt: AttemptRecord, at now: ServerTime,
        _ connection: any Connection
    ) throws {
        let figures = sealing.figures
        let quality = sealing.quality
        _ = try connection.execute(
            insertMeasurement,
            [
                .id(sealing.id), .id(attempt.project), .id(attempt.run), .id(attempt.id),
                .id(series), .text(sealing.commit.text), .word(sealing.role),
                .bool(attempt.isCounted), .integer(figures.count),
                .integer(figures.invalidCount), .real(figures.minimum), .real(figures.median),
                .real(figures.mean), .real(figures.p90), .real(figures.p99),
                .real(figures.maximum), .real(figures.mad), .real(figures.low),
                .real(figures.high), .real(figures.level), .word(figures.validity),
                .word(sealing.stop), .blob(sealing.block.encoded()),
                .time(attempt.endedAt ?? now), .textList(quality.reasons),
                .word(quality.counter), .real(quality.runningShare),
                .text(sealing.series.key.benchmark),
            ])
    }

    private static let insertMeasurement = """
        INSERT INTO measurement (id, project_id, run_id, attempt_id, series_id, commit_hash, role,
            counted, n, invalid_n, minimum, median, mean, p90, p99, maximum, mad, ci_low, ci_high,
            ci_level, validity, stop, block, measured_us, reasons, counter_state,
            running_share, in_series)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20, $21, $22, $23, $24, $25, $26, $27,
            (SELECT CASE WHEN run.patch IS NULL THEN COALESCE(
                (SELECT 1 - excluded FROM run_exclusion WHERE run_exclusion.run_id = run.id
                    AND run_exclusion.benchmark IN ('', $28) ORDER BY number DESC LIMIT 1), 1)
                ELSE 0 END FROM run WHERE run.id = $3))
        ON CONFLICT (attempt_id, role, series_id) DO NOTHING
        """

    private static func insert(
        _ entry: Case, _ number: Int64, _ attempt: AttemptID, _ connection: any Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO benchmark_case (attempt_id, number, role, benchmark, params, state,
                problem_class, message, iterations, stop, half_width_rel)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (attempt_id, number) DO NOTHING
            """,
            [
                .id(attempt), .integer(number), .word(entry.role), .text(entry.benchmark),
                .parameters(entry.parameters), .word(entry.state), .text(entry.problem),
                .text(entry.message), .integer(entry.iterations), .word(entry.stop),
                .real(entry.halfWidth),
            ])
    }

    /// The run's measurements, in the order of their names, in one transaction.
    package func measurements(
        of run: RunID, withSamples: Bool
    ) async throws -> [MeasurementRecord] {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT measurement.*, \(SeriesRecord.columns) FROM measurement
                JOIN series ON series.id = measurement.series_id
                WHERE measurement.run_id = $1
                ORDER BY series.benchmark, series.params, series.metric, measurement.role,
                    measurement.id
                """, [.id(run)]
            ).map { try Self.record($0, withSamples: withSamples) }
        }
    }

    /// How the run's benchmarks ended, in the order of their jobs and attempts, in one transaction.
    package func cases(of run: RunID) async throws -> [Case] {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT benchmark_case.* FROM benchmark_case
                JOIN attempt ON attempt.id = benchmark_case.attempt_id
                JOIN job ON job.id = attempt.job_id
                WHERE attempt.run_id = $1 AND attempt.counted = 1
                ORDER BY job.place, attempt.number, benchmark_case.number
                """, [.id(run)]
            ).map { row in
                Case(
                    role: try row.word("role"), benchmark: try row.text("benchmark"),
                    parameters: try row.parameters("params"), state: try row.word("state"),
                    problem: try row.optionalText("problem_class"),
                    message: try row.optionalText("message"),
                    iterations: try row.integer("iterations"),
                    stop: try row.optionalWord("stop"),
                    halfWidth: try row.optionalReal("half_width_rel"))
            }
        }
    }

    private static func record(_ row: Row, withSamples: Bool) throws -> MeasurementRecord {
        var block: SampleBlock?
        if withSamples {
            guard let decoded = SampleBlock(decoding: try row.blob("block")) else {
                throw StoreFailure.corrupt("measurement \(try row.text("id"))")
            }
            block = decoded
        }
        return MeasurementRecord(
            id: try row.id("id"), run: try row.id("run_id"), attempt: try row.id("attempt_id"),
            series: try SeriesRecord(row), commit: try row.commit("commit_hash"),
            role: try row.word("role"), figures: try MeasurementRecord.Figures(row),
            quality: try MeasurementRecord.Quality(row), stop: try row.optionalWord("stop"),
            isCounted: try row.bool("counted"), measuredAt: try row.time("measured_us"),
            block: block)
    }
}
