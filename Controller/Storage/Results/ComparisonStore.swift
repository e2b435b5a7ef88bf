package import Database
package import FleetModel

/// Decisions, stored beside the samples and never instead of them.
package struct ComparisonStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    package struct Comparison: Hashable, Sendable {
        package let id: ComparisonID
        package let project: ProjectID
        /// The run that made it; nil when somebody asked for it.
        package let run: RunID?
        package let base: Side
        package let candidate: Side
        package let direction: Direction
        package let decision: Decision
        package let reasons: [String]
        package let policy: String
        package let engineVersion: String
        package let family: Family
        /// The relative spread of the host's own canaries; nil where it was unknown.
        package let noiseFloor: Double?
        package let createdAt: ServerTime
        package let rows: [RowRecord]

        package init(
            id: ComparisonID, project: ProjectID, run: RunID?, base: Side, candidate: Side,
            direction: Direction, decision: Decision, reasons: [String], policy: String,
            engineVersion: String, family: Family, noiseFloor: Double? = nil,
            createdAt: ServerTime, rows: [RowRecord]
        ) {
            self.id = id
            self.project = project
            self.run = run
            self.base = base
            self.candidate = candidate
            self.direction = direction
            self.decision = decision
            self.reasons = reasons
            self.policy = policy
            self.engineVersion = engineVersion
            self.family = family
            self.noiseFloor = noiseFloor
            self.createdAt = createdAt
            self.rows = rows
        }
    }

    package struct Side: Hashable, Sendable {
        package let commit: CommitHash
        package let run: RunID?

        package init(commit: CommitHash, run: RunID?) {
            self.commit = commit
            self.run = run
        }
    }

    package struct Family: Hashable, Sendable {
        package let method: String
        package let q: Double
        package let size: Int

        package init(method: String, q: Double, size: Int) {
            self.method = method
            self.q = q
            self.size = size
        }
    }

    /// One benchmark × metric of a comparison.
    package struct RowRecord: Hashable, Sendable {
        package let benchmark: String
        package let parameters: Parameters
        package let metric: MetricIdentity
        package let hostClass: String
        package let series: SeriesID?
        /// `compared`, `failed`, `missing_base`, `missing_candidate` or `invalid`.
        package let state: String
        package let isWatched: Bool
        package let base: Stat?
        package let candidate: Stat?
        package let shift: Shift?
        package let p: Double?
        package let adjustedP: Double?
        package let cliffsDelta: Double?
        package let detectable: Double?
        package let threshold: Double?
        package let direction: Direction
        package let decision: Decision
        package let reasons: [String]

        package init(
            benchmark: String, parameters: Parameters, metric: MetricIdentity, hostClass: String,
            series: SeriesID?, state: String, isWatched: Bool, base: Stat?, candidate: Stat?,
            shift: Shift?, p: Double?, adjustedP: Double?, cliffsDelta: Double?,
            detectable: Double?, threshold: Double?, direction: Direction, decision: Decision,
            reasons: [String]
        ) {
            self.benchmark = benchmark
            self.parameters = parameters
            self.metric = metric
            self.hostClass = hostClass
            self.series = series
            self.state = state
            self.isWatched = isWatched
            self.base = base
            self.candidate = candidate
            self.shift = shift
            self.p = p
            self.adjustedP = adjustedP
            self.cliffsDelta = cliffsDelta
            self.detectable = detectable
            self.threshold = threshold
            self.direction = direction
            self.decision = decision
            self.reasons = reasons
        }
    }

    package struct Stat: Hashable, Sendable {
        package let count: Int64
        package let median: Double
        package let mad: Double

        package init(count: Int64, median: Double, mad: Double) {
            self.count = count
            self.median = median
            self.mad = mad
        }
    }

    package struct Shift: Hashable, Sendable {
        package let absolute: Double
        package let relative: Double
        package let low: Double?
        package let high: Double?
        package let level: Double

        package init(
            absolute: Double, relative: Double, low: Double?, high: Double?, level: Double
        ) {
            self.absolute = absolute
            self.relative = relative
            self.low = low
            self.high = high
            self.level = level
        }
    }

    /// Stores a comparison with its rows, in one transaction. A run has one: the first stays.
    package func store(_ comparison: Comparison) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            let known =
                try comparison.run.map { run in
                    try connection.query(
                        "SELECT id FROM comparison WHERE run_id = $1", [.id(run)])
                } ?? []
            guard known.isEmpty else { return }
            _ = try connection.execute(insertComparison, comparison.binds)
            for (number, row) in comparison.rows.enumerated() {
                _ = try connection.execute(
                    insertRow, [.id(comparison.id), .integer(Int64(number))] + row.binds)
            }
        }
    }

    /// With its rows, in one transaction; nil for an unknown one.
    package func comparison(_ id: ComparisonID) async throws -> Comparison? {
        try await read("SELECT * FROM comparison WHERE id = $1", [.id(id)])
    }

    /// The one that the run made, with its rows, in one transaction.
    package func comparison(of run: RunID) async throws -> Comparison? {
        try await read("SELECT * FROM comparison WHERE run_id = $1", [.id(run)])
    }

    private func read(_ sql: String, _ binds: [DatabaseValue]) async throws -> Comparison? {
        try await database.transaction(.read) { connection -> Comparison? in
            guard let row = try connection.query(sql, binds).first else { return nil }
            let id: ComparisonID = try row.id("id")
            let rows = try connection.query(
                "SELECT * FROM decision_record WHERE comparison_id = $1 ORDER BY number",
                [.id(id)])
            return try Comparison(row, rows: try rows.map { try RowRecord($0) })
        }
    }
}

private let insertComparison = """
    INSERT INTO comparison (id, project_id, run_id, base_commit, candidate_commit, base_run_id,
        candidate_run_id, direction, decision, reasons, policy, engine_version, family_method,
        family_level, family_size, noise_floor_rel, created_us)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
    """

private let insertRow = """
    INSERT INTO decision_record (comparison_id, number, benchmark, params, metric, unit, better,
        provider, host_class, series_id, state, watched, base_n, base_median, base_mad,
        candidate_n, candidate_median, candidate_mad, shift, shift_rel, ci_low_rel, ci_high_rel,
        ci_level, test, paired, p, p_adjusted, cliffs_delta, mde_rel, threshold_rel, direction,
        decision, reasons)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, 'mann_whitney', 0, $24, $25, $26, $27, $28, $29, $30, $31)
    """
