import FleetModel
import Storage

/// What a series' page shows.
struct SeriesModel: Sendable {
    let benchmark: ForeignText
    let parameters: ForeignText?
    let metric: ForeignText
    let unit: ForeignText
    let facts: [ForeignText]
    let sentence: Sentence
    let spans: [Span]
    let chart: SeriesChart?
    /// One line a point for the script, oldest first, and what it must know beside them.
    let lines: SeriesLines
    /// Of every value on the page, so that columns align.
    let decimals: Int
    /// Twice the noise of a run, as a share of its level; nil where it is not known.
    let noiseShare: Double?
    /// Which way is better, as a caption.
    let orientation: String
    let cursor: SeriesPointRow?
    let changes: [SeriesChangeRow]
    let hasNoChanges: Bool
    let epochs: [SeriesEpoch]
    let rows: [SeriesPointRow]
    let shown: String
    let hidden: Int?
    let relatives: [SeriesLine]
    let hasRelatives: Bool
    let document: String
    let licence: String

    /// How much of the history is shown.
    struct Span: Hashable, Sendable {
        let href: String
        let label: String
        let isCurrent: Bool
    }

    /// What the queries found.
    struct Facts: Sendable {
        let series: SeriesStore.Overview
        let all: SeriesStore.Points
        /// The part of `all.points` that is on view.
        let window: Range<Int>
        let query: SeriesQuery
        let relatives: [SeriesStore.Overview]
        let analysis: SeriesAnalysis?
        let steps: SeriesSteps
        /// Whether the reader may know the hosts.
        let isMember: Bool
        let licence: String
    }

    /// Rows of the table; more are left to the API.
    private static let rowsShown = 1000
    private static let changesShown = 100

    init(_ facts: Facts) {
        let key = facts.series.record.key
        let points = facts.all.points
        let view = Array(points[facts.window])
        let found = facts.analysis?.levels ?? []
        let levels = SeriesLevels(points, steps: facts.steps, analysed: found)
        let noise = facts.analysis?.noise?.relative
        let largest = points.compactMap { $0.figures.median.map(abs) }.max() ?? 0
        let scale = UnitScale(unit: key.metric.unit, largest: largest)
        benchmark = ForeignText(key.benchmark, limit: 160)
        parameters = ForeignText(key.parameters)
        metric = ForeignText(key.metric.name, limit: 60)
        unit = ForeignText(scale.unit.isEmpty ? "counts" : scale.unit, limit: 24)
        self.facts = SeriesFacts(facts).all
        noiseShare = noise.map { 2 * $0 }
        sentence = SeriesVerdict(facts).sentence
        spans = facts.query.spans(of: facts.series)
        chart = SeriesChart(
            view, levels: levels, from: facts.window.lowerBound, scale: scale, steps: facts.steps,
            noise: noise)
        lines = SeriesLines(
            points, levels: levels, window: facts.window, metric: key.metric, scale: scale,
            steps: facts.steps)
        orientation = SeriesFacts.orientation(key.metric.better)
        decimals = scale.decimals(for: largest)
        let maker = SeriesRows(facts: facts, levels: levels, scale: scale, decimals: decimals)
        let asked = view.lastIndex { $0.run == facts.query.run } ?? view.indices.last
        cursor = asked.map(maker.row)
        changes = maker.changes(newest: Self.changesShown)
        hasNoChanges = changes.isEmpty
        epochs = SeriesEpoch.all(facts.all, isMember: facts.isMember)
        rows = view.indices.suffix(Self.rowsShown).reversed().map(maker.row)
        hidden = view.count > Self.rowsShown ? view.count - Self.rowsShown : nil
        shown = RunVerdict.counted(view.count, "run")
        relatives = facts.relatives.filter { $0.record.id != facts.series.record.id }
            .map { SeriesLine($0, besides: facts.series, isMember: facts.isMember) }
        hasRelatives = !relatives.isEmpty
        document = DocumentPath.points(facts.series.record.id).text
        licence = facts.licence
    }
}

/// Makes the rows of the points on view.
private struct SeriesRows {
    let facts: SeriesModel.Facts
    let levels: SeriesLevels
    let scale: UnitScale
    let decimals: Int

    /// By the place on view.
    func row(_ place: Int) -> SeriesPointRow {
        let place = facts.window.lowerBound + place
        return SeriesPointRow(
            facts.all.points[place], level: levels.level(at: place), scale: scale,
            decimals: decimals)
    }

    /// Newest first.
    func changes(newest count: Int) -> [SeriesChangeRow] {
        let points = facts.all.points[facts.window]
        return points.reversed().lazy.compactMap { point in
            facts.steps[point.run].map {
                SeriesChangeRow($0, at: point, scale: scale, decimals: decimals)
            }
        }.prefix(count).map(\.self)
    }
}

/// A measurement of one commit, as a row and at the cursor.
struct SeriesPointRow: Hashable, Sendable {
    let run: RunID
    let href: String
    let commit: String
    let subject: ForeignText?
    let author: ForeignText?
    let committedAt: Moment
    let measuredAt: Moment
    let median: Quantity?
    /// `[48.19, 48.52]`
    let interval: String?
    /// Against the level around it: `+0.12 %`.
    let deviation: String?
    let count: String
    let invalid: String?
    let mark: Mark?
    let change: ChangeFigure?
    let decision: String?
    /// The verdict that colours the row.
    let kind: String

    init(
        _ point: SeriesPoint, level: Double?, scale: UnitScale, decimals: Int
    ) {
        let figures = point.figures
        run = point.run
        href = PagePath.run(point.run).text
        commit = point.commit.short
        subject = point.revision.map { ForeignText($0.subject, limit: 160) }
        author = point.revision.map { ForeignText($0.author, limit: 60) }
        committedAt = Moment(point.commitTime)
        measuredAt = Moment(point.measuredAt)
        median = figures.median.map { scale.quantity($0, decimals: decimals) }
        interval = figures.low.flatMap { low in
            figures.high.map { high in
                let ends = [low, high].map { scale.quantity($0, decimals: decimals).number }
                return "[\(ends[0]), \(ends[1])]"
            }
        }
        deviation = level.flatMap { level in
            guard let median = figures.median, level != 0 else { return nil }
            return Self.signed(median / level - 1)
        }
        count = Figures.grouped(figures.count)
        invalid =
            figures.invalidCount > 0 ? "\(Figures.grouped(figures.invalidCount)) invalid" : nil
        let judged = point.decided.flatMap { $0.isWatched ? $0 : nil }
        mark = judged.map { Mark($0.direction) }
        change = point.decided?.shift.map { ChangeFigure($0) }
        decision = judged?.decision.rawValue
        kind = figures.validity == .invalid ? "invalid" : judged?.direction.rawValue ?? "unjudged"
    }

    private static func signed(_ share: Double) -> String {
        let text = Figures.fixed(share * 100, decimals: 2)
        return (share > 0 && text != "0.00" ? "+" + text : text) + Figures.thinSpace + "%"
    }
}

/// A change of the host's platform inside a series.
struct SeriesEpoch: Hashable, Sendable {
    let commit: String
    let at: Moment
    /// `kernel 6.8.0-41 → 6.8.0-45`, or only `kernel` for readers who may not know hosts.
    let changes: [ForeignText]

    static func all(_ all: SeriesStore.Points, isMember: Bool) -> [SeriesEpoch] {
        zip(all.points, all.points.dropFirst()).compactMap { before, after in
            guard let first = before.epoch, let second = after.epoch, first != second else {
                return nil
            }
            let old = all.epochs[first]
            let new = all.epochs[second]
            let names = old.flatMap { old in new.map { $0.factsChanged(since: old) } } ?? []
            return SeriesEpoch(
                commit: after.commit.short, at: Moment(after.measuredAt),
                changes: names.map { name in
                    guard isMember else { return ForeignText(name, limit: 160) }
                    let from = old?.facts[name] ?? "unknown"
                    let to = new?.facts[name] ?? "unknown"
                    return ForeignText("\(name) \(from) → \(to)", limit: 160)
                })
        }
    }
}
