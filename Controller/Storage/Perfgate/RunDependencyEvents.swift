import Database
import FleetModel

/// The dependency events that a judged run shows: what its lockfiles pin otherwise than those of
/// its base, with what the rows of its decision did (decision record 0068).
enum RunDependencyEvents {
    /// Changes that one run tells of, direct dependencies first.
    static let mostChanges = 100
    /// Rows that one run tells of, the largest shifts first.
    static let mostEffects = 50

    private typealias Change = DependencyEventStore.Change
    private typealias Effect = DependencyEventStore.Effect

    private struct Statement: Hashable {
        let change: Change
        let effect: Effect

        init(_ change: Change, _ effect: Effect) {
            self.change = change
            self.effect = effect
        }

        init(_ event: DependencyEventStore.Event) { self.init(event.change, event.effect) }
    }

    /// Makes the run's events those of the decision that it has now. What was told before and
    /// still holds keeps its id and its time; repeating it changes nothing.
    ///
    /// The run must be locked.
    static func refresh(of id: RunID, _ connection: any Connection) throws {
        let told = try connection.query(
            "SELECT * FROM dependency_event WHERE run_id = $1", [.id(id)]
        ).map { try DependencyEventStore.Event($0) }
        guard let run = try run(id, connection) else { return }
        let statements = try statements(of: run, connection)
        let wanted = Set(statements)
        for event in told where !wanted.contains(Statement(event)) {
            _ = try connection.execute(
                "DELETE FROM dependency_event WHERE id = $1", [.text(event.id)])
        }
        let known = Set(told.map { Statement($0) })
        try DependencyEventStore.insert(
            statements.filter { !known.contains($0) }.map { ($0.change, $0.effect) },
            of: run.project, at: connection.now(), connection)
    }

    private static func run(_ id: RunID, _ connection: any Connection) throws -> RunRecord? {
        try connection.query("SELECT \(RunRecord.columns) FROM run WHERE id = $1", [.id(id)])
            .first.map { try RunRecord($0) }
    }

    /// Nothing for a change that nobody committed.
    private static func statements(
        of run: RunRecord, _ connection: any Connection
    ) throws -> [Statement] {
        guard run.base != nil, run.patch == nil else { return [] }
        let excluded = try ExclusionStore.exclusions(of: run.id, connection)
        let effects = try effects(of: run.id, connection).filter {
            !excluded.excludes($0.benchmark)
        }
        guard !effects.isEmpty else { return [] }
        let changes = PinnedChange.between(
            try DependencyStore.lockfiles(of: run, .base, connection),
            try DependencyStore.lockfiles(of: run, .candidate, connection))
        return changes.prefix(mostChanges).flatMap { change in
            effects.filter { change.isOf($0.source?.parameters ?? .none) }.map {
                Statement(change.change, $0)
            }
        }
    }

    /// Of the rows that surely went up or down. A positive delta is worse, whatever the metric.
    private static func effects(
        of run: RunID, _ connection: any Connection
    ) throws -> [Effect] {
        try connection.query(
            """
            SELECT project.name AS project, decision_record.benchmark, decision_record.params,
                decision_record.metric, decision_record.direction, decision_record.shift_rel
            FROM comparison
            JOIN project ON project.id = comparison.project_id
            JOIN decision_record ON decision_record.comparison_id = comparison.id
            WHERE comparison.run_id = $1 AND comparison.replaced_us IS NULL
                AND decision_record.state = 'compared' AND decision_record.watched = 1
                AND decision_record.direction IN ('regressed', 'improved')
                AND decision_record.shift_rel IS NOT NULL
            ORDER BY ABS(decision_record.shift_rel) DESC, decision_record.number LIMIT $2
            """, [.id(run), .integer(Int64(mostEffects))]
        ).map { row in
            let direction: Direction = try row.word("direction")
            let size = abs(try row.real("shift_rel"))
            return Effect(
                project: try row.text("project"), benchmark: try row.text("benchmark"),
                metric: try row.text("metric"), delta: direction == .regressed ? size : -size,
                source: .init(run: run, parameters: try row.parameters("params")))
        }
    }
}

/// A version that became another one, wherever a project pins it.
private struct PinnedChange {
    let change: DependencyEventStore.Change
    /// The cells of the matrix in which it is so; nil: all.
    var cells: Set<Parameters>?

    /// Direct ones first, each once. Only what both sides pin in the same file is looked at: a
    /// lockfile that is new has no version before. Other content of the same version has no name
    /// that other projects would know it by.
    static func between(
        _ old: [DependencyStore.Lockfile], _ new: [DependencyStore.Lockfile]
    ) -> [PinnedChange] {
        let paths = Set(old.map(\.path)).intersection(new.map(\.path))
        let found = DependencyChange.changes(
            from: old.filter { paths.contains($0.path) },
            to: new.filter { paths.contains($0.path) })
        var changes: [PinnedChange] = []
        var places: [DependencyEventStore.Change: Int] = [:]
        for change in found where change.old?.version != change.new?.version {
            let pinned = PinnedChange(change)
            if let place = places[pinned.change] {
                changes[place].cells = changes[place].cells.flatMap { known in
                    pinned.cells.map { known.union($0) }
                }
            } else {
                places[pinned.change] = changes.count
                changes.append(pinned)
            }
        }
        return changes
    }

    private init(_ change: DependencyChange) {
        self.change = DependencyEventStore.Change(
            dependency: change.any?.name ?? "", oldVersion: change.old?.version,
            newVersion: change.new?.version)
        cells = change.cells.isEmpty ? nil : Set(change.cells)
    }

    /// Whether a row of these params was measured where the version changed. The axes of a matrix
    /// stand in them as `matrix.AXIS` (project file, §3).
    func isOf(_ parameters: Parameters) -> Bool {
        guard let cells else { return true }
        return cells.contains { cell in
            cell.pairs.allSatisfy { parameters["matrix." + $0.name] == $0.value }
        }
    }
}
