package import Database
package import FleetModel

/// Changes of dependencies with what a metric did, in all projects: as clients send them, and as
/// judged runs show them (decision record 0068).
package struct DependencyEventStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// A version that became another one; an absent version is a value of its own.
    package struct Change: Hashable, Sendable {
        package let dependency: String
        package let oldVersion: String?
        package let newVersion: String?

        package init(dependency: String, oldVersion: String?, newVersion: String?) {
            self.dependency = dependency
            self.oldVersion = oldVersion
            self.newVersion = newVersion
        }
    }

    /// What a metric of a benchmark did; a positive delta is a regression, in the client's unit.
    package struct Effect: Hashable, Sendable {
        package let project: String
        package let benchmark: String
        package let metric: String
        package let delta: Double
        /// Nil for what a client told.
        package let source: Source?

        package init(
            project: String, benchmark: String, metric: String, delta: Double,
            source: Source? = nil
        ) {
            self.project = project
            self.benchmark = benchmark
            self.metric = metric
            self.delta = delta
            self.source = source
        }
    }

    /// The row of a run that shows an effect.
    package struct Source: Hashable, Sendable {
        package let run: RunID
        package let parameters: Parameters

        package init(run: RunID, parameters: Parameters) {
            self.run = run
            self.parameters = parameters
        }
    }

    package struct Event: Hashable, Sendable {
        package let id: String
        package let change: Change
        package let effect: Effect
        package let createdAt: ServerTime
    }

    /// Stores one event for each change, all of one moment, in one transaction.
    package func record(_ changes: [Change], _ effect: Effect) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            try Self.insert(
                changes.map { ($0, effect) }, of: nil, at: try connection.now(), connection)
        }
    }

    /// `project`: whose run shows them; nil for what a client told.
    static func insert(
        _ events: [(change: Change, effect: Effect)], of project: ProjectID?, at now: ServerTime,
        _ connection: any Connection
    ) throws {
        try connection.bulkInsert(
            into: "dependency_event",
            columns: [
                "id", "project", "benchmark", "dependency", "old_version", "new_version",
                "metric", "delta", "created_us", "place", "project_id", "run_id", "params",
            ],
            rows: events.enumerated().map { place, event in
                let (change, effect) = event
                return [
                    .text(RecordID.make()), .text(effect.project), .text(effect.benchmark),
                    .text(change.dependency), .text(change.oldVersion),
                    .text(change.newVersion), .text(effect.metric), .real(effect.delta),
                    .time(now), .integer(Int64(place)), .id(project), .id(effect.source?.run),
                    .text(effect.source?.parameters.canonicalText),
                ]
            })
    }
}

extension DependencyEventStore.Change {
    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            dependency: try row.text("dependency"),
            oldVersion: try row.optionalText("old_version"),
            newVersion: try row.optionalText("new_version"))
    }
}

extension DependencyEventStore.Effect {
    init(_ row: Row) throws(DatabaseFailure) {
        let run: RunID? = try row.optionalID("run_id")
        self.init(
            project: try row.text("project"), benchmark: try row.text("benchmark"),
            metric: try row.text("metric"), delta: try row.real("delta"),
            source: try run.map { run throws(DatabaseFailure) in
                DependencyEventStore.Source(run: run, parameters: try row.parameters("params"))
            })
    }
}

extension DependencyEventStore.Event {
    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            id: try row.text("id"), change: try DependencyEventStore.Change(row),
            effect: try DependencyEventStore.Effect(row), createdAt: try row.time("created_us"))
    }
}
