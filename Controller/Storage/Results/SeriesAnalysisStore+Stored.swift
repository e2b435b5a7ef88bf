import Database
package import FleetModel

/// What is stored of series, for whoever makes it again.
extension SeriesAnalysisStore {
    /// Which series are meant; nil narrows nothing.
    package struct Choice: Hashable, Sendable {
        package var project: ProjectID?
        package var series: SeriesID?
        /// Analysed at that time or later.
        package var since: ServerTime?

        package init() {}
    }

    /// An analysis with the active change points, as one snapshot.
    package struct Stored: Hashable, Sendable {
        package let analysis: SeriesAnalysis
        /// By the place of their first points.
        package let changePoints: [ChangePointRecord]
        /// The state of the series that it was made of.
        package let wanted: Int64
        /// Points came since, which nobody has looked at.
        package let isBehind: Bool
    }

    /// By identifier, at most `limit` behind `after`, in one transaction.
    package func series(
        _ choice: Choice, after: SeriesID?, limit: Int
    ) async throws -> [SeriesID] {
        var narrowing = Narrowing("series_id > $1", .text(after?.text ?? ""))
        narrowing.among("project_id", choice.project.map { [.id($0)] } ?? [])
        narrowing.among("series_id", choice.series.map { [.id($0)] } ?? [])
        if let since = choice.since {
            narrowing.match(.time(since)) { "analysed_us >= \($0)" }
        }
        let (condition, binds) = (narrowing.condition, narrowing.binds)
        return try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT series_id FROM series_analysis WHERE \(condition)
                ORDER BY series_id LIMIT $\(binds.count + 1)
                """, binds + [.integer(Int64(limit))]
            ).map { try $0.id("series_id") }
        }
    }

    /// Nil for a series that nothing was accepted of; one transaction.
    package func stored(of series: SeriesID) async throws -> Stored? {
        try await database.transaction(.read) { connection in
            let rows = try connection.query(
                """
                SELECT \(SeriesAnalysis.columns), wanted, done FROM series_analysis
                WHERE series_id = $1
                """, [.id(series)])
            guard let row = rows.first else { return nil }
            let wanted = try row.integer("wanted")
            return Stored(
                analysis: try SeriesAnalysis(row),
                changePoints: try connection.query(
                    """
                    SELECT * FROM change_point WHERE series_id = $1 AND state = 'active'
                    ORDER BY COALESCE(position, 0), committed_us, id
                    """, [.id(series)]
                ).map { try ChangePointRecord($0) },
                wanted: wanted, isBehind: try row.integer("done") < wanted)
        }
    }
}
