package import Database
package import FleetModel

/// What is known of series: their levels, change points, noise and trend, and which ones wait to
/// be analysed.
///
/// Each point that is stored raises what its series wants, in the same transaction; an analysis is
/// stored only over an older one. So a controller that dies, or two that work at once, lose and
/// double nothing.
package struct SeriesAnalysisStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// Points of a series that are analysed, the newest by ancestry.
    package static let pointsLimit = 20_000

    /// The series have new points.
    static func want(
        _ series: Set<SeriesID>, of project: ProjectID, _ connection: any Connection
    ) throws {
        let now = try connection.now()
        // In one order, so that two writers cannot wait for each other.
        for id in series.sorted() {
            _ = try connection.execute(
                """
                INSERT INTO series_analysis (project_id, series_id, wanted, done, wanted_us,
                    points, levels, flags)
                VALUES ($1, $2, 1, 0, $3, 0, '[]', '[]')
                ON CONFLICT (project_id, series_id) DO UPDATE
                SET wanted = series_analysis.wanted + 1, wanted_us = $3
                """, [.id(project), .id(id), .time(now)])
        }
        if !series.isEmpty { try connection.notify(WorkChannel.series, project.text) }
    }

    /// Series that wait, those that waited longest first, in one transaction.
    package func waiting(limit: Int) async throws -> [SeriesID] {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT series_id FROM series_analysis WHERE done < wanted
                ORDER BY wanted_us, series_id LIMIT $1
                """, [.integer(Int64(limit))]
            ).map { try $0.id("series_id") }
        }
    }

    /// Puts a series behind the others that wait.
    package func postpone(_ series: SeriesID) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            _ = try connection.execute(
                "UPDATE series_analysis SET wanted_us = $2 WHERE series_id = $1",
                [.id(series), .time(try connection.now())])
        }
    }

    /// Stores an analysis and its change points, in one transaction.
    ///
    /// Points that were found before keep their identifiers; those that are found no longer are
    /// withdrawn, and are the same rows again should they come back.
    /// With `isAgain` they take the place of what is stored of the same state, too.
    /// - Returns: false when the same or a newer state of the series was analysed meanwhile;
    ///   nothing is written then.
    @discardableResult
    package func store(
        _ analysis: SeriesAnalysis, _ found: [ChangePointRecord.Finding],
        of reading: SeriesReading, isAgain: Bool = false
    ) async throws -> Bool {
        let series = reading.series
        return try await database.transaction(.write(.ordinary)) { connection in
            let rows = try connection.query(
                """
                SELECT done FROM series_analysis WHERE project_id = $1 AND series_id = $2
                """ + connection.forUpdate, [.id(series.key.project), .id(series.id)])
            guard let row = rows.first,
                try row.integer("done") < reading.wanted + (isAgain ? 1 : 0)
            else { return false }
            let now = try connection.now()
            _ = try connection.execute(
                Self.update,
                [
                    .id(series.key.project), .id(series.id), .integer(reading.wanted),
                    .time(now),
                ] + (try analysis.binds))
            try Self.replace(found, of: series, at: now, connection)
            return true
        }
    }

    private static let update = """
        UPDATE series_analysis SET done = $3, analysed_us = $4, points = $5, levels = $6,
            noise_deviation = $7, noise_rel = $8, detectable_rel = $9, correlation = $10,
            noise_runs = $11, flags = $12, trend_runs = $13, trend_slope = $14,
            trend_theil_sen = $15, trend_p = $16, trend_drift = $17, trend_month_rel = $18,
            trend_breach_runs = $19, suspect = $20, engine_version = $21
        WHERE project_id = $1 AND series_id = $2
        """

    private static func replace(
        _ found: [ChangePointRecord.Finding], of series: SeriesRecord, at now: ServerTime,
        _ connection: any Connection
    ) throws {
        let known = try connection.query(
            "SELECT * FROM change_point WHERE series_id = $1", [.id(series.id)]
        ).map { try ChangePointRecord($0) }
        var old = Dictionary(
            known.map { (Place($0.found), $0) }, uniquingKeysWith: { first, _ in first })
        for finding in found {
            guard let record = old.removeValue(forKey: Place(finding)) else {
                try insert(finding, of: series, at: now, connection)
                continue
            }
            guard record.found != finding || !record.isActive else { continue }
            try rewrite(record.id, finding, connection)
        }
        for record in old.values.sorted(by: { $0.id < $1.id }) where record.isActive {
            _ = try connection.execute(
                "UPDATE change_point SET state = $2, withdrawn_us = $3 WHERE id = $1",
                [.id(record.id), .text(ChangePointRecord.withdrawn), .time(now)])
        }
    }

    /// What makes two findings the same change point.
    private struct Place: Hashable {
        let kind: SeriesBoundary.Kind
        let measurement: MeasurementID

        init(_ finding: ChangePointRecord.Finding) {
            kind = finding.kind
            measurement = finding.measurement
        }
    }

    private static func insert(
        _ finding: ChangePointRecord.Finding, of series: SeriesRecord, at now: ServerTime,
        _ connection: any Connection
    ) throws {
        var random = SystemRandomNumberGenerator()
        let columns =
            ["id", "project_id", "series_id", "state", "found_us"]
            + ChangePointRecord.Finding.columns
        let places = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        _ = try connection.execute(
            "INSERT INTO change_point (\(columns.joined(separator: ", "))) VALUES (\(places))",
            [
                .id(ChangePointID(at: now, using: &random)), .id(series.key.project),
                .id(series.id), .text(ChangePointRecord.active), .time(now),
            ] + finding.binds)
    }

    private static func rewrite(
        _ id: ChangePointID, _ finding: ChangePointRecord.Finding, _ connection: any Connection
    ) throws {
        let columns = ChangePointRecord.Finding.columns
        let assignments = columns.enumerated().map { "\($0.element) = $\($0.offset + 3)" }
        _ = try connection.execute(
            """
            UPDATE change_point SET state = $2, withdrawn_us = NULL,
                \(assignments.joined(separator: ", "))
            WHERE id = $1
            """, [.id(id), .text(ChangePointRecord.active)] + finding.binds)
    }
}
