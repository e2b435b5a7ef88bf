import FleetModel
import Storage

/// The line of facts under a series' name.
struct SeriesFacts {
    let all: [ForeignText]

    init(_ facts: SeriesModel.Facts) {
        let key = facts.series.record.key
        var texts = ["\(key.metric.name), \(Self.orientation(key.metric.better))"]
        if let provider = Self.provider(key.metric) { texts.append(provider) }
        texts.append("\(key.hostClass), \(key.architecture)")
        if facts.isMember { texts.append("host \(facts.series.hostName)") }
        if !key.configuration.isEmpty {
            texts.append("configuration \(key.configuration.prefix(8))")
        }
        if let noise = facts.analysis?.noise, let share = noise.relative {
            let text = Figures.percent(share)
            let word = noise.flags.contains(.provisional) ? "runs seem to differ" : "runs differ"
            texts.append("\(word) by ± \(text) around their level")
        }
        for flag in SeriesFlag.allCases where facts.analysis?.noise?.flags.contains(flag) == true {
            if let word = Self.word(flag) { texts.append(word) }
        }
        let total = facts.series.points
        texts.append(
            facts.window.count == total
                ? RunVerdict.counted(total, "run")
                : "\(Figures.grouped(facts.window.count)) of "
                    + "\(RunVerdict.counted(total, "run")) shown")
        all = texts.map { ForeignText($0, limit: 160) }
    }

    /// What is odd about the runs; that they are few is said elsewhere.
    private static func word(_ flag: SeriesFlag) -> String? {
        switch flag {
        case .bimodal: "runs switch between two levels"
        case .quantised: "few distinct values"
        case .drift, .provisional: nil
        }
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
