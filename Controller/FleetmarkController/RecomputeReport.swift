import FleetModel
import FoundationEssentials
import Pipeline
import Storage

/// What a recomputation found, as lines or as one document.
struct RecomputeReport {
    let isJSON: Bool
    private var text = ""
    private var items: [Item] = []
    private var series: [RecomputedSeries] = []

    init(isJSON: Bool) { self.isJSON = isJSON }

    mutating func add(_ outcome: Recomputing.Finding) {
        let rows = outcome.differences.map { Row($0) }
        items.append(
            Item(
                comparison_id: outcome.old.id.text, new_id: outcome.new.id.text,
                run_id: outcome.old.run?.text,
                base: outcome.old.base.commit.text, candidate: outcome.old.candidate.commit.text,
                was: Word(outcome.old.direction, outcome.old.decision),
                now: Word(outcome.new.direction, outcome.new.decision),
                engine_was: outcome.old.engineVersion, engine_now: outcome.new.engineVersion,
                rows: rows))
        guard !isJSON else { return }
        text += "\(outcome.old.candidate.commit.short) against \(outcome.old.base.commit.short), "
        text += "comparison \(outcome.old.id), engine \(outcome.old.engineVersion): "
        text += "\(outcome.old.decision.rawValue) -> \(outcome.new.decision.rawValue)\n"
        for row in rows {
            text += "  \(row.benchmark) \(row.metric): \(row.was?.text ?? "-")"
            text += " -> \(row.now?.text ?? "-")\n"
        }
    }

    mutating func add(_ finding: SeriesRechecker.Finding) {
        let item = RecomputedSeries(finding)
        series.append(item)
        if !isJSON { text += item.text }
    }

    func end(_ summaries: Recomputing.Summaries, isTrial: Bool) -> String {
        guard isJSON else {
            let lines = [
                summaries.decisions.map { Self.line($0) }, summaries.series.map { Self.line($0) },
            ]
            return text
                + lines.compactMap(\.self).map { $0 + (isTrial ? "; nothing was stored\n" : "\n") }
                .joined()
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = (try? encoder.encode(document(summaries, isTrial: isTrial))) ?? Data()
        return String(decoding: bytes, as: UTF8.self) + "\n"
    }

    private static func line(_ summary: Recomputing.Summary) -> String {
        var line = "\(summary.looked) comparisons decided again: "
        line += summary.different == 0 ? "none differs" : "\(summary.different) differ"
        if summary.different > 0 { line += ", \(summary.otherwise) of them in their decision" }
        if summary.withoutSamples > 0 {
            line += "; \(summary.withoutSamples) have no samples any more"
        }
        return line
    }

    private static func line(_ summary: Recomputing.SeriesSummary) -> String {
        var line = "\(summary.looked) series analysed again: "
        line += summary.different == 0 ? "none differs" : "\(summary.different) differ"
        if summary.otherEngine > 0 {
            line += "; \(summary.otherEngine) are of another engine, "
            line += "\(summary.otherEngineDifferent) of which this one finds otherwise"
        }
        if summary.waiting > 0 { line += "; \(summary.waiting) wait for an analysis" }
        return line
    }

    private func document(_ summaries: Recomputing.Summaries, isTrial: Bool) -> Document {
        let decisions = summaries.decisions ?? Recomputing.Summary()
        return Document(
            looked: decisions.looked, different: decisions.different,
            other_decision: decisions.otherwise, without_samples: decisions.withoutSamples,
            stored: !isTrial, items: items,
            series: summaries.series.map { Document.Series($0, items: series) })
    }

    private struct Document: Encodable {
        let schema = "fleetmark.recompute.v1"
        let looked: Int
        let different: Int
        let other_decision: Int
        let without_samples: Int
        let stored: Bool
        let items: [Item]
        let series: Series?

        struct Series: Encodable {
            let looked: Int
            let series_different: Int
            let other_engine: Int
            let other_engine_different: Int
            let waiting: Int
            let items: [RecomputedSeries]

            init(_ summary: Recomputing.SeriesSummary, items: [RecomputedSeries]) {
                looked = summary.looked
                series_different = summary.different
                other_engine = summary.otherEngine
                other_engine_different = summary.otherEngineDifferent
                waiting = summary.waiting
                self.items = items
            }
        }
    }

    private struct Item: Encodable {
        let comparison_id: String
        let new_id: String
        let run_id: String?
        let base: String
        let candidate: String
        let was: Word
        let now: Word
        let engine_was: String
        let engine_now: String
        let rows: [Row]
    }

    private struct Word: Encodable {
        let direction: String
        let decision: String
        var text: String { "\(direction), \(decision)" }

        init(_ direction: Direction, _ decision: Decision) {
            self.direction = direction.rawValue
            self.decision = decision.rawValue
        }
    }

    private struct Row: Encodable {
        let benchmark: String
        let metric: String
        let was: Word?
        let now: Word?

        init(_ difference: RowDifference) {
            let row = difference.old ?? difference.new
            benchmark = row?.benchmark ?? ""
            metric = row?.metric.name ?? ""
            was = difference.old.map { Word($0.direction, $0.decision) }
            now = difference.new.map { Word($0.direction, $0.decision) }
        }
    }
}
