import FleetModel
import Storage

/// What a request's page shows.
struct RequestModel: Sendable {
    let title: String
    /// `3f2a91c0de44 … 7d3f2a91c0de`, or the one commit.
    let span: String
    let sentence: Sentence
    let state: StateChip
    let lines: [RunLine]
    let trigger: ForeignText
    let reason: ForeignText?
    let createdAt: Moment
    let summary: String
    let document: String

    /// What the queries found.
    struct Facts: Sendable {
        let project: ProjectStore.Project
        let request: RunStore.RequestRecord
        let revisions: [CommitKey: RevisionStore.Revision]
        /// In the request's order, then by size.
        let changes: [ComparisonStore.Change]
    }

    init(_ facts: Facts) {
        let request = facts.request
        let runs = request.runs
        let commits = runs.map(\.commit)
        span = Self.span(commits)
        title = Set(commits).count == 1 ? "Commit \(span)" : "Range \(span)"
        state = StateChip(request.state)
        let changes = Dictionary(grouping: facts.changes, by: \.run)
        lines = runs.map { run in
            let row = Self.greatest(changes[run.id] ?? [], of: run)
            return RunLine(
                run, revision: facts.revisions[CommitKey(run)], change: row.map { ChangeLine($0) })
        }
        let person = request.triggeredBy.map { " by \($0)" } ?? ""
        trigger = ForeignText(request.triggerKind + person, limit: 120)
        reason = request.reason.map { ForeignText($0) }
        createdAt = Moment(request.createdAt)
        summary = Self.summary(runs)
        sentence = BlameSentence(facts).sentence
        document = DocumentPath.request(request.id).text
    }

    private static func span(_ commits: [CommitHash]) -> String {
        guard let first = commits.first, let last = commits.last else { return "without runs" }
        return first == last ? first.short : "\(first.short) … \(last.short)"
    }

    /// The greatest change that goes the run's way.
    static func greatest(
        _ changes: [ComparisonStore.Change], of run: RunRecord
    ) -> ComparisonStore.RowRecord? {
        changes.first { $0.row.direction == run.direction }?.row
    }

    private static func summary(_ runs: [RunRecord]) -> String {
        let ended = runs.filter(\.state.isTerminal).count
        let noun = runs.count == 1 ? "run" : "runs"
        return ended == runs.count
            ? "\(runs.count) \(noun), all ended" : "\(ended) of \(runs.count) \(noun) ended"
    }
}
