import Database
package import FleetModel

extension ComparisonStore {
    /// Stores a comparison with its rows, in one transaction. A run has one that holds: what would
    /// stand beside it, or take the place of one that no longer holds, is not stored.
    /// - Returns: whether it was stored.
    @discardableResult
    package func store(_ comparison: Comparison) async throws -> Bool {
        try await database.transaction(.write(.ordinary)) { connection in
            try comparison.run.map { try Self.lock($0, connection) }
            if let old = comparison.replaces {
                let changed = try connection.query(
                    """
                    UPDATE comparison SET replaced_us = $2 WHERE id = $1 AND replaced_us IS NULL
                    RETURNING id
                    """, [.id(old), .time(comparison.createdAt)])
                guard !changed.isEmpty else { return false }
            }
            let known =
                try comparison.run.map { run in
                    try connection.query(
                        "SELECT id FROM comparison WHERE run_id = $1 AND replaced_us IS NULL",
                        [.id(run)])
                } ?? []
            guard known.isEmpty else { return false }
            try Self.insert(comparison, connection)
            guard comparison.replaces != nil, let run = comparison.run else { return true }
            _ = try connection.execute(
                """
                UPDATE run SET direction = $2, decision = $3, revision = revision + 1
                WHERE id = $1
                """, [.id(run), .word(comparison.direction), .word(comparison.decision)])
            try RunDependencyEvents.refresh(of: run, connection)
            return true
        }
    }

    /// Makes a comparison its run's own, in place of the one that holds. The run must be locked.
    static func put(
        _ comparison: Comparison, of run: RunID, _ connection: any Connection
    ) throws {
        let old = try connection.query(
            """
            UPDATE comparison SET replaced_us = $2 WHERE run_id = $1 AND replaced_us IS NULL
            RETURNING id
            """, [.id(run), .time(comparison.createdAt)])
        var comparison = comparison
        comparison.replaces = try old.first?.id("id")
        try insert(comparison, connection)
    }

    private static func lock(_ run: RunID, _ connection: any Connection) throws {
        _ = try connection.query(
            "SELECT id FROM run WHERE id = $1" + connection.forUpdate, [.id(run)])
    }

    private static func insert(_ comparison: Comparison, _ connection: any Connection) throws {
        _ = try connection.execute(insertComparison, comparison.binds)
        for (number, row) in comparison.rows.enumerated() {
            _ = try connection.execute(
                insertRow, [.id(comparison.id), .integer(Int64(number))] + row.binds)
        }
    }

    /// With its rows, in one transaction; nil for an unknown one.
    package func comparison(_ id: ComparisonID) async throws -> Comparison? {
        try await read("SELECT * FROM comparison WHERE id = $1", [.id(id)])
    }

    /// The one that the run made and that holds, with its rows, in one transaction.
    package func comparison(of run: RunID) async throws -> Comparison? {
        try await read(
            "SELECT * FROM comparison WHERE run_id = $1 AND replaced_us IS NULL", [.id(run)])
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

    /// What a list of comparisons is narrowed to.
    package struct Filter: Hashable, Sendable {
        /// All projects where nil.
        package var project: ProjectID?
        package var since: ServerTime?
        package var until: ServerTime?
        /// Only those that runs made of themselves.
        package var isOwn = false
        /// The last one of the page before, which was made then.
        package var after: (at: ServerTime, id: ComparisonID)?

        package init() {}

        package static func == (lhs: Filter, rhs: Filter) -> Bool {
            lhs.project == rhs.project && lhs.since == rhs.since && lhs.until == rhs.until
                && lhs.isOwn == rhs.isOwn && lhs.after?.id == rhs.after?.id
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(project)
            hasher.combine(after?.id)
        }
    }

    /// Those that hold, oldest first and without their rows, at most `limit`, in one transaction.
    package func comparisons(_ filter: Filter, limit: Int) async throws -> [Comparison] {
        var conditions = ["replaced_us IS NULL"]
        var binds: [DatabaseValue] = []
        func add(_ condition: (Int) -> String, _ values: DatabaseValue...) {
            conditions.append(condition(binds.count + 1))
            binds += values
        }
        if let project = filter.project { add({ "project_id = $\($0)" }, .id(project)) }
        if let since = filter.since { add({ "created_us >= $\($0)" }, .time(since)) }
        if let until = filter.until { add({ "created_us <= $\($0)" }, .time(until)) }
        if filter.isOwn {
            conditions.append(
                "run_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM run WHERE run.id = "
                    + "comparison.run_id AND run.patch IS NOT NULL)")
        }
        if let after = filter.after {
            add(
                { "(created_us > $\($0) OR (created_us = $\($0) AND id > $\($0 + 1)))" },
                .time(after.at), .id(after.id))
        }
        let sql = """
            SELECT * FROM comparison WHERE \(conditions.joined(separator: " AND "))
            ORDER BY created_us, id LIMIT $\(binds.count + 1)
            """
        return try await database.transaction(.read) { [binds] connection in
            try connection.query(sql, binds + [.integer(Int64(limit))])
                .map { try Comparison($0, rows: []) }
        }
    }
}

extension ComparisonStore.Comparison {
    /// The same as an answer to somebody's question: no run's own, and in nothing's place.
    package var alone: Self { of(nil) }

    /// The same as the decision of its candidate.
    package var own: Self { of(candidate.run) }

    private func of(_ run: RunID?) -> Self {
        Self(
            id: id, project: project, run: run, base: base, candidate: candidate,
            direction: direction, decision: decision, reasons: reasons, policy: policy,
            engineVersion: engineVersion, family: family, noiseFloor: noiseFloor, method: method,
            createdAt: createdAt, rows: rows)
    }
}

private let insertComparison = """
    INSERT INTO comparison (id, project_id, run_id, base_commit, candidate_commit, base_run_id,
        candidate_run_id, direction, decision, reasons, policy, engine_version, family_method,
        family_level, family_size, noise_floor_rel, design, test, level, seed, replaces,
        created_us)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22)
    """

private let insertRow = """
    INSERT INTO decision_record (comparison_id, number, benchmark, params, metric, unit, better,
        provider, host_class, series_id, state, watched, base_n, base_median, base_mad,
        candidate_n, candidate_median, candidate_mad, shift, shift_rel, ci_low_rel, ci_high_rel,
        ci_level, p, p_adjusted, cliffs_delta, mde_rel, threshold_rel, direction,
        decision, reasons, test, paired, noise_rel, noise_degrees, history,
        noise_floor_rel, pinned)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36,
        $37, $38)
    """
