import Database
package import FleetModel

/// Lists of comparisons, without their rows.
extension ComparisonStore {
    /// How many of a comparison's watched rows say what.
    package struct Counts: Hashable, Sendable {
        package private(set) var directions: [Direction: Int] = [:]
        package private(set) var states: [String: Int] = [:]

        package init(_ rows: [RowRecord]) {
            for row in rows where row.isWatched { add(row.direction, row.state, 1) }
        }

        fileprivate mutating func add(_ direction: Direction, _ state: String, _ count: Int) {
            directions[direction, default: 0] += count
            states[state, default: 0] += count
        }
    }

    /// Its comparison has no rows.
    package struct Listed: Sendable {
        package let comparison: Comparison
        package let counts: Counts
    }

    /// What a project's list is narrowed to; empty lists narrow nothing.
    package struct ListFilter: Sendable {
        package var directions: [Direction] = []
        package var decisions: [Decision] = []
        package var candidate: CommitHash?
        /// Those that were decided again, too.
        package var withReplaced = false

        package init() {}

        /// All that narrows, as one text: what a cursor is bound to.
        package var hashText: String {
            [
                directions.map(\.rawValue), decisions.map(\.rawValue),
                [candidate?.text ?? "", "\(withReplaced)"],
            ].map { JSONText.quoted($0.joined(separator: "\n")) }.joined(separator: " ")
        }
    }

    /// Where a page of a list ended.
    package struct Position: Hashable, Sendable {
        package let createdAt: ServerTime
        package let id: ComparisonID

        package init(createdAt: ServerTime, id: ComparisonID) {
            self.createdAt = createdAt
            self.id = id
        }
    }

    /// Newest first, at most `limit`, in one transaction.
    package func list(
        of project: ProjectID, _ filter: ListFilter, after: Position?, limit: Int
    ) async throws -> [Listed] {
        let narrowing = Self.narrowing(project, filter, after)
        return try await database.transaction(.read) { connection in
            let found = try connection.query(
                """
                SELECT * FROM comparison WHERE \(narrowing.condition)
                ORDER BY created_us DESC, id DESC LIMIT $\(narrowing.binds.count + 1)
                """, narrowing.binds + [.integer(Int64(limit))]
            ).map { try Comparison($0, rows: []) }
            let counts = try Self.counts(of: found.map(\.id), connection)
            return found.map { Listed(comparison: $0, counts: counts[$0.id] ?? Counts([])) }
        }
    }

    private static func narrowing(
        _ project: ProjectID, _ filter: ListFilter, _ after: Position?
    ) -> Narrowing {
        var narrowing = Narrowing("project_id = $1", .id(project))
        narrowing.among("direction", filter.directions.map { .word($0) })
        narrowing.among("decision", filter.decisions.map { .word($0) })
        narrowing.among("candidate_commit", filter.candidate.map { [.text($0.text)] } ?? [])
        if !filter.withReplaced { narrowing.require("replaced_us IS NULL") }
        if let after {
            narrowing.match(.time(after.createdAt), .id(after.id)) {
                "(created_us < \($0) OR (created_us = \($0) AND id < \($1)))"
            }
        }
        return narrowing
    }

    private static func counts(
        of comparisons: [ComparisonID], _ connection: any Connection
    ) throws -> [ComparisonID: Counts] {
        guard !comparisons.isEmpty else { return [:] }
        var narrowing = Narrowing("watched = $1", .bool(true))
        narrowing.among("comparison_id", comparisons.map { .id($0) })
        let rows = try connection.query(
            """
            SELECT comparison_id, direction, state, COUNT(*) AS number FROM decision_record
            WHERE \(narrowing.condition) GROUP BY comparison_id, direction, state
            """, narrowing.binds)
        var found: [ComparisonID: Counts] = [:]
        for row in rows {
            let id: ComparisonID = try row.id("comparison_id")
            found[id, default: Counts([])].add(
                try row.word("direction"), try row.text("state"),
                Int(clamping: try row.integer("number")))
        }
        return found
    }
}
