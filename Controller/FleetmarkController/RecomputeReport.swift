import FleetModel
import FoundationEssentials
import Pipeline
import Storage

/// What a recomputation found, as lines or as one document.
struct RecomputeReport {
    let isJSON: Bool
    private var text = ""
    private var items: [Item] = []

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

    func end(_ summary: Recomputing.Summary, isTrial: Bool) -> String {
        guard isJSON else {
            var end = "\(summary.looked) comparisons decided again: "
            end += summary.different == 0 ? "none differs" : "\(summary.different) differ"
            if summary.different > 0 { end += ", \(summary.otherwise) of them in their decision" }
            if summary.withoutSamples > 0 {
                end += "; \(summary.withoutSamples) have no samples any more"
            }
            return text + end + (isTrial ? "; nothing was stored\n" : "\n")
        }
        let document = Document(
            looked: summary.looked, different: summary.different,
            other_decision: summary.otherwise, without_samples: summary.withoutSamples,
            stored: !isTrial, items: items)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = (try? encoder.encode(document)) ?? Data()
        return String(decoding: bytes, as: UTF8.self) + "\n"
    }

    private struct Document: Encodable {
        let schema = "fleetmark.recompute.v1"
        let looked: Int
        let different: Int
        let other_decision: Int
        let without_samples: Int
        let stored: Bool
        let items: [Item]
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
