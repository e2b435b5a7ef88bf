import FleetModel
import Storage

/// One benchmark × metric of a comparison, as the table shows it.
struct ComparisonRow: Hashable, Sendable {
    let kind: String
    /// The page with the row's samples shown closer.
    let detail: String
    let mark: Mark
    let benchmark: ForeignText
    let parameters: ForeignText?
    let metric: ForeignText
    let provider: String?
    let base: Quantity?
    let head: Quantity?
    let change: ChangeFigure?
    /// What qualifies the change, such as what would have been seen.
    let note: String?
    let p: String?
    let adjusted: String?
    /// Samples of the base and of the head.
    let counts: String
    let isFailing: Bool
    let plot: StripPlot?
    let plotWidth = Int(StripPlot.width)
    let plotHeight = Int(StripPlot.height)

    init(_ row: ComparisonStore.RowRecord, samples: SampleSides, of run: RunID) {
        detail = SampleDetail.Choice(row).address(on: run)
        kind = ComparisonTable.kind(row)
        mark = Self.mark(row, kind: kind)
        benchmark = ForeignText(row.benchmark, limit: 160)
        parameters = ForeignText(row.parameters)
        metric = ForeignText(row.metric.name, limit: 60)
        provider = Self.provider(row.metric.provider)
        let first = samples.record(.base, of: row)
        let second = samples.record(.candidate, of: row)
        let medians = [row.base?.median, row.candidate?.median]
        let largest = medians.compactMap { $0.map(abs) }.max() ?? 0
        let scale = UnitScale(unit: row.metric.unit, largest: largest)
        base = row.base.map { scale.quantity($0.median) }
        head = row.candidate.map { scale.quantity($0.median) }
        change = row.shift.map { ChangeFigure($0) }
        note = Self.note(row)
        p = row.p.map(Figures.probability)
        adjusted = row.adjustedP.map(Figures.probability)
        let sides = [row.base, row.candidate].map { $0.map { Figures.grouped($0.count) } ?? "–" }
        counts = sides.joined(separator: "\(Figures.thinSpace)/\(Figures.thinSpace)")
        isFailing = row.decision == .fail
        plot = StripPlot(base: first, head: second, scale: scale)
    }

    static func mark(_ row: ComparisonStore.RowRecord, kind: String) -> Mark {
        switch kind {
        case "missing":
            Mark("missing", word: row.state == "missing_base" ? "no base" : "no head")
        case "unjudged": Mark("unjudged", word: "not judged")
        default: Mark(kind)
        }
    }

    private static func provider(_ provider: Provider) -> String? {
        switch provider {
        case .toolReported: nil
        case .hardware: "hardware counter"
        case .softwareEvent: "software event"
        case .simulated: "simulated"
        case .submitted: "submitted"
        }
    }

    static func note(_ row: ComparisonStore.RowRecord) -> String? {
        if row.reasons.contains("noise_floor"), let threshold = row.threshold {
            return "below \(Figures.percent(threshold)), three times this host's own noise"
        }
        let reasons = row.reasons.compactMap(Reasons.sentence)
        if let first = reasons.first { return first }
        guard row.direction == .unchanged, let detectable = row.detectable, detectable > 0
        else { return nil }
        return "\(Figures.percent(detectable)) or more would have been seen"
    }
}

/// The slugs of decisions as sentences.
enum Reasons {
    /// Nil for those that the heading says already.
    static func sentence(_ slug: String) -> String? {
        switch slug {
        case "not_watched", "missing_base", "missing_candidate": nil
        case "informational": "neither way is better"
        case "too_few_samples": "too few samples to be sure"
        case "not_confirmed": "beyond the threshold, not confirmed"
        case "inconclusive": "neither a change nor its absence is shown"
        case "baseline_not_positive": "the base is not above zero"
        case "no_noise_model": "two attempts, and too few runs to know how much they vary"
        case "across_hosts": "two hosts: a warning at most"
        case "other_host": "the base was measured on another host"
        case "within_limits": "within what its history allows"
        case "above_limit": "above what its history allows"
        case "below_limit": "below what its history allows"
        case "budget_fail": "over its budget"
        case "budget_warn": "close to its budget"
        case "budget_skip": "too noisy for its budget"
        case "never_steady": "it never became steady"
        case "noise_floor": "below three times this host's own noise"
        default: slug.split(separator: "_").joined(separator: " ")
        }
    }
}
