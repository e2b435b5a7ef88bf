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
    let changes: [Regression]
    let hasNoChanges: Bool
    let comparisonsRead: Int
    let open: [RunLine]
    let queue: String
    let document: String

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
        let revisions: [CommitKey: RevisionStore.Revision]
    }

    struct Regression: Hashable, Sendable {
        let href: String
        let commit: String
        let line: ChangeLine
        let hostClass: ForeignText
        let decision: String
        let at: Moment

        init(_ change: ComparisonStore.Change) {
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
        changes = facts.changes.map { Regression($0) }
        hasNoChanges = facts.changes.isEmpty
        comparisonsRead = ProjectPage.comparisonsRead
        let open = facts.open.sorted(by: Self.goesFirst)
        self.open = open.map { RunLine($0, revision: facts.revisions[CommitKey($0)]) }
        queue = Self.queue(facts.open)
        sentence = facts.isFirstPage ? Self.sentence(facts) : nil
        document = DocumentPath.runs(project: project.name).text
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
        sentence.link(run.commit.short, to: .run(run.id))
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
            sentence.say(", ")
            sentence.stress("improved")
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
