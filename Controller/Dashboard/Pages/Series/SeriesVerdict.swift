import FleetModel
import Storage

/// The sentence that a series' page opens with: since when it is as it is, and where it is heading.
struct SeriesVerdict {
    private let facts: SeriesModel.Facts

    init(_ facts: SeriesModel.Facts) { self.facts = facts }

    private var metric: MetricIdentity { facts.series.record.key.metric }

    var sentence: Sentence {
        let points = facts.all.points
        guard let oldest = points.first else { return empty }
        guard let analysis = facts.analysis, analysis.engineVersion != nil else {
            var sentence = Sentence(kind: "none")
            sentence.stress("Not analysed yet")
            sentence.say(": its \(RunVerdict.counted(points.count, "run")) wait for their turn.")
            return sentence
        }
        if let trend = analysis.trend, trend.drift != .stable { return drifting(trend, analysis) }
        var sentence: Sentence
        if let place = points.lastIndex(where: { facts.steps[$0.run] != nil }),
            let step = facts.steps[points[place].run]
        {
            sentence = changed(step, at: points[place], runsSince: points.count - 1 - place)
        } else {
            sentence = Sentence(kind: "unchanged")
            sentence.stress("No change of level")
            sentence.say(
                " in \(RunVerdict.counted(points.count, "run")) since "
                    + "\(Moment(oldest.commitTime).day).")
        }
        tellSuspicion(analysis, in: &sentence)
        tellReach(analysis, in: &sentence)
        return sentence
    }

    private var empty: Sentence {
        var sentence = Sentence(kind: "none")
        let others = facts.series.points
        guard others > 0, facts.query.branch == nil else {
            sentence.stress("Nothing of this series counts yet")
            sentence.say(".")
            return sentence
        }
        sentence.stress("No commit of the default branch was measured")
        sentence.say("; there ")
        sentence.say(others == 1 ? "is " : "are ")
        sentence.link(
            "\(RunVerdict.counted(others, "run")) of other branches",
            href: PagePath.query(PagePath.series(facts.series.record.id).text, [("branch", "*")]))
        sentence.say(".")
        return sentence
    }

    private func changed(
        _ step: SeriesSteps.Step, at point: SeriesPoint, runsSince count: Int
    ) -> Sentence {
        var sentence = Sentence(kind: step.kind)
        let word = ChangeLine.comparative(metric, rises: step.after > step.before)
        let start = word.prefix(1).uppercased() + word.dropFirst()
        if let change = step.shift.map({ ChangeFigure($0) }) {
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
        case 1: sentence.say("; no other change was found in the one run since.")
        default:
            sentence.say(
                "; no other change was found in the \(Figures.grouped(count)) runs since.")
        }
        return sentence
    }

    /// No single commit did it.
    private func drifting(_ trend: SeriesTrend, _ analysis: SeriesAnalysis) -> Sentence {
        var sentence = Sentence(kind: Self.kind(of: trend.drift))
        sentence.say("It ")
        sentence.stress("drifts")
        if let month = trend.perMonth {
            let figure = ChangeFigure(RelativeInterval(value: month))
            sentence.say(" by ")
            sentence.stress("\(figure.percent) a month")
        } else {
            sentence.say(trend.theilSen > 0 ? " upwards" : " downwards")
        }
        sentence.say(
            " over its newest \(RunVerdict.counted(trend.runs, "run")), commit by commit and not "
                + "in one step.")
        if let runs = trend.runsToBreach {
            sentence.say(
                " At that pace it will have moved by what its policy bears in "
                    + "\(RunVerdict.counted(runs, "more run")).")
        }
        tellReach(analysis, in: &sentence)
        return sentence
    }

    private static func kind(of drift: SeriesTrend.Drift) -> String {
        switch drift {
        case .stable: "unchanged"
        case .improving: "improved"
        case .degrading, .critical: "regressed"
        }
    }

    private func tellSuspicion(_ analysis: SeriesAnalysis, in sentence: inout Sentence) {
        guard let suspect = analysis.suspect else { return }
        let side = suspect == .upper ? "above" : "below"
        sentence.say(
            " The newest runs lie \(side) what was before; they are too few to be a change yet.")
    }

    /// What can be seen at all.
    private func tellReach(_ analysis: SeriesAnalysis, in sentence: inout Sentence) {
        guard let least = analysis.noise?.detectable, least > 0 else { return }
        sentence.say(
            " Five runs on each side show changes from \(Figures.percent(least)) on; smaller ones "
                + "cannot be told from its noise.")
    }
}
