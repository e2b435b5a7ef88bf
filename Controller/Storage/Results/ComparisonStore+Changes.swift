import Database
package import FleetModel

extension ComparisonStore {
    /// A row that went up or down, with the comparison that it stands in.
    package struct Change: Hashable, Sendable {
        package let run: RunID
        package let base: CommitHash
        package let candidate: CommitHash
        package let comparedAt: ServerTime
        package let row: RowRecord

        package init(
            run: RunID, base: CommitHash, candidate: CommitHash, comparedAt: ServerTime,
            row: RowRecord
        ) {
            self.run = run
            self.base = base
            self.candidate = candidate
            self.comparedAt = comparedAt
            self.row = row
        }
    }

    /// Rows that regressed or improved in the newest comparisons of the project's runs, in one
    /// transaction: failing ones first, then by size. Looks at so many of the newest comparisons.
    package func movers(
        of project: ProjectID, inNewest comparisons: Int, limit: Int
    ) async throws -> [Change] {
        try await changes(
            """
            SELECT decision_record.*, recent.run_id, recent.base_commit, recent.candidate_commit,
                recent.created_us
            FROM (SELECT id, run_id, base_commit, candidate_commit, created_us FROM comparison
                WHERE project_id = $1 AND run_id IS NOT NULL AND replaced_us IS NULL
                    AND NOT EXISTS (SELECT 1 FROM run
                        WHERE run.id = comparison.run_id AND run.patch IS NOT NULL)
                ORDER BY created_us DESC, id DESC LIMIT $2) AS recent
            JOIN decision_record ON decision_record.comparison_id = recent.id
            WHERE decision_record.direction IN ('regressed', 'improved')
            ORDER BY CASE decision_record.decision WHEN 'fail' THEN 0 ELSE 1 END,
                COALESCE(ABS(decision_record.shift_rel), 0) DESC, recent.created_us DESC,
                decision_record.comparison_id, decision_record.number
            LIMIT $3
            """,
            [.id(project), .integer(Int64(comparisons)), .integer(Int64(limit))])
    }

    /// Rows that regressed or improved in the runs of a request, in the request's order and then
    /// by size, in one transaction.
    package func changes(in request: RequestID, limit: Int) async throws -> [Change] {
        try await changes(
            """
            SELECT decision_record.*, comparison.run_id, comparison.base_commit,
                comparison.candidate_commit, comparison.created_us
            FROM request_run
            JOIN comparison ON comparison.run_id = request_run.run_id
                AND comparison.replaced_us IS NULL
            JOIN decision_record ON decision_record.comparison_id = comparison.id
            WHERE request_run.request_id = $1
                AND decision_record.direction IN ('regressed', 'improved')
            ORDER BY request_run.place, COALESCE(ABS(decision_record.shift_rel), 0) DESC,
                decision_record.number
            LIMIT $2
            """, [.id(request), .integer(Int64(limit))])
    }

    private func changes(_ sql: String, _ binds: [DatabaseValue]) async throws -> [Change] {
        try await database.transaction(.read) { connection in
            try connection.query(sql, binds).map { row in
                Change(
                    run: try row.id("run_id"), base: try row.commit("base_commit"),
                    candidate: try row.commit("candidate_commit"),
                    comparedAt: try row.time("created_us"), row: try RowRecord(row))
            }
        }
    }
}
