import FleetModel
import Pipeline
import Storage

/// A series whose stored analysis is not what its points say, as lines and in a document.
struct RecomputedSeries: Encodable {
    let series_id: String
    let benchmark: String
    let params: String
    let metric: String
    let host_class: String
    let engine_was: String?
    let engine_now: String?
    /// Of `points levels change_points noise trend suspect`.
    let differs: [String]
    let was: Figures
    let now: Figures
    let change_points: [Change]

    /// One side in a few figures.
    struct Figures: Encodable {
        let points: Int
        /// In the order of their first points.
        let levels: [Double]
        let noise_rel: Double?
        let rho: Double?
        let flags: [String]
        let drift: String?
        let suspect: String?

        init(_ analysis: SeriesAnalysis) {
            points = analysis.points
            levels = analysis.levels.map(\.median)
            noise_rel = analysis.noise?.relative
            rho = analysis.noise?.correlation
            flags = (analysis.noise?.flags ?? []).map(\.rawValue).sorted()
            drift = analysis.trend?.drift.rawValue
            suspect = analysis.suspect?.rawValue
        }
    }

    struct Change: Encodable {
        let first_bad: String
        let kind: String
        let was: Side?
        let now: Side?

        struct Side: Encodable {
            let direction: String
            let shift_rel: Double?
            let p: Double?

            init(_ finding: ChangePointRecord.Finding) {
                direction = finding.direction.rawValue
                shift_rel = finding.shift?.value
                p = finding.p
            }

            var text: String {
                guard let shift_rel else { return direction }
                return "\(direction) by \(RecomputedSeries.percent(shift_rel))"
            }
        }

        init(_ difference: ChangePointDifference) {
            let either = difference.new ?? difference.old
            first_bad = either?.firstBad.text ?? ""
            kind = either?.kind.rawValue ?? ""
            was = difference.old.map { Side($0) }
            now = difference.new.map { Side($0) }
        }

        var text: String {
            "change point at \(first_bad.prefix(7)): \(was?.text ?? "none") -> "
                + "\(now?.text ?? "none")"
        }
    }

    init(_ finding: SeriesRechecker.Finding) {
        let key = finding.series.key
        series_id = finding.series.id.text
        benchmark = key.benchmark
        params = key.parameters.canonicalText
        metric = key.metric.name
        host_class = key.hostClass
        engine_was = finding.old.engineVersion
        engine_now = finding.new.engineVersion
        differs = finding.parts.map(\.rawValue)
        was = Figures(finding.old)
        now = Figures(finding.new)
        change_points = finding.changePoints.map { Change($0) }
    }

    /// One line for the series, and one for each change point, its noise and its levels.
    var text: String {
        var lines = [
            "\(benchmark) \(metric) on \(host_class), series \(series_id), engine "
                + "\(engine_was ?? "unknown"): other "
                + differs.map { $0.replacing("_", with: " ") }.joined(separator: ", ")
        ]
        lines += change_points.map { "  " + $0.text }
        if differs.contains("levels") {
            lines.append("  levels \(Self.list(was.levels)) -> \(Self.list(now.levels))")
        }
        if differs.contains("noise") {
            lines.append(
                "  noise \(was.noise_rel.map(Self.percent) ?? "none") -> "
                    + "\(now.noise_rel.map(Self.percent) ?? "none")")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static let shownLevels = 6

    private static func list(_ levels: [Double]) -> String {
        guard !levels.isEmpty else { return "none" }
        let rest = levels.count > shownLevels ? ", and \(levels.count - shownLevels) more" : ""
        return levels.prefix(shownLevels).map { "\($0)" }.joined(separator: ", ") + rest
    }

    /// With two decimals.
    fileprivate static func percent(_ share: Double) -> String {
        let hundredths = (share * 10_000).rounded()
        guard abs(hundredths) < 1e15 else { return "\(share)" }
        return "\(hundredths / 100) %"
    }
}
