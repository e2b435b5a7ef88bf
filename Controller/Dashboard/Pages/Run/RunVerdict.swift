import FleetModel
import Storage

/// The sentence that a run's page opens with.
struct RunVerdict {
    private let facts: RunModel.Facts

    init(_ facts: RunModel.Facts) { self.facts = facts }

    var sentence: Sentence {
        switch facts.run.state {
        case .waiting, .queued: waiting
        case .running, .processing: working
        case _ where facts.run.hasResults: ended
        case .failed: failed
        case .cancelled, .expired, .superseded, .succeeded, .partial: stopped
        }
    }

    /// What was measured, and which cells have no part in it.
    private var ended: Sentence {
        var sentence = judged
        if let problems = RunLine.problems(facts.run.cases) { sentence.say(" \(problems).") }
        let stopped = StoppedCells(facts.jobs)
        // What was not measured is never counted as unchanged.
        if !stopped.isEmpty, sentence.kind == Direction.unchanged.rawValue {
            sentence.kind = Direction.unclear.rawValue
        }
        stopped.tell(in: &sentence)
        return sentence
    }

    private var waiting: Sentence {
        var sentence = Sentence(kind: "none")
        sentence.stress("Waiting")
        sentence.say(" for a host of class ")
        sentence.name(ForeignText(facts.run.hostClass, limit: 60))
        sentence.say(".")
        return sentence
    }

    private var working: Sentence {
        var sentence = Sentence(kind: "none")
        let progress = facts.attempts.last?.progress
        if facts.run.state == .processing {
            sentence.stress("Measured")
            sentence.say("; the results are being judged.")
            return sentence
        }
        sentence.stress("Measuring")
        guard facts.jobs.count < 2 else {
            let ended = facts.jobs.count(where: \.state.isTerminal)
            sentence.say(
                ": \(Figures.grouped(ended)) of \(Self.counted(facts.jobs.count, "cell")) ended.")
            return sentence
        }
        if let phase = progress?.phase { sentence.say(", phase \(phase.rawValue)") }
        if let progress, progress.total > 0 {
            sentence.say(
                ": \(Figures.grouped(progress.done)) of \(Figures.grouped(progress.total)) done")
        }
        sentence.say(".")
        return sentence
    }

    private var failed: Sentence {
        var sentence = Sentence(kind: "failed")
        sentence.stress("Failed")
        if let failure = facts.run.failure {
            sentence.say(": \(FailureNotice(failure).what)")
        }
        sentence.say(". Nothing was compared.")
        StoppedCells(facts.jobs).tell(in: &sentence)
        return sentence
    }

    private var stopped: Sentence {
        var sentence = Sentence(kind: "unclear")
        let word = facts.run.state.rawValue
        sentence.stress(word.prefix(1).uppercased() + word.dropFirst())
        let only = facts.jobs.count == 1 ? facts.jobs.first : nil
        if let person = only?.cancelledBy {
            sentence.say(" by ")
            sentence.name(ForeignText(person, limit: 60))
        }
        sentence.say(" before it could be judged")
        if let reason = only?.cancelReason {
            sentence.say(": ")
            sentence.name(ForeignText(reason, limit: 400))
        }
        sentence.say(".")
        StoppedCells(facts.jobs).tell(in: &sentence)
        return sentence
    }

    private var judged: Sentence {
        guard let comparison = facts.comparison else { return uncompared }
        let judged = comparison.rows.filter { $0.isWatched && $0.state == "compared" }
        guard !judged.isEmpty else { return unjudged }
        var sentence = Sentence(kind: comparison.direction.rawValue)
        switch comparison.direction {
        case .regressed, .improved: tellChange(comparison, judged, in: &sentence)
        case .unchanged:
            sentence.stress("No change")
            sentence.say(" in \(Self.counted(judged.count, "judged metric"))")
            if let worst = judged.compactMap(\.detectable).max() {
                let share = Figures.threeDigits(worst * 100)
                sentence.say(
                    ": \(share)\(Figures.thinSpace)% or more would have been seen in each")
            }
            sentence.say(".")
        case .unclear:
            let unclear = judged.filter { $0.direction == .unclear }.count
            sentence.stress("Unclear")
            sentence.say(
                ": no answer in \(Figures.grouped(unclear)) of "
                    + "\(Self.counted(judged.count, "judged metric")).")
        }
        return sentence
    }

    private func tellChange(
        _ comparison: ComparisonStore.Comparison, _ judged: [ComparisonStore.RowRecord],
        in sentence: inout Sentence
    ) {
        let changed = judged.filter { $0.direction == comparison.direction }
        let size = { (row: ComparisonStore.RowRecord) in abs(row.shift?.relative ?? 0) }
        guard let greatest = changed.max(by: { size($0) < size($1) }) else { return }
        ChangeLine(greatest).tell(in: &sentence)
        sentence.say(" than at ")
        sentence.say(comparison.base.commit.short)
        let others = changed.count - 1
        if others > 0 {
            sentence.say(
                "; \(Self.counted(others, "other metric")) \(comparison.direction.rawValue) too")
        }
        sentence.say(".")
        let improved = judged.filter { $0.direction == .improved }.count
        if comparison.direction == .regressed, improved > 0 {
            sentence.say(" \(Self.counted(improved, "metric")) improved.")
        }
    }

    private var uncompared: Sentence {
        var sentence = Sentence(kind: "none")
        let metrics = Set(facts.measurements.map(\.series.id)).count
        sentence.stress("Measured \(Self.counted(metrics, "metric"))")
        sentence.say(
            facts.run.base == nil
                ? ", compared with nothing: the run has no base."
                : "; there is nothing to compare them with.")
        return sentence
    }

    private var unjudged: Sentence {
        var sentence = Sentence(kind: "none")
        sentence.stress("Measured")
        sentence.say(", but no metric that is watched has values on both sides.")
        return sentence
    }

    static func counted(_ number: Int, _ noun: String, plural: String? = nil) -> String {
        "\(Figures.grouped(number)) \(number == 1 ? noun : plural ?? noun + "s")"
    }
}
