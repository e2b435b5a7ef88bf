import FleetModel
import Storage

/// The rows of a comparison by verdict, worst first.
struct ComparisonTable: Hashable, Sendable {
    let groups: [Group]
    /// `p adjusted after Holm over 14 comparisons`.
    let method: String
    let tally: [Count]
    /// Rows that are not shown here; nil when all are.
    let hidden: Int?
    let document: String

    /// More are left to the API.
    static let rowsShown = 400
    /// Rows further down have no picture.
    static let plotsShown = 150

    struct Group: Hashable, Sendable {
        let mark: Mark
        let count: Int
        let rows: [ComparisonRow]
    }

    struct Count: Hashable, Sendable {
        let mark: Mark
        let number: Int
    }

    /// Cases that did not end well have no row, and are counted all the same.
    init(_ comparison: ComparisonStore.Comparison, samples: SampleSides, of run: RunRecord) {
        let kinds = Self.kinds
        let byKind = Dictionary(grouping: comparison.rows, by: Self.kind)
        var left = Self.rowsShown
        var plots = Self.plotsShown
        groups = kinds.compactMap { mark in
            guard let found = byKind[mark.kind], !found.isEmpty else { return nil }
            let shown = found.sorted(by: Self.goesFirst).prefix(left)
            left -= shown.count
            let rows = shown.map { row in
                plots -= 1
                return ComparisonRow(row, samples: plots >= 0 ? samples : .none, of: run.id)
            }
            return Group(mark: mark, count: found.count, rows: rows)
        }
        tally = kinds.compactMap { mark in
            let cases = ["failed": run.cases.failed, "invalid": run.cases.invalid]
            let number = (byKind[mark.kind]?.count ?? 0) + (cases[mark.kind] ?? 0)
            let isAlwaysShown = ["regressed", "improved", "unclear", "unchanged"]
                .contains(mark.kind)
            return number > 0 || isAlwaysShown ? Count(mark: mark, number: number) : nil
        }
        hidden =
            comparison.rows.count > Self.rowsShown
            ? comparison.rows.count - Self.rowsShown : nil
        method = Self.method(comparison.family)
        document = DocumentPath.comparison(run.id).text
    }

    static let kinds = [
        Mark("regressed"), Mark("failed"), Mark("improved"), Mark("unclear"), Mark("invalid"),
        Mark("missing"), Mark("unchanged"), Mark("unjudged", word: "not judged"),
    ]

    /// The heading that a row stands under.
    static func kind(_ row: ComparisonStore.RowRecord) -> String {
        switch row.state {
        case "failed": "failed"
        case "invalid": "invalid"
        case "missing_base", "missing_candidate": "missing"
        default: row.isWatched ? row.direction.rawValue : "unjudged"
        }
    }

    static func goesFirst(
        _ first: ComparisonStore.RowRecord, _ second: ComparisonStore.RowRecord
    ) -> Bool {
        let sizes = [first, second].map { abs($0.shift?.relative ?? 0) }
        if sizes[0] != sizes[1] { return sizes[0] > sizes[1] }
        return (first.benchmark, first.metric.name) < (second.benchmark, second.metric.name)
    }

    static func method(_ family: ComparisonStore.Family) -> String {
        let names = [
            "holm": "Holm", "by": "Benjamini and Yekutieli", "bonferroni": "Bonferroni",
        ]
        let name = names[family.method] ?? "Benjamini and Hochberg"
        let noun = family.size == 1 ? "comparison" : "comparisons"
        let level = Figures.shortest(family.q * 100) + Figures.thinSpace + "%"
        return "p adjusted after \(name) over \(family.size) \(noun), level \(level)"
    }
}

/// The samples of a run's counted attempt, by what they are samples of.
struct SampleSides: Sendable {
    private let records: [Key: MeasurementRecord]

    private struct Key: Hashable {
        let role: RevisionRole
        let benchmark: String
        let parameters: Parameters
        let metric: MetricIdentity
    }

    static let none = SampleSides([])

    init(_ measurements: [MeasurementRecord]) {
        records = Dictionary(
            measurements.filter(\.isCounted).map { record in
                (Self.key(record.role, record.series.key), record)
            }, uniquingKeysWith: { _, newest in newest })
    }

    func record(_ role: RevisionRole, of row: ComparisonStore.RowRecord) -> MeasurementRecord? {
        records[
            Key(
                role: role, benchmark: row.benchmark, parameters: row.parameters,
                metric: Self.withoutPMU(row.metric))]
    }

    private static func key(_ role: RevisionRole, _ series: SeriesKey) -> Key {
        Key(
            role: role, benchmark: series.benchmark, parameters: series.parameters,
            metric: withoutPMU(series.metric))
    }

    /// Rows of comparisons do not store the PMU.
    private static func withoutPMU(_ metric: MetricIdentity) -> MetricIdentity {
        MetricIdentity(
            name: metric.name, unit: metric.unit, better: metric.better,
            provider: metric.provider)
    }
}
