import Database
package import FleetModel
import FoundationEssentials

/// What the analysis of a series found, as it is stored.
package struct SeriesAnalysis: Hashable, Sendable {
    /// Points that it was made of.
    package let points: Int
    /// By the place of their first points.
    package let levels: [Level]
    package let noise: SeriesNoise?
    package let trend: SeriesTrend?
    package let suspect: SeriesSuspicion?
    /// Nil while there was none yet.
    package let engineVersion: String?

    package init(
        points: Int, levels: [Level], noise: SeriesNoise?, trend: SeriesTrend?,
        suspect: SeriesSuspicion?, engineVersion: String?
    ) {
        self.points = points
        self.levels = levels
        self.noise = noise
        self.trend = trend
        self.suspect = suspect
        self.engineVersion = engineVersion
    }

    /// A stretch of runs of one epoch between two changes.
    package struct Level: Codable, Hashable, Sendable {
        package let epoch: String
        package let firstRun: String
        package let lastRun: String
        package let count: Int
        package let median: Double
        /// Of the first run's commit in its history.
        package let position: Int64?
        package let committedMicroseconds: Int64

        package init(
            epoch: String, firstRun: RunID, lastRun: RunID, count: Int, median: Double,
            position: Int64?, committedAt: ServerTime
        ) {
            self.epoch = epoch
            self.firstRun = firstRun.text
            self.lastRun = lastRun.text
            self.count = count
            self.median = median
            self.position = position
            committedMicroseconds = committedAt.microseconds
        }

        var tracked: SeriesTrack.Level {
            SeriesTrack.Level(
                epoch: epoch, median: median,
                start: HistoryMoment(
                    position: position,
                    time: ServerTime(microseconds: committedMicroseconds)))
        }

        private enum CodingKeys: String, CodingKey {
            case epoch
            case firstRun = "first_run"
            case lastRun = "last_run"
            case count, median, position
            case committedMicroseconds = "committed_us"
        }
    }

    package static let none = SeriesAnalysis(
        points: 0, levels: [], noise: nil, trend: nil, suspect: nil, engineVersion: nil)
}

extension SeriesAnalysis {
    static let columns = """
        series_analysis.points, series_analysis.levels, series_analysis.noise_deviation,
        series_analysis.noise_rel, series_analysis.detectable_rel, series_analysis.correlation,
        series_analysis.noise_runs, series_analysis.flags, series_analysis.trend_runs,
        series_analysis.trend_slope, series_analysis.trend_theil_sen, series_analysis.trend_p,
        series_analysis.trend_drift, series_analysis.trend_month_rel,
        series_analysis.trend_breach_runs, series_analysis.suspect,
        series_analysis.engine_version
        """

    init(_ row: Row) throws(DatabaseFailure) {
        let text = try row.text("levels")
        guard let levels = try? JSONDecoder().decode([Level].self, from: Data(text.utf8)) else {
            throw .wrongType(column: "levels", expected: "an array of levels", found: text)
        }
        self.init(
            points: Int(clamping: try row.integer("points")), levels: levels,
            noise: try Self.noise(row), trend: try Self.trend(row),
            suspect: try row.optionalWord("suspect"),
            engineVersion: try row.optionalText("engine_version"))
    }

    private static func noise(_ row: Row) throws(DatabaseFailure) -> SeriesNoise? {
        guard let deviation = try row.optionalReal("noise_deviation") else { return nil }
        return SeriesNoise(
            deviation: deviation, relative: try row.optionalReal("noise_rel"),
            detectable: try row.optionalReal("detectable_rel"),
            correlation: try row.optionalReal("correlation") ?? 0,
            runs: Int(clamping: try row.optionalInteger("noise_runs") ?? 0),
            flags: Set(try row.textList("flags").compactMap(SeriesFlag.init)))
    }

    private static func trend(_ row: Row) throws(DatabaseFailure) -> SeriesTrend? {
        guard let drift: SeriesTrend.Drift = try row.optionalWord("trend_drift") else {
            return nil
        }
        return SeriesTrend(
            runs: Int(clamping: try row.optionalInteger("trend_runs") ?? 0),
            slope: try row.optionalReal("trend_slope") ?? 0,
            theilSen: try row.optionalReal("trend_theil_sen") ?? 0,
            p: try row.optionalReal("trend_p") ?? 1, drift: drift,
            perMonth: try row.optionalReal("trend_month_rel"),
            runsToBreach: try row.optionalInteger("trend_breach_runs").map {
                Int(clamping: $0)
            })
    }

    /// Of the columns from `points` on, in the order of `columns`.
    var binds: [DatabaseValue] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let text = String(decoding: try encoder.encode(levels), as: UTF8.self)
            return [
                .integer(Int64(points)), .text(text), .real(noise?.deviation),
                .real(noise?.relative), .real(noise?.detectable), .real(noise?.correlation),
                .integer(noise.map { Int64($0.runs) }),
                .textList((noise?.flags ?? []).map(\.rawValue).sorted()),
                .integer(trend.map { Int64($0.runs) }), .real(trend?.slope),
                .real(trend?.theilSen), .real(trend?.p), .word(trend?.drift),
                .real(trend?.perMonth), .integer(trend?.runsToBreach.map { Int64($0) }),
                .word(suspect), .text(engineVersion),
            ]
        }
    }
}
