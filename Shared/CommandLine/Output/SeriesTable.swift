/// Series, their runs and their changes as tables.
struct SeriesTable {
    private let style: Style
    private let utc: Bool

    init(_ session: Session) {
        style = session.style
        utc = session.settings.usesUTC
    }

    func overview(_ series: [(Series, SeriesPoints)]) -> TextTable {
        TextTable(
            [
                .init("BENCHMARK"), .init("METRIC"), .init("CLASS"),
                .init("HISTORY", isCut: false), .init("RUNS", .right), .init("LAST", .right),
                .init("TREND", isCut: false), .init("NOISE", .right), .init("SEES", .right),
            ],
            rows: series.map { series, history in
                let values = history.points.compactMap(\.median)
                return [
                    .init(series.title), .init(series.metric), .init(series.hostClass),
                    .init(SparkText.line(values, style)),
                    .init(series.points.map { "\($0)" }, order: series.points.map(Double.init)),
                    .init(
                        Readable.value(values.last, unit: series.unit), order: values.last),
                    .init(trend(series.trend), tone: tone(series.trend)),
                    .init(Readable.share(series.noise?.rel), order: series.noise?.rel),
                    .init(Readable.share(series.noise?.mdeRel), order: series.noise?.mdeRel),
                ]
            })
    }

    /// `+0.3 % a month`; nothing while too little is known.
    private func trend(_ trend: Series.Trend?) -> String {
        guard let trend else { return "" }
        guard trend.drift != "stable" else { return "steady" }
        guard let month = trend.monthRel else { return PlainLine.text(trend.drift) }
        return Readable.change(month, nil, style) + " a month"
    }

    private func tone(_ trend: Series.Trend?) -> Style.Tone? {
        switch trend?.drift {
        case "degrading", "critical": .bad
        case "improving": .good
        default: nil
        }
    }

    func points(_ series: [(Series, SeriesPoints)]) -> TextTable {
        TextTable(
            [
                .init("BENCHMARK"), .init("METRIC"), .init("COMMIT", isCut: false),
                .init("SUBJECT"), .init("VALUE", .right), .init("CI", .right),
                .init("QUALITY", isCut: false),
            ],
            rows: series.flatMap { series, history in
                history.points.map { point in
                    [
                        .init(series.title), .init(series.metric),
                        .init(Readable.commit(point.commit)), .init(point.subject),
                        .init(
                            Readable.value(point.median, unit: series.unit), order: point.median),
                        .init(interval(point, series.unit)), .init(point.validity),
                    ]
                }
            })
    }

    private func interval(_ point: SeriesPoints.Point, _ unit: String?) -> String {
        guard let low = point.low, let high = point.high else { return "" }
        return [low, high].map { Readable.value($0, unit: unit) }.joined(separator: style.span)
    }

    func changes(_ changes: [ChangePoint]) -> TextTable {
        TextTable(
            [
                .init("BENCHMARK"), .init("METRIC"), .init("CLASS"), .init("CHANGE", isCut: false),
                .init("WHAT", isCut: false), .init("COMMIT", isCut: false), .init("AFTER"),
                .init("COMMITTED"), .init("P", .right),
            ],
            rows: changes.map { change in
                let isEpoch = change.kind == "epoch_break"
                return [
                    .init(BenchmarkTitle.text(change.benchmark, change.params)),
                    .init(change.metric), .init(change.hostClass),
                    .init(
                        Readable.change(change.shiftRel, change.ciRel, style),
                        order: change.shiftRel),
                    .init(
                        isEpoch ? "host changed" : style.direction(change.direction),
                        tone: isEpoch ? .faint : Style.tone(of: change.direction)),
                    .init(Readable.commit(change.firstBad)),
                    .init(Readable.commit(change.lastGood)),
                    .init(
                        Moment.text(change.commitTimeUs, utc: utc),
                        order: change.commitTimeUs.map(Double.init)),
                    .init(Readable.probability(change.p), order: change.p),
                ]
            })
    }
}

/// Values as one line of eight heights.
enum SparkText {
    static func line(_ values: [Double], _ style: Style) -> String {
        let known = values.filter(\.isFinite)
        guard let low = known.min(), let high = known.max() else { return "" }
        let signs = Array(style.hasUnicode ? "▁▂▃▄▅▆▇█" : ".-=*#")
        return String(
            known.map { value in
                guard high > low else { return signs[signs.count / 2] }
                let place = (value - low) / (high - low) * Double(signs.count - 1)
                return signs[Int(place.rounded())]
            })
    }
}
