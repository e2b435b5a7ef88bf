package import Database
package import FleetModel

/// Change points of series, for reading.
package struct ChangePointStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// Every name that the project's series have, in one transaction.
    package func benchmarks(of project: ProjectID) async throws -> [String] {
        try await SeriesStore(database).benchmarks(of: project)
    }

    /// What a list is narrowed to; empty lists narrow nothing.
    package struct Filter: Hashable, Sendable {
        package var series: [SeriesID] = []
        package var directions: [Direction] = []
        package var kinds: [SeriesBoundary.Kind] = []
        package var benchmarks: [String] = []
        package var commit: CommitHash?
        /// Withdrawn ones as well.
        package var withWithdrawn = false

        package init() {}

        /// All that narrows, as one text: what a cursor is bound to.
        package var hashText: String {
            [
                series.map(\.text), directions.map(\.rawValue), kinds.map(\.rawValue), benchmarks,
                [commit?.text ?? "", "\(withWithdrawn)"],
            ].map { JSONText.quoted($0.joined(separator: "\n")) }.joined(separator: " ")
        }
    }

    /// Where a page of a list ended.
    package struct Position: Hashable, Sendable {
        package let foundAt: ServerTime
        package let id: ChangePointID

        package init(foundAt: ServerTime, id: ChangePointID) {
            self.foundAt = foundAt
            self.id = id
        }
    }

    /// A change point with what its series measures.
    package struct Listed: Hashable, Sendable {
        package let record: ChangePointRecord
        package let series: SeriesRecord
    }

    /// Nil for an unknown one; one transaction.
    package func changePoint(_ id: ChangePointID) async throws -> Listed? {
        try await database.transaction(.read) { connection in
            try Self.listed(connection, "change_point.id = $1", [.id(id)], limit: 1).first
        }
    }

    /// Active ones of a series, oldest commit first, in one transaction.
    package func active(of series: SeriesID, limit: Int) async throws -> [ChangePointRecord] {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT * FROM change_point WHERE series_id = $1 AND state = 'active'
                ORDER BY COALESCE(position, 0) DESC, committed_us DESC, id DESC LIMIT $2
                """, [.id(series), .integer(Int64(limit))]
            ).reversed().map { try ChangePointRecord($0) }
        }
    }

    /// Found last first, at most `limit`, in one transaction.
    package func changePoints(
        of project: ProjectID, _ filter: Filter, after: Position?, limit: Int
    ) async throws -> [Listed] {
        let narrowing = Self.narrowing(project, filter, after)
        return try await database.transaction(.read) { connection in
            try Self.listed(connection, narrowing.condition, narrowing.binds, limit: limit)
        }
    }

    private static func narrowing(
        _ project: ProjectID, _ filter: Filter, _ after: Position?
    ) -> Narrowing {
        var narrowing = Narrowing("change_point.project_id = $1", .id(project))
        narrowing.among("change_point.series_id", filter.series.map { .id($0) })
        narrowing.among("change_point.direction", filter.directions.map { .word($0) })
        narrowing.among("change_point.kind", filter.kinds.map { .word($0) })
        narrowing.among("series.benchmark", filter.benchmarks.map { .text($0) })
        narrowing.among("change_point.first_bad", filter.commit.map { [.text($0.text)] } ?? [])
        if !filter.withWithdrawn { narrowing.require("change_point.state = 'active'") }
        if let after {
            narrowing.match(.time(after.foundAt), .id(after.id)) {
                """
                (change_point.found_us < \($0)
                    OR (change_point.found_us = \($0) AND change_point.id < \($1)))
                """
            }
        }
        return narrowing
    }

    private static func listed(
        _ connection: any Connection, _ condition: String, _ binds: [DatabaseValue], limit: Int
    ) throws -> [Listed] {
        try connection.query(
            """
            SELECT \(SeriesRecord.columns), change_point.* FROM change_point
            JOIN series ON series.id = change_point.series_id
            WHERE \(condition) ORDER BY change_point.found_us DESC, change_point.id DESC
            LIMIT $\(binds.count + 1)
            """, binds + [.integer(Int64(limit))]
        ).map { Listed(record: try ChangePointRecord($0), series: try SeriesRecord($0)) }
    }
}
