import FleetModel
import Storage

/// The line of facts under a series' name.
struct SeriesFacts {
    let all: [ForeignText]

    init(_ facts: SeriesModel.Facts, _ levels: SeriesLevels) {
        let key = facts.series.record.key
        var texts = ["\(key.metric.name), \(Self.orientation(key.metric.better))"]
        if let provider = Self.provider(key.metric) { texts.append(provider) }
        texts.append("\(key.hostClass), \(key.architecture)")
        if facts.isMember { texts.append("host \(facts.series.hostName)") }
        if !key.configuration.isEmpty {
            texts.append("configuration \(key.configuration.prefix(8))")
        }
        if let noise = levels.noise(facts.all.points) {
            let share = noise * 100
            let text = Figures.fixed(share, decimals: share < 1 ? 2 : 1)
            texts.append("runs differ by ± \(text)\(Figures.thinSpace)% around their level")
        }
        let total = facts.series.points
        texts.append(
            facts.window.count == total
                ? RunVerdict.counted(total, "run")
                : "\(Figures.grouped(facts.window.count)) of "
                    + "\(RunVerdict.counted(total, "run")) shown")
        all = texts.map { ForeignText($0, limit: 160) }
    }

    static func orientation(_ better: Better) -> String {
        switch better {
        case .lower: "lower is better"
        case .higher: "higher is better"
        case .none: "neither way is better"
        }
    }

    /// Nil where the tool itself says it, which is the usual case.
    static func provider(_ metric: MetricIdentity) -> String? {
        let place = metric.pmu.map { " of \($0)" } ?? ""
        switch metric.provider {
        case .toolReported: return nil
        case .hardware: return "hardware counter\(place)"
        case .softwareEvent: return "software event"
        case .simulated: return "simulated"
        case .submitted: return "submitted"
        }
    }
}
