import FleetModel
import Storage

/// Says which commits of a request made something worse, or that none did.
///
/// A run that is compared with its commit's own parent puts the blame on that commit alone. One
/// that is compared with a fixed base only says by when the change had come in.
struct BlameSentence {
    private let facts: RequestModel.Facts

    /// More are counted, not named.
    private static let named = 5

    init(_ facts: RequestModel.Facts) { self.facts = facts }

    var sentence: Sentence {
        let runs = facts.request.runs
        let guilty = runs.filter { $0.direction == .regressed }
        let exact = guilty.filter(isComparedWithParent)
        if !exact.isEmpty { return blame(exact) }
        if let first = guilty.first { return firstWorse(first) }
        return acquittal
    }

    /// The commits that are named as guilty, in the request's order.
    var guilty: [CommitHash] {
        facts.request.runs.filter { $0.direction == .regressed && isComparedWithParent($0) }
            .map(\.commit)
    }

    private func isComparedWithParent(_ run: RunRecord) -> Bool {
        guard let base = run.base else { return false }
        if base.how == "parent" { return true }
        return facts.revisions[CommitKey(run)]?.parents.first == base.commit
    }

    private func blame(_ runs: [RunRecord]) -> Sentence {
        var sentence = Sentence(kind: "regressed")
        for (place, run) in runs.prefix(Self.named).enumerated() {
            if place > 0 { sentence.say(" ") }
            tell(run, in: &sentence)
        }
        if runs.count > Self.named {
            sentence.say(" \(runs.count - Self.named) more regressed.")
        }
        addOpen(to: &sentence)
        return sentence
    }

    /// `7d3f2a91c0de “Subject” made parse slower by 4.21 % [3.80, 4.61].`
    private func tell(_ run: RunRecord, in sentence: inout Sentence) {
        sentence.link(run.commit.short, to: .run(run.id))
        if let revision = facts.revisions[CommitKey(run)] {
            sentence.say(" “")
            sentence.name(ForeignText(revision.subject, limit: 80))
            sentence.say("”")
        }
        let changes = facts.changes.filter { $0.run == run.id && $0.row.direction == .regressed }
        guard let greatest = changes.first else {
            sentence.say(" ")
            sentence.stress("regressed")
            sentence.say(".")
            return
        }
        sentence.say(" made ")
        ChangeLine(greatest.row).tell(in: &sentence, verb: "")
        if changes.count > 1 {
            sentence.say(", and \(RunVerdict.counted(changes.count - 1, "other metric")) worse")
        }
        sentence.say(".")
    }

    private func firstWorse(_ run: RunRecord) -> Sentence {
        var sentence = Sentence(kind: "regressed")
        sentence.link(run.commit.short, to: .run(run.id))
        sentence.say(" is the ")
        sentence.stress("first that is worse")
        sentence.say(" than the base \(run.base?.commit.short ?? "")")
        let changes = facts.changes.filter { $0.run == run.id && $0.row.direction == .regressed }
        if let greatest = changes.first {
            sentence.say(": ")
            ChangeLine(greatest.row).tell(in: &sentence)
        }
        sentence.say(". The change came with it or with a commit since the one before it.")
        addOpen(to: &sentence)
        return sentence
    }

    private var acquittal: Sentence {
        let runs = facts.request.runs
        let judged = runs.filter { $0.direction != nil }
        let open = runs.filter { !$0.state.isTerminal }
        var sentence = Sentence(kind: "none")
        guard !judged.isEmpty else {
            sentence.stress(open.isEmpty ? "Nothing could be judged" : "Nothing is judged yet")
            sentence.say(open.isEmpty ? "." : ": \(open.count) of \(runs.count) runs are open.")
            return sentence
        }
        let unclear = judged.filter { $0.direction == .unclear }.count
        let isClean = open.isEmpty && unclear == 0 && judged.count == runs.count
        sentence.kind = isClean ? "unchanged" : "unclear"
        sentence.stress("No commit regressed")
        sentence.say(" among the \(judged.count) that were judged")
        if unclear > 0 { sentence.say("; \(unclear) of them unclear") }
        let unjudged = runs.count - judged.count - open.count
        if unjudged > 0 { sentence.say("; \(unjudged) could not be judged") }
        sentence.say(".")
        addOpen(to: &sentence)
        return sentence
    }

    private func addOpen(to sentence: inout Sentence) {
        let open = facts.request.runs.filter { !$0.state.isTerminal }.count
        guard open > 0 else { return }
        sentence.say(" \(RunVerdict.counted(open, "run")) still open.")
    }
}
