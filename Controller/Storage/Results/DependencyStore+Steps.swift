import Database
package import FleetModel

extension DependencyStore {
    /// A run of a series whose lockfiles are not those of the run before.
    package struct Step: Hashable, Sendable {
        package let run: RunID
        /// Direct ones first; at least one.
        package let changes: [DependencyChange]
    }

    /// More are not looked at, the oldest of them.
    package static let stepsLimit = 100

    /// Where what is locked changed between neighbours among these runs of a series, in their
    /// order, in one transaction. Runs of which nothing was recorded are passed over.
    package func steps(
        of series: SeriesRecord, over runs: [RunID]
    ) async throws -> [Step] {
        try await database.transaction(.read) { connection in
            let lists = try Self.lists(of: series, connection)
            var pairs: [(run: RunID, old: [String: String], new: [String: String])] = []
            var last: [String: String]?
            for run in runs {
                guard let own = lists[run] else { continue }
                if let last, last != own { pairs.append((run, last, own)) }
                last = own
            }
            var known: [String: [LockedDependency]] = [:]
            return try pairs.suffix(Self.stepsLimit).compactMap { pair in
                let changes = DependencyChange.changes(
                    from: try Self.lockfiles(pair.old, &known, connection),
                    to: try Self.lockfiles(pair.new, &known, connection))
                return changes.isEmpty ? nil : Step(run: pair.run, changes: changes)
            }
        }
    }

    /// By run, the list of each path, as the attempt recorded it that measured the series.
    private static func lists(
        of series: SeriesRecord, _ connection: any Connection
    ) throws -> [RunID: [String: String]] {
        let rows = try connection.query(
            """
            SELECT measurement.run_id, attempt_lockfile.path, attempt_lockfile.list
            FROM measurement JOIN attempt_lockfile
                ON attempt_lockfile.attempt_id = measurement.attempt_id
                AND attempt_lockfile.role = 'candidate'
            WHERE measurement.project_id = $1 AND measurement.series_id = $2
                AND measurement.role = 'candidate' AND measurement.counted = 1
                AND measurement.in_series = 1
            """, [.id(series.key.project), .id(series.id)])
        var lists: [RunID: [String: String]] = [:]
        for row in rows {
            lists[try row.id("run_id"), default: [:]][try row.text("path")] = try row.text("list")
        }
        return lists
    }

    private static func lockfiles(
        _ lists: [String: String], _ known: inout [String: [LockedDependency]],
        _ connection: any Connection
    ) throws -> [Lockfile] {
        try lists.sorted { $0.key < $1.key }.map { path, list in
            let versions = try known[list] ?? Self.versions(of: list, connection)
            known[list] = versions
            return Lockfile(role: .candidate, path: path, versions: versions)
        }
    }
}
