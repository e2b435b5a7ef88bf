import Database
package import FleetModel

extension SeriesStore {
    /// The newest points of a series in the order of their commits.
    package struct Points: Hashable, Sendable {
        /// Oldest commit first.
        package let points: [SeriesPoint]
        /// There are older ones, which were not read.
        package let hasOlder: Bool
        /// By digest.
        package let epochs: [String: PlatformEpoch]

        package init(points: [SeriesPoint], hasOlder: Bool, epochs: [String: PlatformEpoch]) {
            self.points = points
            self.hasOlder = hasOlder
            self.epochs = epochs
        }
    }

    /// At most so many points are shown in one graph.
    package static let pointsLimit = 5000

    /// Whose points.
    package enum Branch: Hashable, Sendable {
        /// Commits that the repository's default branch leads to, and those of which nothing is
        /// known: the points that are analysed.
        case main
        /// Runs that were asked for by this name.
        case named(String)
        case all

        /// `main` is the project's name for it.
        package init(_ text: String?, main: String) {
            switch text {
            case nil, main?: self = .main
            case "*"?: self = .all
            case let name?: self = .named(name)
            }
        }
    }

    /// The `limit` points whose commits are the newest by ancestry, in one transaction.
    package func points(
        of series: SeriesRecord, on branch: Branch = .main, newest limit: Int
    ) async throws -> Points {
        let binds: [DatabaseValue] =
            if case .named(let name) = branch { [.text(name), .text("refs/heads/" + name)] } else {
                []
            }
        return try await database.transaction(.read) { connection in
            try Self.points(
                connection, ancestralPoints(branch),
                [.id(series.key.project), .id(series.id)] + binds, newest: limit)
        }
    }

    /// At most so many points are read before they are thinned out.
    package static let readLimit = 20_000

    /// Those that were measured last of several series, in their order, in one transaction.
    package func points(of series: [SeriesRecord], newest limit: Int) async throws -> [Points] {
        try await database.transaction(.read) { connection in
            try series.map { try Self.points(of: $0, newest: limit, connection) }
        }
    }

    /// The same of series of one project, which need not exist.
    package func points(
        of series: [SeriesID], in project: ProjectID, newest limit: Int
    ) async throws -> [Points] {
        try await database.transaction(.read) { connection in
            try series.map { try Self.points(of: $0, in: project, newest: limit, connection) }
        }
    }

    private static func points(
        of series: SeriesRecord, newest limit: Int, _ connection: any Connection
    ) throws -> Points {
        try points(of: series.id, in: series.key.project, newest: limit, connection)
    }

    private static func points(
        of series: SeriesID, in project: ProjectID, newest limit: Int, _ connection: any Connection
    ) throws -> Points {
        try points(connection, newestPoints, [.id(project), .id(series)], newest: limit)
    }

    /// The statement's last bind is the number of rows.
    private static func points(
        _ connection: any Connection, _ sql: String, _ binds: [DatabaseValue], newest limit: Int
    ) throws -> Points {
        let wanted = min(max(1, limit), Self.readLimit)
        let rows = try connection.query(sql, binds + [.integer(Int64(wanted + 1))])
        let kept = rows.prefix(wanted)
        let epochs = try Self.epochs(kept, connection)
        let points = try kept.map { row in
            try Self.point(row, epoch: epochs[try row.text("session_id")]?.digest)
        }
        return Points(
            points: CommitOrder.sorted(points), hasOlder: rows.count > wanted,
            epochs: Dictionary(
                epochs.values.map { ($0.digest, $0) }, uniquingKeysWith: { first, _ in first }))
    }

    /// What the agents' sessions said of their hosts, by session; those that are `known` are not
    /// read again.
    static func epochs(
        _ rows: ArraySlice<Row>, known: [String: PlatformEpoch] = [:],
        _ connection: any Connection
    ) throws -> [String: PlatformEpoch] {
        var epochs = known
        for session in Set(try rows.map { try $0.text("session_id") }) where epochs[session] == nil
        {
            let found = try connection.query(
                "SELECT facts FROM host_session WHERE id = $1", [.text(session)])
            guard let row = found.first else { continue }
            epochs[session] = PlatformEpoch(sessionFacts: try row.text("facts"))
        }
        return epochs
    }

    private static func point(_ row: Row, epoch: String?) throws -> SeriesPoint {
        let commit = try row.commit("commit_hash")
        var revision: RevisionStore.Revision?
        if let parents = try row.optionalText("parents") {
            revision = RevisionStore.Revision(
                commit: commit,
                parents: parents.split(separator: " ").compactMap { CommitHash(String($0)) },
                author: try row.text("author"), subject: try row.text("subject"),
                authorTime: try row.time("author_time_us"),
                commitTime: try row.time("commit_time_us"),
                place: try RevisionStore.HistoryPlace(row))
        }
        var decided: SeriesPoint.Decided?
        if let direction: Direction = try row.optionalWord("direction") {
            decided = SeriesPoint.Decided(
                base: try row.commit("base_commit"), direction: direction,
                decision: try row.word("decision"), isWatched: try row.bool("watched"),
                shift: try ComparisonStore.Shift(row, level: "shift_level"))
        }
        return SeriesPoint(
            run: try row.id("run_id"), commit: commit, measuredAt: try row.time("measured_us"),
            figures: try MeasurementRecord.Figures(row), revision: revision, decided: decided,
            epoch: epoch)
    }
}

/// The columns that two tables have under one name are named apart.
private let pointColumns = """
    SELECT measurement.run_id, measurement.commit_hash, measurement.measured_us, measurement.n,
        measurement.invalid_n, measurement.minimum, measurement.median, measurement.mean,
        measurement.p90, measurement.p99, measurement.maximum, measurement.mad,
        measurement.ci_low, measurement.ci_high, measurement.ci_level, measurement.validity,
        attempt.session_id, revision.parents, revision.author, revision.subject,
        revision.author_time_us, revision.commit_time_us, revision.position, revision.on_default,
        comparison.base_commit,
        decided.direction, decided.decision, decided.watched, decided.shift, decided.shift_rel,
        decided.ci_low_rel, decided.ci_high_rel, decided.ci_level AS shift_level
    """

private let pointTables = """
    JOIN attempt ON attempt.id = measurement.attempt_id
    JOIN run ON run.id = measurement.run_id
    LEFT JOIN revision ON revision.repository_id = run.repository_id
        AND revision.commit_hash = measurement.commit_hash
    LEFT JOIN comparison ON comparison.run_id = measurement.run_id
        AND comparison.replaced_us IS NULL
    LEFT JOIN decision_record AS decided ON decided.series_id = measurement.series_id
        AND decided.comparison_id = comparison.id
    """

/// Those measured last, newest first.
private let newestPoints = """
    \(pointColumns)
    FROM (SELECT * FROM measurement WHERE project_id = $1 AND series_id = $2
            AND role = 'candidate' AND counted = 1 AND in_series = 1
            ORDER BY measured_us DESC, id DESC LIMIT $3) AS measurement
    \(pointTables)
    ORDER BY measurement.measured_us DESC, measurement.id DESC
    """

/// Those of the newest commits, newest first; blocks of samples are kept out of the sorting.
private func ancestralPoints(_ branch: SeriesStore.Branch) -> String {
    let (condition, limit) =
        switch branch {
        case .main: ("AND COALESCE(revision.on_default, 1) = 1", "$3")
        case .named: ("AND run.ref IN ($3, $4)", "$5")
        case .all: ("", "$3")
        }
    return """
        \(pointColumns)
        FROM (SELECT measurement.id AS point_id, COALESCE(revision.position, 0) AS point_place,
                measurement.measured_us AS point_us
            FROM measurement JOIN run ON run.id = measurement.run_id
            LEFT JOIN revision ON revision.repository_id = run.repository_id
                AND revision.commit_hash = measurement.commit_hash
            WHERE measurement.project_id = $1 AND measurement.series_id = $2
                AND measurement.role = 'candidate' AND measurement.counted = 1
                AND measurement.in_series = 1 \(condition)
            ORDER BY point_place DESC, point_us DESC, point_id DESC LIMIT \(limit)) AS newest
        JOIN measurement ON measurement.id = newest.point_id
        \(pointTables)
        ORDER BY newest.point_place DESC, newest.point_us DESC, newest.point_id DESC
        """
}
