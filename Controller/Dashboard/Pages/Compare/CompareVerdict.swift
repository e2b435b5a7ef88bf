import FleetModel
import Storage

/// The sentences that a comparison opens with.
struct CompareVerdict {
    private let judged: [ComparisonStore.RowRecord]
    private let facts: CompareResult.Facts

    init(_ facts: CompareResult.Facts, rows: [ComparisonStore.RowRecord]) {
        self.facts = facts
        judged = rows.filter { $0.isWatched && $0.state == "compared" }
    }

    private func rows(_ direction: Direction) -> [ComparisonStore.RowRecord] {
        judged.filter { $0.direction == direction }.sorted(by: ComparisonTable.goesFirst)
    }

    /// What changed, and which cells of either side have no part in it. What was measured in turns
    /// is all of the head's run.
    var sentence: Sentence {
        var sentence = found
        let base = facts.isInterleaved ? [] : facts.jobs.base
        for (side, jobs) in [("head", facts.jobs.head), ("base", base)] {
            let stopped = StoppedCells(jobs, of: side)
            if !stopped.isEmpty, sentence.kind == Direction.unchanged.rawValue {
                sentence.kind = Direction.unclear.rawValue
            }
            stopped.tell(in: &sentence)
        }
        return sentence
    }

    private var found: Sentence {
        guard !judged.isEmpty else {
            var sentence = Sentence(kind: "none")
            sentence.stress("Nothing can be judged")
            sentence.say(": no watched metric has values on both sides.")
            return sentence
        }
        let regressed = rows(.regressed)
        let improved = rows(.improved)
        if let worst = regressed.first { return changed(worst, regressed, improved, "regressed") }
        if let best = improved.first { return changed(best, improved, [], "improved") }
        let unclear = rows(.unclear).count
        guard unclear == 0 else {
            var sentence = Sentence(kind: "unclear")
            sentence.stress("Unclear")
            sentence.say(
                ": no answer in \(Figures.grouped(unclear)) of "
                    + "\(RunVerdict.counted(judged.count, "judged metric")); no other changed.")
            return sentence
        }
        var sentence = Sentence(kind: "unchanged")
        sentence.stress("No change")
        sentence.say(" in \(RunVerdict.counted(judged.count, "judged metric")).")
        return sentence
    }

    private func changed(
        _ greatest: ComparisonStore.RowRecord, _ same: [ComparisonStore.RowRecord],
        _ opposite: [ComparisonStore.RowRecord], _ word: String
    ) -> Sentence {
        var sentence = Sentence(kind: word)
        ChangeLine(greatest).tell(in: &sentence)
        if facts.isRatio(greatest), let common = facts.head.base?.commit {
            sentence.say(", each against \(common.short)")
        }
        let others = same.count - 1
        if others > 0 {
            sentence.say("; \(RunVerdict.counted(others, "other metric")) \(word) too")
        }
        sentence.say(".")
        if let best = opposite.first {
            sentence.say(" \(RunVerdict.counted(opposite.count, "metric")) improved, led by ")
            sentence.name(ForeignText(best.benchmark, limit: 120))
            if let shift = best.shift { sentence.say(" at \(ChangeFigure(shift).percent)") }
            sentence.say(".")
        }
        return sentence
    }

    /// What a “no change” is worth, and what follows; nil when there is nothing to add.
    var more: String? {
        var parts: [String] = []
        let unchanged = rows(.unchanged)
        if let worst = unchanged.compactMap(\.detectable).max(), worst > 0 {
            let share = Figures.threeDigits(worst * 100)
            parts.append(
                "\(RunVerdict.counted(unchanged.count, "metric")) without change: "
                    + "\(share)\(Figures.thinSpace)% or more would have been seen in each.")
        }
        let failing = judged.count { $0.decision == .fail }
        if failing > 0 {
            parts.append("\(RunVerdict.counted(failing, "metric")) beyond the policy's threshold.")
        }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }
}
