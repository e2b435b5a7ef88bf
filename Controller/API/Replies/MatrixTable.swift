import FleetModel
import Storage

/// Benchmarks by classes of hosts: which cells look bad or stale.
struct MatrixTable {
    /// What rows may stand by.
    enum Value: String, Sendable, CaseIterable {
        case change, age, noise, failure
    }

    /// What a benchmark did last on a class of hosts.
    struct Cell {
        /// The series that got a point last.
        let series: SeriesID
        /// Of the newest run against its base.
        let shift: Double?
        let direction: Direction?
        let age: Duration?
        let noise: Double?
        /// It did not end well when it was last measured.
        let hasFailed: Bool

        /// The larger, the worse.
        func weight(_ value: Value) -> Double {
            switch value {
            case .change: abs(shift ?? 0) + (direction == .regressed ? 1_000 : 0)
            case .age: Double(age?.components.seconds ?? .max)
            case .noise: noise ?? 0
            case .failure: hasFailed ? 1 : 0
            }
        }
    }

    struct Row {
        let benchmark: String
        let parameters: Parameters
        /// In the order of the classes; nil where it was never measured.
        let cells: [Cell?]
    }

    let hostClasses: [String]
    /// By name.
    let rows: [Row]

    /// `newest`: of each series, in their order, the point that was measured last.
    init(
        _ series: [SeriesStore.Overview], newest: [SeriesPoint?],
        analyses: [SeriesID: SeriesAnalysis], ends: [SeriesStore.Cell: CaseState],
        at now: ServerTime
    ) {
        let classes = Set(series.map(\.record.key.hostClass)).sorted()
        var cells: [SeriesStore.Cell: Cell] = [:]
        // Of several hosts and configurations the one that was measured last tells of now.
        for (found, point) in zip(series, newest).sorted(by: {
            ($0.0.lastAt?.microseconds ?? 0) < ($1.0.lastAt?.microseconds ?? 0)
        }) {
            let key = found.record.key
            let place = SeriesStore.Cell(
                benchmark: key.benchmark, parameters: key.parameters, hostClass: key.hostClass)
            cells[place] = Cell(
                series: found.record.id, shift: point?.decided?.shift?.relative,
                direction: point?.decided?.direction,
                age: found.lastAt.map { now - $0 },
                noise: analyses[found.record.id]?.noise?.relative,
                hasFailed: ends[place] == .failed || ends[place] == .invalid)
        }
        hostClasses = classes
        let names = Dictionary(grouping: cells.keys) { Name($0) }
        rows = names.keys.sorted().map { name in
            Row(
                benchmark: name.benchmark, parameters: name.parameters,
                cells: classes.map { hostClass in
                    cells[
                        SeriesStore.Cell(
                            benchmark: name.benchmark, parameters: name.parameters,
                            hostClass: hostClass)]
                })
        }
    }

    /// The worst cell of a row first; equal rows stay by name.
    func rows(by value: Value?) -> [Row] {
        guard let value else { return rows }
        let weights = rows.map { row in
            row.cells.compactMap { $0?.weight(value) }.max() ?? 0
        }
        return rows.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }.map { rows[$0] }
    }

    private struct Name: Hashable, Comparable {
        let benchmark: String
        let parameters: Parameters

        init(_ cell: SeriesStore.Cell) {
            benchmark = cell.benchmark
            parameters = cell.parameters
        }

        static func < (lhs: Name, rhs: Name) -> Bool {
            (lhs.benchmark, lhs.parameters.canonicalText)
                < (rhs.benchmark, rhs.parameters.canonicalText)
        }
    }
}
