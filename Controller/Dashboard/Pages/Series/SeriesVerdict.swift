import FleetModel
import Storage

/// The sentence that a series' page opens with: since when it is as it is.
struct SeriesVerdict {
    private let facts: SeriesModel.Facts
    private let levels: SeriesLevels

    init(_ facts: SeriesModel.Facts, levels: SeriesLevels) {
        self.facts = facts
        self.levels = levels
    }

    var sentence: Sentence {
        let points = facts.all.points
        guard let newest = points.last else {
            var sentence = Sentence(kind: "none")
            sentence.stress("Nothing of this series counts yet")
            sentence.say(".")
            return sentence
        }
        if let place = points.lastIndex(where: { SeriesLevels.change($0) != nil }) {
            return changed(points[place], runsSince: points.count - 1 - place)
        }
        let judged = points.filter { $0.decided?.isWatched == true }
        guard !judged.isEmpty else { return unjudged(newest) }
        var sentence = Sentence(kind: "unchanged")
        sentence.stress("No change")
        sentence.say(" was decided in \(RunVerdict.counted(judged.count, "judged run")) ")
        sentence.say("since \(Moment(points[0].commitTime).day).")
        tellUnclear(judged, in: &sentence)
        return sentence
    }

    private func changed(_ point: SeriesPoint, runsSince count: Int) -> Sentence {
        let metric = facts.series.record.key.metric
        let direction = SeriesLevels.change(point) ?? .unclear
        var sentence = Sentence(kind: direction.rawValue)
        let word = ChangeLine.comparative(metric, point.decided?.shift)
        let start = word.prefix(1).uppercased() + word.dropFirst()
        if let change = point.decided?.shift.map({ ChangeFigure($0) }) {
            sentence.say("\(start) by ")
            sentence.stress(change.size)
            if let bounds = change.bounds { sentence.say(" \(bounds)") }
        } else {
            sentence.stress(start)
        }
        sentence.say(" since ")
        sentence.link(point.commit.short, to: .run(point.run))
        sentence.say(" of \(Moment(point.commitTime).day)")
        switch count {
        case 0: sentence.say("; no later commit was measured.")
        case 1: sentence.say("; the one run since stayed there.")
        default:
            sentence.say("; no change was decided in the \(Figures.grouped(count)) runs since.")
        }
        return sentence
    }

    private func unjudged(_ newest: SeriesPoint) -> Sentence {
        var sentence = Sentence(kind: "none")
        sentence.stress("Measured, never judged")
        sentence.say(
            newest.decided == nil
                ? ": no run of it was compared with a base."
                : ": the project file does not watch this metric.")
        return sentence
    }

    private func tellUnclear(_ judged: [SeriesPoint], in sentence: inout Sentence) {
        let unclear = judged.count { $0.decided?.direction == .unclear }
        guard unclear > 0 else { return }
        sentence.say(" \(Figures.grouped(unclear)) of them could not be told from noise.")
    }
}
