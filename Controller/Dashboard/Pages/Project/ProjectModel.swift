import FleetModel
import Storage

/// What a project's home shows.
struct ProjectModel: Sendable {
    let name: ForeignText
    let title: ForeignText?
    let visibility: String
    let branch: ForeignText
    let repositories: [ForeignText]
    let sentence: Sentence?
    let runs: [RunLine]
    let hasNoRuns: Bool
    let isFirstPage: Bool
    let older: String?
    let newest: String
    let changes: [Mover]
    let hasNoChanges: Bool
    let comparisonsRead: Int
    let open: [RunLine]
    let queue: String
    let document: String
    let freshness: [Fact]
    let series: [SeriesLine]
    let hasSeries: Bool
    let headline: HeadlinePanel?
    let allSeries: String

    /// A label with what it says; the time is there for what happened once.
    struct Fact: Hashable, Sendable {
        let label: String
        let text: String
        let at: Moment?
        let href: String?
    }

    /// What the queries found.
    struct Facts: Sendable {
        let project: ProjectStore.Project
        let repositories: [ProjectStore.Repository]
        /// Newest first.
        let runs: [RunRecord]
        let hasOlder: Bool
        let isFirstPage: Bool
        /// Oldest first.
        let open: [RunRecord]
        let changes: [ComparisonStore.Change]
        let sparks: [SeriesID: Sparkline]
        let series: [SeriesLine]
        let headline: HeadlinePanel?
        let now: ServerTime
        let revisions: [CommitKey: RevisionStore.Revision]
    }

    /// A row that moved.
    struct Mover: Hashable, Sendable {
        let href: String
        let commit: String
        let line: ChangeLine
        let hostClass: ForeignText
        let decision: String
        let at: Moment
        let kind: String
        /// Nil for rows that belong to no series yet.
        let seriesHref: String?
        let spark: Sparkline?

        init(_ change: ComparisonStore.Change, _ sparks: [SeriesID: Sparkline]) {
            kind = change.row.direction.rawValue
            seriesHref = change.row.series.map { PagePath.series($0).text }
            spark = change.row.series.flatMap { sparks[$0] }
            href = PagePath.run(change.run).text
            commit = change.candidate.short
            line = ChangeLine(change.row)
            hostClass = ForeignText(change.row.hostClass, limit: 60)
            decision = change.row.decision.rawValue
            at = Moment(change.comparedAt)
        }
    }

    init(_ facts: Facts) {
        let project = facts.project
        name = ForeignText(project.name)
        title = project.title.map { ForeignText($0) }
        visibility = project.visibility
        branch = ForeignText(project.defaultBranch, limit: 80)
        repositories = facts.repositories.map { ForeignText($0.url) }
        let lines = facts.runs.map { RunLine($0, revision: facts.revisions[CommitKey($0)]) }
        runs = lines
        hasNoRuns = lines.isEmpty
        isFirstPage = facts.isFirstPage
        let last = facts.hasOlder ? facts.runs.last : nil
        older = last.map { PagePath.olderRuns(project: project.name, than: $0.id).text }
        newest = PagePath.project(project.name).text
        changes = facts.changes.map { Mover($0, facts.sparks) }
        hasNoChanges = facts.changes.isEmpty
        comparisonsRead = ProjectPage.comparisonsRead
        let open = facts.open.sorted(by: Self.goesFirst)
        self.open = open.map { RunLine($0, revision: facts.revisions[CommitKey($0)]) }
        queue = Self.queue(facts.open)
        sentence = facts.isFirstPage ? Self.sentence(facts) : nil
        document = DocumentPath.runs(project: project.name).text
        freshness = Self.freshness(facts)
        series = facts.series
        headline = facts.headline
        hasSeries = !facts.series.isEmpty
        allSeries = PagePath.seriesList(project: project.name).text
    }

    /// How old what is known is.
    private static func freshness(_ facts: Facts) -> [Fact] {
        var found: [Fact] = []
        let judged = facts.runs.first { $0.direction != nil && $0.finishedAt != nil }
        if let judged, let at = judged.finishedAt {
            found.append(
                Fact(
                    label: "Newest result", text: Span.text(from: at, to: facts.now) + " ago",
                    at: Moment(at), href: PagePath.run(judged.id).text))
        }
        found.append(Fact(label: "Under way", text: queue(facts.open), at: nil, href: nil))
        let week = ServerTime(microseconds: facts.now.microseconds - 7 * 86_400_000_000)
        let lately = facts.runs.filter { $0.createdAt > week }
        let ended = lately.filter { $0.finishedAt != nil }
        let failed = ended.count { $0.state == .failed || $0.state == .partial }
        let isCut = facts.hasOlder && lately.count == facts.runs.count
        found.append(
            Fact(
                label: "Last 7 days",
                text: "\(isCut ? "at least " : "")\(ended.count) ended, \(failed) with failures",
                at: nil, href: nil))
        return found
    }

    /// Running before waiting, urgent before patient.
    private static func goesFirst(_ first: RunRecord, _ second: RunRecord) -> Bool {
        (-first.state.advancement, first.priority.rank, first.createdAt)
            < (-second.state.advancement, second.priority.rank, second.createdAt)
    }

    private static func queue(_ open: [RunRecord]) -> String {
        guard !open.isEmpty else { return "nothing waits, nothing runs" }
        let waiting = open.filter { $0.state.advancement < 2 }.count
        return "\(open.count - waiting) running, \(waiting) waiting"
    }

    /// What the newest judged run found.
    private static func sentence(_ facts: Facts) -> Sentence? {
        guard let run = facts.runs.first(where: { $0.direction != nil }),
            let direction = run.direction
        else { return nil }
        var sentence = Sentence(kind: direction.rawValue)
        sentence.say("The newest judged run, ")
        sentence.link(run.commitText, to: .run(run.id))
        let worst = facts.changes.first { $0.run == run.id }
        switch direction {
        case .regressed:
            guard let worst else {
                sentence.say(", ")
                sentence.stress("regressed")
                sentence.say(".")
                return sentence
            }
            sentence.say(": ")
            ChangeLine(worst.row).tell(in: &sentence)
        case .improved:
            guard let best = worst else {
                sentence.say(", ")
                sentence.stress("improved")
                break
            }
            sentence.say(": ")
            ChangeLine(best.row).tell(in: &sentence)
        case .unchanged:
            sentence.say(", shows ")
            sentence.stress("no change")
        case .unclear:
            sentence.say(", is ")
            sentence.stress("unclear")
            sentence.say(": too few samples, or too much noise, to say")
        }
        sentence.say(".")
        return sentence
    }
}
