import Database
package import FleetModel

extension SeriesStore {
    /// One run of a series with its samples: what noise is estimated from.
    package struct NoiseRun: Hashable, Sendable {
        package let run: RunID
        package let commit: CommitHash
        package let samples: [SampleBlock.Sample]

        package init(run: RunID, commit: CommitHash, samples: [SampleBlock.Sample]) {
            self.run = run
            self.commit = commit
            self.samples = samples
        }
    }

    /// The newest runs of each series in the order of their commits' times, at most `limit` each,
    /// in one transaction. Measured as a candidate, counted, and not only invalid: a base of the
    /// same attempt is no run of its own.
    package func noiseRuns(
        of series: [SeriesID], in project: ProjectID, limit: Int
    ) async throws -> [SeriesID: [NoiseRun]] {
        try await database.transaction(.read) { connection in
            var found: [SeriesID: [NoiseRun]] = [:]
            for id in series {
                found[id] = try connection.query(
                    noiseRunRows, [.id(project), .id(id), .integer(Int64(limit))]
                ).map { row in
                    guard let block = SampleBlock(decoding: try row.blob("block")) else {
                        throw StoreFailure.corrupt("a measurement of series \(id)")
                    }
                    return NoiseRun(
                        run: try row.id("run_id"), commit: try row.commit("commit_hash"),
                        samples: block.samples)
                }
            }
            return found
        }
    }
}

private let noiseRunRows = """
    SELECT newest.run_id, newest.commit_hash, newest.block
    FROM (SELECT * FROM measurement WHERE project_id = $1 AND series_id = $2
            AND role = 'candidate' AND counted = 1 AND in_series = 1 AND median IS NOT NULL
            ORDER BY measured_us DESC, id DESC LIMIT $3) AS newest
    JOIN run ON run.id = newest.run_id
    LEFT JOIN revision ON revision.repository_id = run.repository_id
        AND revision.commit_hash = newest.commit_hash
    ORDER BY COALESCE(revision.commit_time_us, newest.measured_us), newest.measured_us, newest.id
    """
