import Database
package import FleetModel

extension SeriesAnalysisStore {
    /// The points of the project's default branch, with the samples of the `sampled` newest ones
    /// that are not `known`; nil for a series that nothing was accepted of. One transaction.
    package func reading(
        of series: SeriesID, sampled: Int, known: Set<MeasurementID> = []
    ) async throws -> SeriesReading? {
        try await database.transaction(.read) { connection in
            let states = try connection.query(
                """
                SELECT \(SeriesRecord.columns), series_analysis.wanted, series_analysis.done
                FROM series_analysis JOIN series ON series.id = series_analysis.series_id
                WHERE series_analysis.series_id = $1
                """, [.id(series)])
            guard let state = states.first else { return nil }
            let record = try SeriesRecord(state)
            let rows = try Self.rows(
                of: record.id, in: record.key.project, limit: Self.pointsLimit, connection)
            let points = try Self.points(rows, SeriesStore.epochs(rows[...], connection))
            let fresh = points.suffix(sampled).map(\.measurement).filter { !known.contains($0) }
            let wanted = try state.integer("wanted")
            return SeriesReading(
                series: record, points: points, blocks: try Self.blocks(of: fresh, connection),
                policy: try points.last.flatMap { try Self.policy(of: $0.run, connection) },
                wanted: wanted, isAnalysed: try state.integer("done") == wanted)
        }
    }

    /// The newest points of the project's default branch, with `columns` of their measurements.
    static func rows(
        of series: SeriesID, in project: ProjectID, before place: CandidatePlace? = nil,
        limit: Int, columns: String = "", _ connection: any Connection
    ) throws -> [Row] {
        let bound = place?.condition(from: 4)
        return try connection.query(
            """
            SELECT measurement.id, measurement.run_id, measurement.commit_hash,
                measurement.measured_us, measurement.median, attempt.session_id,
                revision.parents, revision.commit_time_us, revision.position \(columns)
            FROM measurement JOIN attempt ON attempt.id = measurement.attempt_id
            JOIN run ON run.id = measurement.run_id
            LEFT JOIN revision ON revision.repository_id = run.repository_id
                AND revision.commit_hash = measurement.commit_hash
            WHERE measurement.project_id = $1 AND measurement.series_id = $2
                AND measurement.role = 'candidate' AND measurement.counted = 1
                AND measurement.in_series = 1 AND measurement.median IS NOT NULL
                AND measurement.validity <> 'invalid'
                AND COALESCE(revision.on_default, 1) = 1 \(bound?.sql ?? "")
            ORDER BY COALESCE(revision.position, 0) DESC, measurement.measured_us DESC,
                measurement.id DESC LIMIT $3
            """,
            [.id(project), .id(series), .integer(Int64(limit))] + (bound?.values ?? []))
    }

    /// In the order of their commits.
    static func points(
        _ rows: [Row], _ epochs: [String: PlatformEpoch]
    ) throws -> [SeriesReading.Point] {
        CommitOrder.sorted(
            try rows.map { row in
                let measuredAt = try row.time("measured_us")
                let parents = try row.optionalText("parents") ?? ""
                return SeriesReading.Point(
                    measurement: try row.id("id"), run: try row.id("run_id"),
                    commit: try row.commit("commit_hash"), value: try row.real("median"),
                    epoch: epochs[try row.text("session_id")]?.digest,
                    commitTime: try row.optionalTime("commit_time_us") ?? measuredAt,
                    measuredAt: measuredAt, position: try row.optionalInteger("position"),
                    parents: parents.split(separator: " ").compactMap { CommitHash(String($0)) })
            })
    }

    private static func blocks(
        of measurements: [MeasurementID], _ connection: any Connection
    ) throws -> [MeasurementID: SampleBlock] {
        var found: [MeasurementID: SampleBlock] = [:]
        for id in measurements {
            let rows = try connection.query(
                "SELECT block FROM measurement WHERE id = $1", [.id(id)])
            guard let row = rows.first, let block = SampleBlock(decoding: try row.blob("block"))
            else { throw StoreFailure.corrupt("measurement \(id)") }
            found[id] = block
        }
        return found
    }

    private static func policy(of run: RunID, _ connection: any Connection) throws -> String? {
        try connection.query("SELECT policy FROM run WHERE id = $1", [.id(run)]).first?
            .text("policy")
    }

    /// What was found of a series last; nil while nothing was accepted. One transaction.
    package func analysis(of series: SeriesID) async throws -> SeriesAnalysis? {
        try await analyses(of: [series])[series]
    }

    /// The same of several, in one transaction.
    package func analyses(of series: [SeriesID]) async throws -> [SeriesID: SeriesAnalysis] {
        try await database.transaction(.read) { connection in
            var found: [SeriesID: SeriesAnalysis] = [:]
            for id in series {
                found[id] = try connection.query(
                    """
                    SELECT \(SeriesAnalysis.columns) FROM series_analysis WHERE series_id = $1
                    """, [.id(id)]
                ).first.map { try SeriesAnalysis($0) }
            }
            return found
        }
    }

    /// More series than these are left out of a project's index.
    package static let tracksLimit = 2000

    /// The levels of all series of a project's metric, in one transaction.
    package func tracks(
        of project: ProjectID, metric: String
    ) async throws -> [SeriesTrack] {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT \(SeriesRecord.columns), \(SeriesAnalysis.columns)
                FROM series JOIN series_analysis ON series_analysis.series_id = series.id
                WHERE series.project_id = $1 AND series.metric = $2
                    AND series_analysis.points > 0
                ORDER BY series.benchmark, series.id LIMIT $3
                """, [.id(project), .text(metric), .integer(Int64(Self.tracksLimit))]
            ).map { row in
                let series = try SeriesRecord(row)
                return SeriesTrack(
                    series: series.id, key: series.key,
                    levels: try SeriesAnalysis(row).levels.map(\.tracked))
            }
        }
    }
}
