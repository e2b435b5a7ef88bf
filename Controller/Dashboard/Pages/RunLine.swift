import FleetModel
import Storage

/// A run as one row of a list.
struct RunLine: Hashable, Sendable {
    let href: String
    let commit: String
    let subject: ForeignText?
    let author: ForeignText?
    let ref: ForeignText?
    let hostClass: ForeignText
    let state: StateChip
    /// Nil before the decision, and without a base.
    let mark: Mark?
    /// What stands where there is no direction: `not compared`, or nothing yet.
    let unmarked: String?
    /// Whether neither of the two is there.
    let isUnjudged: Bool
    let decision: String?
    /// `2 failed`, `1 invalid`.
    let problems: String?
    /// The greatest change, where one was asked for.
    let change: ChangeLine?
    let failure: ForeignText?
    let createdAt: Moment
    let took: String?
    /// The word that colours the row: a verdict, or `failed`.
    let kind: String

    init(
        _ run: RunRecord, revision: RevisionStore.Revision?, change: ChangeLine? = nil
    ) {
        href = PagePath.run(run.id).text
        commit = run.commitText
        subject = revision.map { ForeignText($0.subject, limit: 160) }
        author = revision.map { ForeignText($0.author, limit: 60) }
        ref = run.ref.map { ForeignText($0, limit: 60) }
        hostClass = ForeignText(run.hostClass, limit: 60)
        state = StateChip(run.state)
        mark = run.direction.map { Mark($0) }
        unmarked = run.direction == nil && run.hasResults ? "not compared" : nil
        isUnjudged = run.direction == nil && !run.hasResults
        decision = run.decision.map(\.rawValue)
        problems = Self.problems(run.cases)
        self.change = change
        failure = run.failure.map { ForeignText($0.message, limit: 200) }
        createdAt = Moment(run.createdAt)
        took = run.startedAt.flatMap { start in
            run.finishedAt.map { Span.text(from: start, to: $0) }
        }
        kind = run.state == .failed ? "failed" : run.direction?.rawValue ?? "none"
    }

    static func problems(_ cases: CaseCounts) -> String? {
        let parts = [
            (cases.failed, "failed"), (cases.invalid, "invalid"), (cases.skipped, "skipped"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

extension RunRecord {
    /// What was measured: the commit, and whether a change stood on top of it.
    var commitText: String { commit.short + (patch == nil ? "" : " + patch") }
}
