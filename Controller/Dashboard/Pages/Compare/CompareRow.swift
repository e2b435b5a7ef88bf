import Analysis
import FleetModel
import Storage

/// One benchmark × metric of a comparison.
struct CompareRow: Hashable, Sendable {
    let kind: String
    let mark: Mark
    /// The series, or nothing for what belongs to none.
    let href: String?
    let benchmark: ForeignText
    let parameters: ForeignText?
    let metric: ForeignText
    let provider: String?
    let spark: HistorySpark?
    let base: Quantity?
    let head: Quantity?
    let change: ChangeFigure?
    let plot: ChangePlot?
    let threshold: String?
    /// The larger of the two sides' spreads.
    let noise: String?
    /// How noisy that is, in a word.
    let noiseWord: String?
    /// `p 0.0004, δ 0.9`; nil where nothing was tested.
    let test: String?
    let note: String?
    let isFailing: Bool
    /// Two hosts measured the sides: their values are not compared, but their ratios to one base.
    let isRatio: Bool
    /// Of a ratio, for readers who may know hosts.
    let baseHost: ForeignText?
    let headHost: ForeignText?

    init(
        _ row: ComparisonStore.RowRecord, facts: CompareResult.Facts, scale: ChangeScale
    ) {
        let kind = ComparisonTable.kind(row)
        self.kind = kind
        mark = ComparisonRow.mark(row, kind: kind)
        href = row.series.map { PagePath.series($0).text }
        benchmark = ForeignText(row.benchmark, limit: 160)
        parameters = ForeignText(row.parameters)
        metric = ForeignText(row.metric.name, limit: 60)
        provider = SeriesFacts.provider(row.metric)
        let medians = [row.base?.median, row.candidate?.median]
        let largest = medians.compactMap { $0.map(abs) }.max() ?? 0
        let units = UnitScale(unit: row.metric.unit, largest: largest)
        base = row.base.map { units.quantity($0.median) }
        head = row.candidate.map { units.quantity($0.median) }
        change = row.shift.map { ChangeFigure($0) }
        let spread = Self.noise(row)
        plot = row.shift.map { ChangePlot($0, noise: spread, kind: kind, scale: scale) }
        noise = spread.map { "±\(Figures.thinSpace)" + Figures.percent($0) }
        noiseWord = spread.map { NoiseWord.of($0) }
        test = Self.test(row)
        threshold = row.threshold.map { Figures.percent($0) }
        note = ComparisonRow.note(row)
        isFailing = row.decision == .fail
        let isRatio = facts.isRatio(row)
        self.isRatio = isRatio
        let hosts = facts.hosts.names(of: row)
        baseHost = isRatio ? hosts.base : nil
        headHost = isRatio ? hosts.head : nil
        // The series is the head's host's: what the base's host measured is no point of it.
        let baseCommit = isRatio ? nil : facts.base.commit
        spark = row.series.flatMap { facts.histories[$0] }.flatMap {
            HistorySpark($0, base: baseCommit, head: facts.head.commit, kind: kind)
        }
    }

    private static func test(_ row: ComparisonStore.RowRecord) -> String? {
        guard let p = row.adjustedP ?? row.p else { return nil }
        let delta = row.cliffsDelta.map { ", δ " + Figures.fixed($0, decimals: 2) } ?? ""
        return "p " + Figures.probability(p) + delta
    }

    /// What the decision rested on; of older ones 1.4826 times the median distance from the
    /// median, which estimates a standard deviation.
    private static func noise(_ row: ComparisonStore.RowRecord) -> Double? {
        if let noise = row.proof.noise { return noise }
        return [row.base, row.candidate].compactMap { side in
            side.flatMap { $0.median == 0 ? nil : 1.4826 * $0.mad / abs($0.median) }
        }.filter(\.isFinite).max()
    }
}

/// The one scale of all changes of a table, so that their plots can be compared.
struct ChangeScale: Hashable, Sendable {
    /// The share at either end.
    let end: Double

    /// Wide enough for nine of ten intervals; what lies beyond ends in an arrow.
    init(_ rows: [ComparisonStore.RowRecord]) {
        let sizes = rows.compactMap(\.shift).map { shift in
            [shift.relative, shift.low ?? 0, shift.high ?? 0].map(abs).max() ?? 0
        }.filter(\.isFinite).sorted()
        let wanted = sizes.isEmpty ? 0.01 : sizes[(sizes.count - 1) * 9 / 10]
        let steps = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]
        end = steps.first { $0 >= wanted } ?? 10
    }

    var labels: [String] {
        let text = Figures.shortest(end * 100) + Figures.thinSpace + "%"
        return [Figures.minus + text, "0", "+" + text]
    }

    /// From −1 to 1.
    func place(_ share: Double) -> Double { max(-1, min(1, share / end)) }
}

/// A change with its interval on the table's scale, in a box of 160 by 20.
struct ChangePlot: Hashable, Sendable {
    let zoneX: String
    let zoneWidth: String
    let low: String
    let high: String
    let x: String
    let isHollow: Bool
    /// Path data of an arrow where the scale ends.
    let arrow: String?

    init(_ shift: ComparisonStore.Shift, noise: Double?, kind: String, scale: ChangeScale) {
        func place(_ share: Double) -> Double { 80 + scale.place(share) * 74 }
        let zone = noise ?? 0
        zoneX = Coordinate.tenths(place(-zone))
        zoneWidth = Coordinate.tenths(place(zone) - place(-zone))
        low = Coordinate.tenths(place(shift.low ?? shift.relative))
        high = Coordinate.tenths(place(shift.high ?? shift.relative))
        x = Coordinate.tenths(place(shift.relative))
        isHollow = kind == "unclear" || kind == "unjudged" || kind == "unchanged"
        arrow =
            shift.relative > scale.end
            ? "M154 5L159 10L154 15" : shift.relative < -scale.end ? "M6 5L1 10L6 15" : nil
    }
}

/// The history of a row's series up to the head, with base and head marked.
struct HistorySpark: Hashable, Sendable {
    let path: String
    let head: Place
    let base: Place?
    let kind: String

    struct Place: Hashable, Sendable {
        let x: String
        let y: String
    }

    private static let shown = 40

    /// Nil where the head is not among the points, or alone.
    init?(_ points: [SeriesPoint], base: CommitHash?, head: CommitHash, kind: String) {
        let valued = points.filter { $0.figures.median?.isFinite == true }
        guard let end = valued.lastIndex(where: { $0.commit == head }) else { return nil }
        let basePlace = base.flatMap { base in valued.lastIndex { $0.commit == base } }
        // A base that is newer than the head is drawn too.
        let last = max(end, basePlace ?? end)
        let part = Array(valued[...last].suffix(Self.shown))
        let first = last + 1 - part.count
        let values = part.compactMap(\.figures.median)
        guard values.count > 1, let low = values.min(), let high = values.max() else { return nil }
        func place(_ number: Int) -> Place {
            let x = 4 + Double(number) / Double(values.count - 1) * 92
            let share = high > low ? (values[number] - low) / (high - low) : 0.5
            return Place(x: Coordinate.tenths(x), y: Coordinate.tenths(20 - share * 16))
        }
        guard end >= first else { return nil }
        path = values.indices.map { number in
            let at = place(number)
            return "\(number == 0 ? "M" : "L")\(at.x) \(at.y)"
        }.joined()
        self.head = place(end - first)
        self.base = basePlace.flatMap { $0 >= first ? place($0 - first) : nil }
        self.kind = kind
    }
}
