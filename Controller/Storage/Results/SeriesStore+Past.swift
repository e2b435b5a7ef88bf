import Database
package import FleetModel

extension SeriesStore {
    /// One run of a series with its samples: what noise is estimated from, and what a candidate is
    /// held against.
    package struct PastRun: Hashable, Sendable {
        package let run: RunID
        package let commit: CommitHash
        package let samples: [SampleBlock.Sample]
        /// The digest of the host's platform epoch; nil where the agent did not say.
        package let epoch: String?

        package init(
            run: RunID, commit: CommitHash, samples: [SampleBlock.Sample], epoch: String?
        ) {
            self.run = run
            self.commit = commit
            self.samples = samples
            self.epoch = epoch
        }
    }

    /// Which points are looked for.
    package enum PastWish: Sendable {
        /// All; those of the candidate's platform epoch stand behind the others.
        case all
        /// Of the candidate's platform epoch alone, and of commits before its own, whenever they
        /// were measured; none of a series in which it was not measured.
        case before
    }

    /// The points that the analysis of each series looks at, with their samples: of the default
    /// branch, in the order of their commits. The newest ones, at most `limit` each, in one
    /// transaction.
    package func pastRuns(
        of series: [SeriesID], in project: ProjectID, beside candidate: RunID,
        _ wish: PastWish, limit: Int
    ) async throws -> [SeriesID: [PastRun]] {
        try await database.transaction(.read) { connection in
            var found: [SeriesID: [PastRun]] = [:]
            var epochs: [String: PlatformEpoch] = [:]
            for id in series {
                let place = try CandidatePlace.find(
                    [.id(project), .id(id), .id(candidate)], connection)
                guard place != nil || wish == .all else { continue }
                let rows = try SeriesAnalysisStore.rows(
                    of: id, in: project, before: wish == .before ? place : nil, limit: limit,
                    columns: ", measurement.block", connection)
                let own = place.map { [$0.row] } ?? []
                epochs = try Self.epochs((rows + own)[...], known: epochs, connection)
                let all = try Self.pastRuns(rows, epochs)
                guard let place else {
                    found[id] = all
                    continue
                }
                let epoch = epochs[try place.row.text("session_id")]?.digest
                let others = wish == .all ? all.filter { $0.epoch != epoch } : []
                found[id] = others + all.filter { $0.epoch == epoch }
            }
            return found
        }
    }

    private static func pastRuns(
        _ rows: [Row], _ epochs: [String: PlatformEpoch]
    ) throws -> [PastRun] {
        var blocks: [MeasurementID: SampleBlock] = [:]
        for row in rows {
            let id: MeasurementID = try row.id("id")
            guard let block = SampleBlock(decoding: try row.blob("block")) else {
                throw StoreFailure.corrupt("measurement \(id)")
            }
            blocks[id] = block
        }
        return try SeriesAnalysisStore.points(rows, epochs).map { point in
            PastRun(
                run: point.run, commit: point.commit,
                samples: blocks[point.measurement]?.samples ?? [], epoch: point.epoch)
        }
    }
}

/// Where a candidate stands among the points of a series.
struct CandidatePlace {
    let commit: CommitHash
    let commitTime: ServerTime
    /// How many commits lead to it; nil where the repository did not say.
    let position: Int64?
    /// With `session_id`.
    let row: Row

    /// Nil where the run has no measurement in the series. `key`: project, series, run.
    static func find(
        _ key: [DatabaseValue], _ connection: any Connection
    ) throws -> CandidatePlace? {
        let rows = try connection.query(
            """
            SELECT measurement.commit_hash, measurement.measured_us, attempt.session_id,
                revision.commit_time_us, revision.position
            FROM measurement JOIN attempt ON attempt.id = measurement.attempt_id
            JOIN run ON run.id = measurement.run_id
            LEFT JOIN revision ON revision.repository_id = run.repository_id
                AND revision.commit_hash = measurement.commit_hash
            WHERE measurement.project_id = $1 AND measurement.series_id = $2
                AND measurement.run_id = $3 AND measurement.role = 'candidate'
            ORDER BY measurement.counted DESC, measurement.measured_us DESC LIMIT 1
            """, key)
        guard let row = rows.first else { return nil }
        return CandidatePlace(
            commit: try row.commit("commit_hash"),
            commitTime: try row.optionalTime("commit_time_us") ?? row.time("measured_us"),
            position: try row.optionalInteger("position"), row: row)
    }

    /// What a point before it fulfils, with `$n` from `first` on. Where the repository knows both,
    /// their places decide; clocks of committers differ.
    func condition(from first: Int) -> (sql: String, values: [DatabaseValue]) {
        let time = "COALESCE(revision.commit_time_us, measurement.measured_us)"
        let another = "AND measurement.commit_hash <> $\(first) "
        guard let position else {
            return (
                another + "AND \(time) < $\(first + 1)", [.text(commit.text), .time(commitTime)]
            )
        }
        return (
            another + """
                AND CASE WHEN revision.position IS NULL THEN \(time) < $\(first + 1)
                    ELSE revision.position < $\(first + 2) END
                """, [.text(commit.text), .time(commitTime), .integer(position)]
        )
    }
}
