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
    /// What crept in since the pinned baseline.
    let pinned: Sentence?
    /// What was taken out of series, a line each.
    let excluded: [Sentence]
    let failure: FailureNotice?
    let facts: [Fact]
    /// Of the one job; of several the cells are shown instead.
    let steps: [RunSteps.Step]
    let hasSteps: Bool
    let cells: CellTable?
    /// Work goes on, so that the page renews itself.
    let isOpen: Bool
    let attempts: [AttemptLine]
    let hasNoAttempts: Bool
    let table: ComparisonTable?
    let measured: MeasurementTable?
    let detail: SampleDetail?
    let quality: QualityTable?
    let environment: EnvironmentTable?
    let dependencies: DependencyTable?
    let artifacts: ArtifactList?
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
        /// In the order of the matrix.
        let jobs: [JobRecord]
        /// Oldest first.
        let attempts: [AttemptRecord]
        let timelines: [AttemptID: [RunStore.TimelineEntry]]
        /// Empty for readers who may not know them.
        let hosts: [HostID: HostRecord]
        /// Of the counted attempt.
        let receipts: [MeasurementStore.Receipt]
        let comparison: ComparisonStore.Comparison?
        let exclusions: RunExclusions
        let measurements: [MeasurementRecord]
        let cases: [MeasurementStore.Case]
        /// Of the counted attempt.
        let signals: [MeasurementStore.Signal]
        let log: Log
        /// Empty for readers who may not see them.
        let artifacts: [ArtifactRecord]
        /// The newest run of the base itself, for readers who may know hosts.
        let baseEnvironment: EnvironmentTable.Other?
        let dependencies: DependencyTable?
        let isMember: Bool
        /// The samples that the address asks for.
        let choice: SampleDetail.Choice?
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
        /// Nil while it is empty.
        let document: String?
        /// Where what is added comes from; nil for a whole log.
        let events: String?
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
        commit = run.commitText
        subject = revision.map { ForeignText($0.subject) }
        author = revision.map { ForeignText($0.author, limit: 80) }
        committedAt = revision.map { Moment($0.commitTime) }
        base = run.base.map { Base($0, revision: facts.revisions[$0.commit]) }
        state = StateChip(run.state)
        sentence = RunVerdict(facts).sentence
        pinned = PinnedNotice.sentence(on: facts.comparison?.rows ?? [])
        excluded = ExclusionNotice.sentences(facts.exclusions)
        failure = run.failure.map { FailureNotice($0) }
        self.facts = RunFacts(facts).all
        isOpen = !run.state.isTerminal
        hasSteps = facts.jobs.count < 2
        steps =
            hasSteps
            ? RunSteps(run, attempts: facts.attempts, timelines: facts.timelines).steps : []
        cells = CellTable(facts.jobs, facts.attempts, hosts: facts.hosts)
        attempts = Self.attempts(facts)
        hasNoAttempts = facts.attempts.isEmpty
        let sides = SampleSides(facts.measurements)
        table = facts.comparison.map { ComparisonTable($0, samples: sides, of: run) }
        let isUncompared = facts.comparison == nil && !facts.measurements.isEmpty
        measured = isUncompared ? MeasurementTable(facts.measurements) : nil
        detail = Self.detail(facts)
        quality = QualityTable(facts.signals)
        environment =
            facts.isMember
            ? EnvironmentTable(facts.receipts, base: facts.baseEnvironment) : nil
        dependencies = facts.dependencies
        artifacts = ArtifactList(facts.artifacts)
        problems = facts.cases.compactMap { CaseLine($0) }
        hasProblems = !problems.isEmpty
        request = PagePath.request(run.request).text
        document = DocumentPath.run(run.id).text
        samples = facts.measurements.isEmpty ? nil : DocumentPath.samples(run.id).text
        (log, withheldLog) = Self.log(facts.log)
    }
}

extension RunModel {
    private static func attempts(_ facts: Facts) -> [AttemptLine] {
        let cells = Dictionary(
            facts.jobs.map { ($0.id, $0.cell) }, uniquingKeysWith: { first, _ in first })
        return facts.attempts.map {
            AttemptLine(
                $0, cell: cells[$0.job], host: facts.hosts[$0.host],
                timeline: facts.timelines[$0.id] ?? [])
        }
    }

    /// What is shown of the log, or how much is kept from the reader.
    private static func log(_ log: Log) -> (ShownLog?, withheld: String?) {
        switch log {
        case .none: return (nil, nil)
        case .tail(let tail, let attempt):
            let isWhole = attempt.logIsComplete || attempt.state.isTerminal
            let shown = ShownLog(
                tail: tail, attempt: attempt.number,
                document: attempt.logBytes > 0 ? DocumentPath.log(attempt.id).text : nil,
                events: isWhole ? nil : DocumentPath.logEvents(attempt.id).text)
            return (shown, nil)
        case .withheld(let bytes): return (nil, UnitScale.bytes(bytes))
        }
    }

    /// Of what the address names, else of the greatest change, else of what comes first.
    private static func detail(_ facts: Facts) -> SampleDetail? {
        let rows = facts.comparison?.rows ?? []
        let changed = rows.filter {
            $0.isWatched && ($0.direction == .regressed || $0.direction == .improved)
        }
        let greatest = changed.max {
            abs($0.shift?.relative ?? 0) < abs($1.shift?.relative ?? 0)
        }
        let first = greatest ?? rows.first { $0.isWatched && $0.state == "compared" }
        let measured = facts.measurements.first { $0.isCounted && $0.role == .candidate }
        let chosen =
            facts.choice ?? first.map { SampleDetail.Choice($0) }
            ?? measured.map { SampleDetail.Choice($0) }
        guard let chosen else { return nil }
        return SampleDetail(
            chosen, of: facts.measurements, cases: facts.cases,
            row: rows.first { SampleDetail.Choice($0) == chosen })
    }
}

extension RunModel.Base {
    init(_ base: RunRecord.Base, revision: RevisionStore.Revision?) {
        let how =
            switch base.how {
            case "parent": "its parent"
            case "merge_base": "the merge base"
            case "pinned": "the pinned baseline"
            case "release": "the release before it"
            default: "as asked"
            }
        self.init(
            commit: base.commit.short,
            subject: revision.map { ForeignText($0.subject, limit: 160) }, how: how)
    }
}
