import FleetModel
import Storage

/// What a run's page shows.
struct RunModel: Sendable {
    let commit: String
    let subject: ForeignText?
    let author: ForeignText?
    let committedAt: Moment?
    let base: Base?
    let state: StateChip
    let sentence: Sentence
    let failure: FailureNotice?
    let facts: [Fact]
    let attempts: [AttemptLine]
    let hasNoAttempts: Bool
    let table: ComparisonTable?
    let measured: MeasurementTable?
    let problems: [CaseLine]
    let hasProblems: Bool
    let log: ShownLog?
    let withheldLog: String?
    let request: String
    let document: String
    let samples: String?

    /// What the queries found.
    struct Facts: Sendable {
        let project: ProjectStore.Project
        let run: RunRecord
        let revisions: [CommitHash: RevisionStore.Revision]
        let request: RunStore.RequestRecord?
        /// Oldest first.
        let attempts: [AttemptRecord]
        /// Empty for readers who may not know them.
        let hosts: [HostID: HostRecord]
        /// Of the counted attempt.
        let receipts: [MeasurementStore.Receipt]
        let comparison: ComparisonStore.Comparison?
        let measurements: [MeasurementRecord]
        let cases: [MeasurementStore.Case]
        let log: Log
    }

    enum Log: Sendable {
        case none
        /// There is one, which the reader may not see.
        case withheld(bytes: Int64)
        case tail(LogTail, of: AttemptRecord)
    }

    struct ShownLog: Hashable, Sendable {
        let tail: LogTail
        let attempt: Int64
        let document: String
    }

    struct Base: Hashable, Sendable {
        let commit: String
        let subject: ForeignText?
        /// `its parent`, `given`.
        let how: String
    }

    init(_ facts: Facts) {
        let run = facts.run
        let revision = facts.revisions[run.commit]
        commit = run.commit.short
        subject = revision.map { ForeignText($0.subject) }
        author = revision.map { ForeignText($0.author, limit: 80) }
        committedAt = revision.map { Moment($0.commitTime) }
        base = run.base.map { Base($0, revision: facts.revisions[$0.commit]) }
        state = StateChip(run.state)
        sentence = RunVerdict(facts).sentence
        failure = run.failure.map { FailureNotice($0) }
        self.facts = RunFacts(facts).all
        attempts = facts.attempts.map { AttemptLine($0, host: facts.hosts[$0.host]) }
        hasNoAttempts = facts.attempts.isEmpty
        let sides = SampleSides(facts.measurements)
        table = facts.comparison.map { ComparisonTable($0, samples: sides, of: run) }
        let isUncompared = facts.comparison == nil && !facts.measurements.isEmpty
        measured = isUncompared ? MeasurementTable(facts.measurements) : nil
        problems = facts.cases.compactMap { CaseLine($0) }
        hasProblems = !problems.isEmpty
        request = PagePath.request(run.request).text
        document = DocumentPath.run(run.id).text
        samples = facts.measurements.isEmpty ? nil : DocumentPath.samples(run.id).text
        switch facts.log {
        case .none: (log, withheldLog) = (nil, nil)
        case .tail(let tail, let attempt):
            let document = DocumentPath.log(attempt.id).text
            (log, withheldLog) = (
                ShownLog(tail: tail, attempt: attempt.number, document: document), nil
            )
        case .withheld(let bytes):
            (log, withheldLog) = (nil, UnitScale.bytes(bytes))
        }
    }
}

extension RunModel.Base {
    init(_ base: RunRecord.Base, revision: RevisionStore.Revision?) {
        let how =
            switch base.how {
            case "parent": "its parent"
            case "merge_base": "the merge base"
            case "pinned": "the pinned base"
            default: "as asked"
            }
        self.init(
            commit: base.commit.short,
            subject: revision.map { ForeignText($0.subject, limit: 160) }, how: how)
    }
}
