import Database
package import FleetModel

/// What overviews of projects show.
extension RunStore {
    /// The project's runs that have not ended, oldest first, at most `limit`, in one transaction.
    package func openRuns(of project: ProjectID, limit: Int) async throws -> [RunRecord] {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT \(RunRecord.columns) FROM run WHERE id IN (
                    SELECT run_id FROM job WHERE project_id = $1
                        AND state IN ('waiting', 'queued', 'running', 'processing'))
                ORDER BY created_us, id LIMIT $2
                """, [.id(project), .integer(Int64(limit))]
            ).map { try RunRecord($0) }
        }
    }

    /// Each project's newest run, in one transaction; projects without a run are left out.
    package func newestRuns(of projects: [ProjectID]) async throws -> [ProjectID: RunRecord] {
        try await database.transaction(.read) { connection in
            var newest: [ProjectID: RunRecord] = [:]
            for project in Set(projects) {
                let rows = try connection.query(
                    """
                    SELECT \(RunRecord.columns) FROM run WHERE project_id = $1
                    ORDER BY created_us DESC, id DESC LIMIT 1
                    """, [.id(project)])
                newest[project] = try rows.first.map { try RunRecord($0) }
            }
            return newest
        }
    }

    /// Runs that have ended, the last one first, in one transaction.
    package func endedRuns(limit: Int) async throws -> [RunRecord] {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT \(RunRecord.columns) FROM run WHERE finished_us IS NOT NULL
                ORDER BY finished_us DESC LIMIT $1
                """, [.integer(Int64(limit))]
            ).map { try RunRecord($0) }
        }
    }

    /// The runs with these identifiers, in one transaction; unknown ones are left out.
    package func runs(_ ids: [RunID]) async throws -> [RunID: RunRecord] {
        try await database.transaction(.read) { connection in
            var found: [RunID: RunRecord] = [:]
            for id in Set(ids) {
                let rows = try connection.query(
                    "SELECT \(RunRecord.columns) FROM run WHERE id = $1", [.id(id)])
                found[id] = try rows.first.map { try RunRecord($0) }
            }
            return found
        }
    }

    /// How many repetitions of the run were graded how, in one transaction; empty where its agent
    /// grades none.
    package func quality(of run: RunID) async throws -> [Validity: Int64] {
        try await database.transaction(.read) { connection in
            let rows = try connection.query(
                """
                SELECT sample_signal.validity, COUNT(*) AS n FROM sample_signal
                JOIN attempt ON attempt.id = sample_signal.attempt_id
                WHERE attempt.run_id = $1 AND attempt.counted = 1
                GROUP BY sample_signal.validity
                """, [.id(run)])
            var counts: [Validity: Int64] = [:]
            for row in rows { counts[try row.word("validity")] = try row.integer("n") }
            return counts
        }
    }
}
