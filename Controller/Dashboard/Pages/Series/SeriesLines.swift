import FleetModel
import Storage

/// The points of a graph as text for its script: one line a point, fields apart by tabs.
///
/// Text and not JSON, because a page's policy has no place for scripts in it and text needs no
/// other escaping than the page's own.
struct SeriesLines: Hashable, Sendable {
    /// `run commit time median low high level kind change count epoch subject step size`, values in
    /// the chart's unit, a missing one empty; `step` and `size` are those of a change of level.
    let text: String
    /// The first and the last place on view.
    let first: Int
    let last: Int
    let unit: ForeignText

    init(
        _ points: [SeriesPoint], levels: SeriesLevels, window: Range<Int>,
        metric: MetricIdentity, scale: UnitScale, steps: SeriesSteps = SeriesSteps()
    ) {
        var epochs: [String: Int] = [:]
        var lines: [String] = []
        lines.reserveCapacity(points.count)
        var stretch = levels.stretches[...]
        for (place, point) in points.enumerated() {
            while let next = stretch.dropFirst().first, next.places.lowerBound <= place {
                stretch.removeFirst()
            }
            let epoch = point.epoch.map { digest in
                let number = epochs[digest] ?? epochs.count
                epochs[digest] = number
                return "\(number)"
            }
            lines.append(
                Self.line(point, level: stretch.first?.level, epoch: epoch ?? "", scale: scale)
                    + Self.end(steps[point.run]))
        }
        text = lines.joined(separator: "\n")
        first = window.lowerBound
        last = max(window.lowerBound, window.upperBound - 1)
        unit = ForeignText(scale.unit, limit: 24)
    }

    private static func end(_ step: SeriesSteps.Step?) -> String {
        guard let step else { return "\t\t" }
        return "\t\(step.kind)\t" + (step.shift.map { ChangeFigure($0).percent } ?? "")
    }

    private static func line(
        _ point: SeriesPoint, level: Double?, epoch: String, scale: UnitScale
    ) -> String {
        func number(_ value: Double?) -> String {
            guard let value, value.isFinite else { return "" }
            return "\(value / scale.factor)"
        }
        let figures = point.figures
        let isInvalid = figures.validity == .invalid
        let judged = point.decided.flatMap { $0.isWatched ? $0.direction.rawValue : nil }
        let change = point.decided?.shift.map { shift in
            let figure = ChangeFigure(shift)
            return figure.percent + (figure.interval.map { " " + $0 } ?? "")
        }
        return [
            point.run.text, point.commit.short, Moment(point.commitTime).machine,
            number(figures.median), number(figures.low), number(figures.high), number(level),
            isInvalid ? "invalid" : judged ?? "", change ?? "", "\(figures.count)", epoch,
            point.revision.map { ForeignText($0.subject, limit: 160).text } ?? "",
        ].joined(separator: "\t")
    }
}
