import Database
package import FleetModel

extension SeriesStore {
    /// One measurement of a series with the platform that it was made on.
    package struct PlacedRun: Hashable, Sendable {
        package let run: RunID
        package let samples: [SampleBlock.Sample]
        /// The digest of the host's platform epoch; nil where the agent did not say.
        package let epoch: String?

        package init(run: RunID, samples: [SampleBlock.Sample], epoch: String?) {
            self.run = run
            self.samples = samples
            self.epoch = epoch
        }
    }

    /// Which measurement of a series is meant.
    package enum RunChoice: Hashable, Sendable {
        /// The newest one of the commit that stands in the series.
        case newest(of: CommitHash)
        /// That of a run, also one that was taken out of the series since.
        case run(RunID)
    }

    /// Those that there are, by series, in one transaction: measured as a candidate, counted, with
    /// a valid sample.
    package func placedRuns(
        of series: [SeriesID], in project: ProjectID, _ choice: RunChoice
    ) async throws -> [SeriesID: PlacedRun] {
        let (condition, bind): (String, DatabaseValue) =
            switch choice {
            case .newest(let commit):
                ("measurement.commit_hash = $3 AND measurement.in_series = 1", .text(commit.text))
            case .run(let run): ("measurement.run_id = $3", .id(run))
            }
        let sql = """
            SELECT measurement.run_id, measurement.block, attempt.session_id
            FROM measurement JOIN attempt ON attempt.id = measurement.attempt_id
            WHERE measurement.project_id = $1 AND measurement.series_id = $2 AND \(condition)
                AND measurement.role = 'candidate' AND measurement.counted = 1
                AND measurement.median IS NOT NULL
            ORDER BY measurement.measured_us DESC, measurement.id DESC LIMIT 1
            """
        return try await database.transaction(.read) { connection in
            var found: [SeriesID: PlacedRun] = [:]
            for id in series {
                let rows = try connection.query(sql, [.id(project), .id(id), bind])
                guard let row = rows.first else { continue }
                guard let block = SampleBlock(decoding: try row.blob("block")) else {
                    throw StoreFailure.corrupt("a measurement of series \(id)")
                }
                let epochs = try Self.epochs(rows[...], connection)
                found[id] = PlacedRun(
                    run: try row.id("run_id"), samples: block.samples,
                    epoch: epochs[try row.text("session_id")]?.digest)
            }
            return found
        }
    }

    /// How many series, of the class of hosts where one is given, have a point of the commit, in
    /// one transaction.
    package func seriesCount(
        of commit: CommitHash, hostClass: String?, in project: ProjectID
    ) async throws -> Int {
        try await database.transaction(.read) { connection in
            let rows = try connection.query(
                """
                SELECT COUNT(DISTINCT measurement.series_id) AS number FROM measurement
                JOIN series ON series.id = measurement.series_id
                WHERE measurement.project_id = $1 AND measurement.commit_hash = $2
                    AND measurement.role = 'candidate' AND measurement.counted = 1
                    AND measurement.in_series = 1 AND measurement.median IS NOT NULL
                    AND series.host_class = COALESCE(CAST($3 AS TEXT), series.host_class)
                """, [.id(project), .text(commit.text), .text(hostClass)])
            return Int(clamping: try rows.first?.integer("number") ?? 0)
        }
    }
}
