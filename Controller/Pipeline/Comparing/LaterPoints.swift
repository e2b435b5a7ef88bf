import Analysis
import FleetModel
import Storage

/// Reads what was measured of a series after a commit, each series once.
struct LaterPoints {
    let series: SeriesStore
    private var known: [SeriesID: [SeriesPoint]] = [:]

    init(series: SeriesStore) { self.series = series }

    /// Whether runs of later commits bear out a row that failed: the nearest ones of the default
    /// branch, in the order of ancestry, made on the same platform of the same host. The commit's
    /// own runs say nothing of what came after.
    mutating func persistence(
        of row: ComparisonStore.RowRecord, in comparison: ComparisonStore.Comparison
    ) async throws -> Persistence {
        guard let id = row.series, let base = row.base?.median, let shift = row.shift?.relative,
            let threshold = row.threshold
        else { return .unknown }
        let points = try await points(of: id)
        let commit = comparison.candidate.commit
        guard let place = points.lastIndex(where: { $0.commit == commit }) else { return .unknown }
        let later = points[(place + 1)...].filter { $0.epoch == points[place].epoch }
        return Persistence(
            later.compactMap(\.figures.median), base: base, shift: shift, threshold: threshold)
    }

    private mutating func points(of id: SeriesID) async throws -> [SeriesPoint] {
        if let points = known[id] { return points }
        guard let found = try await series.series(id) else { return [] }
        let points = try await series.points(of: found.record, newest: SeriesStore.readLimit).points
        known[id] = points
        return points
    }
}
