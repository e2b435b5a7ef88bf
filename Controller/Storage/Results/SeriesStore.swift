package import Database
package import FleetModel

/// Series over commits, from the figures of measurements; samples are not read.
package struct SeriesStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// A series with how much there is of it.
    package struct Overview: Hashable, Sendable {
        package let record: SeriesRecord
        /// Measurements of candidates that count.
        package let points: Int
        package let lastAt: ServerTime?
        package let hostName: String
    }

    /// What a list of series is narrowed to; empty lists narrow nothing.
    package struct Filter: Hashable, Sendable {
        package var benchmarks: [String] = []
        package var metrics: [String] = []
        package var providers: [String] = []
        package var hostClasses: [String] = []
        package var hosts: [HostID] = []
        /// The name holds this text, whatever the case.
        package var text: String?

        package init() {}

        /// All that narrows, as one text: what a cursor is bound to.
        package var hashText: String {
            [benchmarks, metrics, providers, hostClasses, hosts.map(\.text), [text ?? ""]]
                .map { JSONText.quoted($0.joined(separator: "\n")) }.joined(separator: " ")
        }
    }

    /// Where a page of a list ended.
    package struct Position: Hashable, Sendable {
        package let benchmark: String
        package let id: SeriesID

        package init(benchmark: String, id: SeriesID) {
            self.benchmark = benchmark
            self.id = id
        }
    }

    /// One transaction; nil for an unknown series.
    package func series(_ id: SeriesID) async throws -> Overview? {
        try await database.transaction(.read) { connection in
            try Self.overviews(connection, "series.id = $1", [.id(id)], limit: 1).first
        }
    }

    /// By benchmark, then by age, at most `limit`, in one transaction.
    package func series(
        of project: ProjectID, _ filter: Filter, after: Position?, limit: Int
    ) async throws -> [Overview] {
        let (condition, binds) = Self.condition(project, filter, after)
        return try await database.transaction(.read) { connection in
            try Self.overviews(connection, condition, binds, limit: limit)
        }
    }

    /// Those of the same project, benchmark and parameters, the given one among them, in one
    /// transaction: other metrics, hosts, providers and configurations.
    package func relatives(of series: SeriesRecord, limit: Int) async throws -> [Overview] {
        let key = series.key
        return try await database.transaction(.read) { connection in
            try Self.overviews(
                connection,
                "series.project_id = $1 AND series.benchmark = $2 AND series.params = $3",
                [.id(key.project), .text(key.benchmark), .parameters(key.parameters)],
                limit: limit)
        }
    }

    private static func condition(
        _ project: ProjectID, _ filter: Filter, _ after: Position?
    ) -> (String, [DatabaseValue]) {
        var conditions = ["series.project_id = $1"]
        var binds: [DatabaseValue] = [.id(project)]
        func narrow(_ column: String, _ values: [DatabaseValue]) {
            guard !values.isEmpty else { return }
            let places = values.indices.map { "$\(binds.count + $0 + 1)" }
            conditions.append("series.\(column) IN (\(places.joined(separator: ", ")))")
            binds += values
        }
        narrow("benchmark", filter.benchmarks.map { .text($0) })
        narrow("metric", filter.metrics.map { .text($0) })
        narrow("provider", filter.providers.map { .text($0) })
        narrow("host_class", filter.hostClasses.map { .text($0) })
        narrow("host_id", filter.hosts.map { .id($0) })
        if let text = filter.text, !text.isEmpty {
            conditions.append("LOWER(series.benchmark) LIKE $\(binds.count + 1) ESCAPE '!'")
            binds.append(.text(Self.pattern(text)))
        }
        if let after {
            let place = binds.count + 1
            conditions.append(
                "(series.benchmark > $\(place)"
                    + " OR (series.benchmark = $\(place) AND series.id > $\(place + 1)))")
            binds += [.text(after.benchmark), .id(after.id)]
        }
        return (conditions.joined(separator: " AND "), binds)
    }

    private static func pattern(_ text: String) -> String {
        var pattern = "%"
        for character in text.lowercased() {
            if "!%_".contains(character) { pattern.append("!") }
            pattern.append(character)
        }
        return pattern + "%"
    }

    private static func overviews(
        _ connection: any Connection, _ condition: String, _ binds: [DatabaseValue], limit: Int
    ) throws -> [Overview] {
        try connection.query(
            """
            SELECT \(SeriesRecord.columns), host.name AS host_name,
                (SELECT COUNT(*) FROM measurement WHERE measurement.project_id = series.project_id
                    AND measurement.series_id = series.id AND measurement.role = 'candidate'
                    AND measurement.counted = 1 AND measurement.in_series = 1) AS point_count,
                (SELECT MAX(measured_us) FROM measurement
                    WHERE measurement.project_id = series.project_id
                    AND measurement.series_id = series.id AND measurement.role = 'candidate'
                    AND measurement.counted = 1 AND measurement.in_series = 1) AS last_us
            FROM series JOIN host ON host.id = series.host_id
            WHERE \(condition) ORDER BY series.benchmark, series.id LIMIT $\(binds.count + 1)
            """, binds + [.integer(Int64(limit))]
        ).map { row in
            Overview(
                record: try SeriesRecord(row),
                points: Int(clamping: try row.integer("point_count")),
                lastAt: try row.optionalTime("last_us"), hostName: try row.text("host_name"))
        }
    }
}
