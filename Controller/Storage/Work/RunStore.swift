package import Database
package import FleetModel

/// Reads requests, runs, jobs and attempts.
package struct RunStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// What was taken out of series.
    package var exclusions: ExclusionStore { ExclusionStore(database) }

    package struct RequestRecord: Hashable, Sendable {
        package let id: RequestID
        package let project: ProjectID
        package let triggerKind: String
        package let triggeredBy: String?
        package let reason: String?
        package let comparisons: Int
        package let createdAt: ServerTime
        /// In the order of the request.
        package let runs: [RunRecord]

        /// The least advanced run's state while any is open, else the worst end.
        package var state: JobState {
            JobState.ofRun(
                jobs: runs.map(\.state), hasStoredCases: runs.contains { $0.cases.ok > 0 })
        }

        /// Rises with each change of a run.
        package var revision: Int64 { runs.reduce(0) { $0 &+ $1.revision } }
    }

    /// What a list of runs is narrowed to; nil fields narrow nothing.
    package struct Filter: Hashable, Sendable {
        package var project: ProjectID?
        package var state: JobState?
        package var commit: String?
        package var hostClass: String?
        package var decision: Decision?
        /// Of each of them one of its values.
        package var labels: [String: Set<String>] = [:]
        /// Runs that are older than this one, by its creation time and identifier.
        package var after: Position?

        package init() {}

        /// All that narrows, as one text: what a cursor is bound to.
        package var hashText: String {
            let words = [state?.rawValue, commit, hostClass, decision?.rawValue].map { $0 ?? "*" }
            let wanted = labels.sorted { $0.key < $1.key }.flatMap { [$0.key] + $0.value.sorted() }
            return (words + wanted).joined(separator: "\n")
        }
    }

    package struct Position: Hashable, Sendable {
        package let createdAt: ServerTime
        package let run: RunID

        package init(createdAt: ServerTime, run: RunID) {
            self.createdAt = createdAt
            self.run = run
        }
    }

    package struct TimelineEntry: Hashable, Sendable {
        package let at: ServerTime
        package let kind: String
        package let name: String
        package let text: String?
    }

    /// One transaction; nil for an unknown run.
    package func run(_ id: RunID) async throws -> RunRecord? {
        try await rows("SELECT \(RunRecord.columns) FROM run WHERE id = $1", [.id(id)])
            .first.map { try RunRecord($0) }
    }

    /// Newest first, at most `limit`, in one transaction.
    package func runs(_ filter: Filter, limit: Int) async throws -> [RunRecord] {
        var narrowed = Narrowing("1 = CAST($1 AS BIGINT)", .integer(1))
        filter.narrow(&narrowed)
        let count = narrowed.bind([.integer(Int64(limit))])
        let sql = """
            SELECT \(RunRecord.columns) FROM run WHERE \(narrowed.condition)
            ORDER BY created_us DESC, id DESC LIMIT \(count[0])
            """
        return try await rows(sql, narrowed.binds).map { try RunRecord($0) }
    }

    /// The newest run of the natural key that has not ended without results, in one transaction.
    package func reusable(_ naturalKey: String, of project: ProjectID) async throws -> RunRecord? {
        try await rows(
            """
            SELECT \(RunRecord.columns) FROM run WHERE project_id = $1 AND natural_key = $2
                AND state NOT IN ('failed', 'cancelled', 'expired', 'superseded')
                AND NOT EXISTS (
                    SELECT 1 FROM job
                    WHERE job.run_id = run.id AND job.cancel_requested_us IS NOT NULL)
            ORDER BY created_us DESC, id DESC LIMIT 1
            """, [.id(project), .text(naturalKey)]
        ).first.map { try RunRecord($0) }
    }

    /// One transaction; nil for an unknown request.
    package func request(_ id: RequestID) async throws -> RequestRecord? {
        try await database.transaction(.read) { connection in
            let sql = "SELECT * FROM request WHERE id = $1"
            guard let row = try connection.query(sql, [.id(id)]).first else { return nil }
            let runs = try connection.query(
                """
                SELECT \(RunRecord.columns) FROM run
                JOIN (SELECT run_id AS part, place FROM request_run WHERE request_id = $1)
                    AS parts ON parts.part = run.id
                ORDER BY parts.place
                """, [.id(id)])
            return RequestRecord(
                id: id, project: try row.id("project_id"),
                triggerKind: try row.text("trigger_kind"),
                triggeredBy: try row.optionalText("triggered_by"),
                reason: try row.optionalText("reason"),
                comparisons: Int(clamping: try row.integer("comparisons")),
                createdAt: try row.time("created_us"), runs: try runs.map { try RunRecord($0) })
        }
    }

    /// One transaction; nil for an unknown job.
    package func job(_ id: JobID) async throws -> JobRecord? {
        try await rows("SELECT \(JobRecord.columns) FROM job WHERE id = $1", [.id(id)])
            .first.map { try JobRecord($0) }
    }

    /// In the order of the matrix, in one transaction.
    package func jobs(of run: RunID) async throws -> [JobRecord] {
        try await rows(
            "SELECT \(JobRecord.columns) FROM job WHERE run_id = $1 ORDER BY place, id",
            [.id(run)]
        ).map { try JobRecord($0) }
    }

    /// Open jobs, those at work first, then in the order in which they are claimed, in one
    /// transaction.
    package func queue(limit: Int) async throws -> [JobRecord] {
        try await rows(
            """
            SELECT \(JobRecord.columns) FROM job WHERE state IN ('waiting', 'queued', 'running')
            ORDER BY CASE state WHEN 'running' THEN 0 WHEN 'queued' THEN 1 ELSE 2 END,
                priority_rank, queued_us, place, id LIMIT $1
            """, [.integer(Int64(limit))]
        ).map { try JobRecord($0) }
    }

    /// One transaction; nil for an unknown attempt.
    package func attempt(_ id: AttemptID) async throws -> AttemptRecord? {
        try await rows("SELECT \(AttemptRecord.columns) FROM attempt WHERE id = $1", [.id(id)])
            .first.map { try AttemptRecord($0) }
    }

    /// Oldest first, in one transaction.
    package func attempts(of run: RunID) async throws -> [AttemptRecord] {
        try await rows(
            """
            SELECT \(AttemptRecord.columns) FROM attempt WHERE run_id = $1
            ORDER BY created_us, number, id
            """, [.id(run)]
        ).map { try AttemptRecord($0) }
    }

    /// Oldest first, in one transaction.
    package func timeline(of attempt: AttemptID) async throws -> [TimelineEntry] {
        try await rows(
            """
            SELECT at_us, kind, name, text FROM attempt_event WHERE attempt_id = $1
            ORDER BY number
            """, [.id(attempt)]
        ).map { row in
            TimelineEntry(
                at: try row.time("at_us"), kind: try row.text("kind"),
                name: try row.text("name"), text: try row.optionalText("text"))
        }
    }

    private func rows(_ sql: String, _ binds: [DatabaseValue]) async throws -> [Row] {
        try await database.transaction(.read) { try $0.query(sql, binds) }
    }
}

extension RunStore.Filter {
    fileprivate func narrow(_ list: inout Narrowing) {
        if let project { list.match(.id(project)) { "project_id = \($0)" } }
        if let state { list.match(.word(state)) { "state = \($0)" } }
        if let hostClass { list.match(.text(hostClass)) { "host_class = \($0)" } }
        if let decision { list.match(.word(decision)) { "decision = \($0)" } }
        if let commit {
            list.match(.text(commit), .text(commit + "~")) {
                "commit_hash >= \($0) AND commit_hash < \($1)"
            }
        }
        for (name, values) in labels.sorted(by: { $0.key < $1.key }) {
            let wanted = list.bind(values.sorted().map { .text($0) }).joined(separator: ", ")
            list.match(.text(name)) { name in
                "id IN (SELECT run_id FROM run_label WHERE run_label.project_id = run.project_id "
                    + "AND name = \(name) AND value IN (\(wanted)))"
            }
        }
        if let after {
            list.match(.time(after.createdAt), .id(after.run)) {
                "(created_us < \($0) OR (created_us = \($0) AND id < \($1)))"
            }
        }
    }
}
