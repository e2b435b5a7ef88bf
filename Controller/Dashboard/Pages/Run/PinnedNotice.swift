import FleetModel
import Storage

/// What has crept in since the pinned baseline: `parse is slower by 6.2 % than at v1.0, which is
/// pinned; 2 other metrics are worse, too.`
enum PinnedNotice {
    /// Nil while nothing has.
    static func sentence(on rows: [ComparisonStore.RowRecord]) -> Sentence? {
        let losses = PinnedLosses(rows.filter(\.isWatched)).rows
        guard let worst = losses.first, let pinned = worst.pinned else { return nil }
        var sentence = Sentence(kind: pinned.direction.rawValue)
        sentence.name(ForeignText(worst.benchmark, limit: 120))
        if let parameters = ForeignText(worst.parameters, limit: 120) {
            sentence.say(" (")
            sentence.name(parameters)
            sentence.say(")")
        }
        sentence.say(" ")
        sentence.name(ForeignText(worst.metric.name, limit: 60))
        sentence.say(" is ")
        if let shift = pinned.shift {
            let figure = ChangeFigure(
                RelativeInterval(value: shift.relative, low: shift.low, high: shift.high))
            let word = ChangeLine.comparative(worst.metric, rises: shift.relative > 0)
            sentence.stress("\(word) by \(figure.size)")
            if let bounds = figure.bounds { sentence.say(" " + bounds) }
        } else {
            sentence.stress("worse")
        }
        sentence.say(" than at the pinned baseline ")
        sentence.link(pinned.name, to: .run(pinned.run))
        let others = losses.count - 1
        if others > 0 {
            sentence.say("; \(RunVerdict.counted(others, "other metric")) worse, too")
        }
        sentence.say(".")
        return sentence
    }
}
