package import Database
package import FleetModel

/// Series over commits, from the figures of measurements; samples are not read.
package struct SeriesStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// What is known of series.
    package var analyses: SeriesAnalysisStore { SeriesAnalysisStore(database) }
    package var changePoints: ChangePointStore { ChangePointStore(database) }
    /// What projects hold their runs against over a long time.
    package var pins: PinnedBaselineStore { PinnedBaselineStore(database) }

    /// A series with how much there is of it.
    package struct Overview: Hashable, Sendable {
        package let record: SeriesRecord
        /// Measurements of candidates that count.
        package let points: Int
        package let lastAt: ServerTime?
        package let hostName: String
    }

    /// What a list of series is narrowed to; empty lists narrow nothing.
    package struct Filter: Sendable {
        package var benchmarks: [String] = []
        package var metrics: [String] = []
        package var providers: [String] = []
        package var hostClasses: [String] = []
        package var hosts: [HostID] = []
        /// The name holds this text, whatever the case.
        package var text: String?
        package var architectures: [String] = []
        package var flags: [SeriesFlag] = []
        /// A change point was found since then.
        package var changedSince: ServerTime?
        package var parameters: [(name: String, value: String)] = []

        package init() {}

        /// All that narrows, as one text: what a cursor is bound to.
        package var hashText: String {
            [
                benchmarks, metrics, providers, hostClasses, hosts.map(\.text), [text ?? ""],
                architectures, flags.map(\.rawValue), ["\(changedSince?.microseconds ?? 0)"],
                parameters.flatMap { [$0.name, $0.value] },
            ].map { JSONText.quoted($0.joined(separator: "\n")) }.joined(separator: " ")
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
        let narrowing = Self.narrowing(project, filter, after)
        return try await database.transaction(.read) { connection in
            try Self.overviews(connection, narrowing.condition, narrowing.binds, limit: limit)
        }
    }

    /// Every name that the project's series have, in one transaction.
    package func benchmarks(of project: ProjectID) async throws -> [String] {
        try await database.transaction(.read) { connection in
            try connection.query(
                "SELECT DISTINCT benchmark FROM series WHERE project_id = $1 ORDER BY benchmark",
                [.id(project)]
            ).map { try $0.text("benchmark") }
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

    private static func narrowing(
        _ project: ProjectID, _ filter: Filter, _ after: Position?
    ) -> Narrowing {
        var narrowing = Narrowing("series.project_id = $1", .id(project))
        narrowing.among("series.benchmark", filter.benchmarks.map { .text($0) })
        narrowing.among("series.metric", filter.metrics.map { .text($0) })
        narrowing.among("series.provider", filter.providers.map { .text($0) })
        narrowing.among("series.host_class", filter.hostClasses.map { .text($0) })
        narrowing.among("series.host_id", filter.hosts.map { .id($0) })
        narrowing.among("series.architecture", filter.architectures.map { .text($0) })
        if let text = filter.text, !text.isEmpty {
            narrowing.match(.text(Self.pattern(text.lowercased()))) {
                "LOWER(series.benchmark) LIKE \($0) ESCAPE '!'"
            }
        }
        for (name, value) in filter.parameters {
            // A quotation mark inside a text is escaped, so this is always a whole member.
            let member = JSONText.quoted(name) + ":" + JSONText.quoted(value)
            narrowing.match(.text(Self.pattern(member))) {
                "series.params LIKE \($0) ESCAPE '!'"
            }
        }
        for flag in filter.flags {
            narrowing.match(.text(Self.pattern(JSONText.quoted(flag.rawValue))), Self.isFlagged)
        }
        if let since = filter.changedSince { narrowing.match(.time(since), Self.hasChanged) }
        if let after {
            narrowing.match(.text(after.benchmark), .id(after.id)) {
                "(series.benchmark > \($0) OR (series.benchmark = \($0) AND series.id > \($1)))"
            }
        }
        return narrowing
    }

    private static func isFlagged(_ bind: String) -> String {
        """
        EXISTS (SELECT 1 FROM series_analysis
            WHERE series_analysis.project_id = series.project_id
            AND series_analysis.series_id = series.id
            AND series_analysis.flags LIKE \(bind) ESCAPE '!')
        """
    }

    private static func hasChanged(_ bind: String) -> String {
        """
        EXISTS (SELECT 1 FROM change_point WHERE change_point.series_id = series.id
            AND change_point.kind = 'change' AND change_point.state = 'active'
            AND change_point.found_us >= \(bind))
        """
    }

    private static func pattern(_ text: String) -> String {
        var pattern = "%"
        for character in text {
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
