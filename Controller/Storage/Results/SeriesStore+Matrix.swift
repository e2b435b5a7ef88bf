import Database
package import FleetModel

/// What a table of benchmarks and classes of hosts is made of.
extension SeriesStore {
    /// A benchmark with its parameters on a class of hosts.
    package struct Cell: Hashable, Sendable {
        package let benchmark: String
        package let parameters: Parameters
        package let hostClass: String

        package init(benchmark: String, parameters: Parameters, hostClass: String) {
            self.benchmark = benchmark
            self.parameters = parameters
            self.hostClass = hostClass
        }
    }

    /// How the candidates' benchmarks ended last, over the newest ended runs of the project, in one
    /// transaction; none for those that ended nowhere.
    package func lastEnds(
        of project: ProjectID, inNewest runs: Int
    ) async throws -> [Cell: CaseState] {
        try await database.transaction(.read) { connection in
            let rows = try connection.query(
                """
                SELECT benchmark_case.benchmark, benchmark_case.params, benchmark_case.state,
                    recent.host_class
                FROM (SELECT id, host_class FROM run
                    WHERE project_id = $1 AND finished_us IS NOT NULL AND patch IS NULL
                    ORDER BY finished_us DESC, id DESC LIMIT $2) AS recent
                JOIN attempt ON attempt.run_id = recent.id AND attempt.counted = 1
                JOIN benchmark_case ON benchmark_case.attempt_id = attempt.id
                    AND benchmark_case.role = 'candidate'
                ORDER BY attempt.ended_us, attempt.id, benchmark_case.number
                """, [.id(project), .integer(Int64(runs))])
            var ends: [Cell: CaseState] = [:]
            for row in rows {
                let cell = Cell(
                    benchmark: try row.text("benchmark"), parameters: try row.parameters("params"),
                    hostClass: try row.text("host_class"))
                ends[cell] = try row.word("state")
            }
            return ends
        }
    }

    /// How many of the project's series got a point since then, and how many of those have one of
    /// the commit, in one transaction.
    package func coverage(
        of commit: CommitHash, since: ServerTime, in project: ProjectID
    ) async throws -> (measured: Int, expected: Int) {
        try await database.transaction(.read) { connection in
            let rows = try connection.query(
                """
                SELECT COUNT(DISTINCT series_id) AS expected,
                    COUNT(DISTINCT CASE WHEN commit_hash = $3 THEN series_id END) AS measured
                FROM measurement
                WHERE project_id = $1 AND measured_us >= $2 AND role = 'candidate'
                    AND counted = 1 AND in_series = 1
                """, [.id(project), .time(since), .text(commit.text)])
            guard let row = rows.first else { return (0, 0) }
            return (
                Int(clamping: try row.integer("measured")),
                Int(clamping: try row.integer("expected"))
            )
        }
    }

    /// The commit of the default branch that was measured and is the newest by ancestry, when that
    /// was last, and its repository; nil for a project without results. One transaction.
    package func newestCommit(
        of project: ProjectID
    ) async throws -> (commit: CommitHash, repository: RepositoryID, measuredAt: ServerTime)? {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT run.commit_hash, run.repository_id, MAX(measurement.measured_us) AS last_us,
                    MAX(COALESCE(revision.position, 0)) AS place
                FROM run JOIN measurement ON measurement.run_id = run.id
                    AND measurement.role = 'candidate' AND measurement.counted = 1
                    AND measurement.in_series = 1
                LEFT JOIN revision ON revision.repository_id = run.repository_id
                    AND revision.commit_hash = run.commit_hash
                WHERE run.project_id = $1 AND COALESCE(revision.on_default, 1) = 1
                GROUP BY run.commit_hash, run.repository_id
                ORDER BY place DESC, last_us DESC, run.commit_hash LIMIT 1
                """, [.id(project)]
            ).first.map {
                (
                    try $0.commit("commit_hash"), try $0.id("repository_id"),
                    try $0.time("last_us")
                )
            }
        }
    }
}
