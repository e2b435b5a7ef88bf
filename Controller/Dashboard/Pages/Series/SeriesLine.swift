import FleetModel
import Storage

/// A series as one row of a list.
struct SeriesLine: Hashable, Sendable {
    let href: String
    let benchmark: ForeignText
    let parameters: ForeignText?
    let metric: ForeignText
    let provider: String?
    let place: ForeignText
    let configuration: String?
    let points: String
    let lastAt: Moment?
    /// What differs from the series that the row stands beside.
    let differs: String?
    let latest: Quantity?
    let spark: Sparkline?
    let mark: Mark?
    let change: ChangeFigure?
    let kind: String
    /// `± 0.42 %`, how far runs lie from their level.
    let noise: String?
    /// `+0.3 % a month`; nil while the level stays or too little is known.
    let trend: String?

    /// A row of a list of all series; points in the order of their commits.
    init(
        _ series: SeriesStore.Overview, recent: [SeriesPoint], analysis: SeriesAnalysis? = nil,
        isMember: Bool
    ) {
        self.init(
            series, recent: recent, besides: nil, analysis: analysis, isMember: isMember)
    }

    /// A row beside another series of the same benchmark.
    init(_ series: SeriesStore.Overview, besides other: SeriesStore.Overview, isMember: Bool) {
        self.init(series, recent: [], besides: other, analysis: nil, isMember: isMember)
    }

    private init(
        _ series: SeriesStore.Overview, recent: [SeriesPoint], besides other: SeriesStore.Overview?,
        analysis: SeriesAnalysis?, isMember: Bool
    ) {
        let key = series.record.key
        href = PagePath.series(series.record.id).text
        benchmark = ForeignText(key.benchmark, limit: 160)
        parameters = ForeignText(key.parameters)
        metric = ForeignText(key.metric.name, limit: 60)
        provider = SeriesFacts.provider(key.metric)
        place = ForeignText(
            isMember ? "\(key.hostClass), \(series.hostName)" : key.hostClass, limit: 120)
        configuration = key.configuration.isEmpty ? nil : String(key.configuration.prefix(8))
        points = RunVerdict.counted(series.points, "run")
        lastAt = series.lastAt.map { Moment($0) }
        differs = other.flatMap { Self.difference(key, $0.record.key) }
        let values = recent.compactMap(\.figures.median)
        latest = values.last.map {
            UnitScale(unit: key.metric.unit, largest: $0).quantity($0)
        }
        spark = Sparkline(recent)
        let changed = recent.last { SeriesLevels.change($0) != nil }
        mark = changed.flatMap { SeriesLevels.change($0) }.map { Mark($0) }
        change = changed?.decided?.shift.map { ChangeFigure($0) }
        kind = mark?.kind ?? "unjudged"
        noise = analysis?.noise?.relative.map { "± " + Figures.percent($0) }
        trend = analysis?.trend.flatMap { trend in
            guard trend.drift != .stable, let month = trend.perMonth else { return nil }
            return ChangeFigure(RelativeInterval(value: month)).percent + " a month"
        }
    }

    private static func difference(_ key: SeriesKey, _ other: SeriesKey) -> String? {
        var parts: [String] = []
        if key.metric.name != other.metric.name { parts.append("metric") }
        if key.metric.provider != other.metric.provider { parts.append("provider") }
        if key.host != other.host { parts.append("host") }
        if key.configuration != other.configuration { parts.append("configuration") }
        return parts.isEmpty ? nil : "another " + parts.joined(separator: ", ")
    }
}

/// The last values of a series as a small line; beside a number, never alone.
struct Sparkline: Hashable, Sendable {
    /// SVG path data in a box of 120 by 24.
    let path: String
    let x: String
    let y: String
    /// What the last run was decided to be, for the dot.
    let kind: String

    /// Nil for fewer than two values.
    init?(_ points: [SeriesPoint]) {
        self.init(
            points.compactMap(\.figures.median).filter(\.isFinite),
            kind: points.last.flatMap { SeriesLevels.change($0) }?.rawValue ?? "unchanged")
    }

    /// Each value holds until the next one; nil for fewer than two.
    init?(steps values: [Double]) {
        self.init(zip(values, values.dropFirst()).flatMap { [$0, $0, $1] }, kind: "unchanged")
    }

    private init?(_ values: [Double], kind: String) {
        guard values.count > 1, let low = values.min(), let high = values.max() else { return nil }
        self.kind = kind
        let extent = high - low
        func place(_ number: Int) -> (x: String, y: String) {
            let x = 3 + Double(number) / Double(values.count - 1) * 114
            let share = extent > 0 ? (values[number] - low) / extent : 0.5
            return (Coordinate.tenths(x), Coordinate.tenths(21 - share * 18))
        }
        path = values.indices.map { number in
            let at = place(number)
            return "\(number == 0 ? "M" : "L")\(at.x) \(at.y)"
        }.joined()
        (x, y) = place(values.count - 1)
    }
}
