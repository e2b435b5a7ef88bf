import FleetModel
import Identity
import Storage
import WebSupport

/// What the queue shows.
struct QueueModel: Sendable {
    let summary: String
    let sentence: Sentence
    let running: [RunningJob]
    let hasNoneRunning: Bool
    let waiting: [WaitingJob]
    let hasNoneWaiting: Bool
    let isCut: Bool
    let ended: [EndedRun]
    let hasNoneEnded: Bool
    let showsHosts: Bool

    /// What the queries found.
    struct Facts: Sendable {
        /// Open ones; the queued ones in the order of their claims.
        let jobs: [JobRecord]
        let live: [AttemptRecord]
        let ended: [RunRecord]
        let runs: [RunID: RunRecord]
        let projects: [ProjectID: ProjectStore.Project]
        /// The projects that the reader may see.
        let seen: Set<ProjectID>
        let revisions: [CommitKey: RevisionStore.Revision]
        let hosts: [HostRecord]
        let clock: HostClock
        let fleet: WaitingFleet
    }

    init(_ facts: Facts, viewer: Viewer) {
        let open = facts.jobs.filter { !$0.state.isTerminal }
        let queued = open.filter { $0.state == .queued || $0.state == .waiting }
        let reasons = WaitReasons(facts.fleet, queued: queued, namesHosts: viewer.readsHosts)
        running = facts.live.compactMap { attempt in
            RunningJob(attempt, facts, viewer: viewer)
        }
        waiting = queued.filter { facts.seen.contains($0.project) }.compactMap { job in
            WaitingJob(job, reasons, facts, viewer: viewer)
        }
        ended = facts.ended.map { EndedRun($0, facts) }
        hasNoneRunning = running.isEmpty
        hasNoneWaiting = waiting.isEmpty
        hasNoneEnded = ended.isEmpty
        showsHosts = viewer.readsHosts
        isCut = facts.jobs.count >= QueuePage.jobsRead
        let working = Set(facts.live.map(\.host)).count
        let fit = facts.hosts.count { $0.state == .active }
        summary =
            "\(running.count) running, \(waiting.count) waiting"
            + (viewer.readsHosts ? "; \(working) of \(fit) active hosts at work" : "")
        sentence = Self.sentence(waiting, running.count, reasons)
    }

    private static func sentence(
        _ waiting: [WaitingJob], _ running: Int, _ reasons: WaitReasons
    ) -> Sentence {
        let stuck = waiting.filter(\.isStuck).count
        var sentence = Sentence(kind: stuck > 0 ? "unclear" : "unchanged")
        if waiting.isEmpty {
            sentence.stress(running == 0 ? "The queue is empty" : "Nothing waits")
            sentence.say(running == 0 ? ", and nothing is being measured." : ".")
            return sentence
        }
        let free = waiting.count - stuck
        if free > 0 {
            sentence.stress("\(free) \(free == 1 ? "job waits" : "jobs wait")")
            sentence.say(" for a host that has something else to do")
            sentence.say(stuck > 0 ? "; " : ".")
        }
        if stuck > 0 {
            sentence.stress("\(stuck) cannot start")
            sentence.say(" as things are: see why below.")
        }
        return sentence
    }
}

/// A job's run as lists of work name it.
struct JobName: Hashable, Sendable {
    let href: String
    let commit: String
    let subject: ForeignText?
    let project: ForeignText
    let projectHref: String
    let hostClass: ForeignText
    /// Of the matrix; nil without one.
    let cell: ForeignText?

    init?(_ run: RunRecord?, cell: Parameters? = nil, _ facts: QueueModel.Facts) {
        guard let run, let project = facts.projects[run.project], facts.seen.contains(project.id)
        else { return nil }
        href = PagePath.run(run.id).text
        commit = run.commitText
        subject = facts.revisions[CommitKey(run)].map { ForeignText($0.subject, limit: 100) }
        self.project = ForeignText(project.name, limit: 60)
        projectHref = PagePath.project(project.name).text
        hostClass = ForeignText(run.hostClass, limit: 60)
        self.cell = cell.flatMap { ForeignText($0, limit: 160) }
    }
}

/// A job that an agent works on.
struct RunningJob: Hashable, Sendable {
    let job: JobName
    let host: HostLink?
    let state: StateChip
    let progress: WorkProgress?
    let isUnreachable: Bool
    let since: Moment
    let took: String
    let cancel: FormButton?

    init?(_ attempt: AttemptRecord, _ facts: QueueModel.Facts, viewer: Viewer) {
        let cell = facts.jobs.first { $0.id == attempt.job }?.cell
        guard let job = JobName(facts.runs[attempt.run], cell: cell, facts) else { return nil }
        self.job = job
        let found = facts.hosts.first { $0.id == attempt.host }
        host = viewer.readsHosts ? found.map { HostLink($0) } : nil
        state = StateChip(attempt.state)
        progress = WorkProgress(attempt.progress)
        isUnreachable = attempt.unreachableSince != nil
        since = Moment(attempt.createdAt)
        took = Span.text(from: attempt.createdAt, to: facts.clock.now)
        cancel = FormButton.cancel(attempt.run, attempt.project, facts, viewer)
    }
}

/// A job that no agent works on yet.
struct WaitingJob: Hashable, Sendable {
    /// 1 is next for a host of its class; nil while it waits for something else than a host.
    let place: String
    let job: JobName
    let priority: String
    let why: String
    /// Whether nothing that goes on now will start it.
    let isStuck: Bool
    let since: Moment
    let waited: String
    let cancel: FormButton?

    init?(_ job: JobRecord, _ reasons: WaitReasons, _ facts: QueueModel.Facts, viewer: Viewer) {
        guard let run = facts.runs[job.run], let name = JobName(run, cell: job.cell, facts)
        else { return nil }
        self.job = name
        let reason = reasons.reason(for: job)
        place = reason.place.map { "\($0)" } ?? "–"
        why = reason.text
        isStuck = reason.isStuck
        priority = run.priority.rawValue
        since = Moment(job.queuedAt)
        waited = Span.text(from: job.queuedAt, to: facts.clock.now)
        cancel = FormButton.cancel(job.run, job.project, facts, viewer)
    }
}

/// A run that has ended, with what went wrong.
struct EndedRun: Hashable, Sendable {
    let job: JobName?
    let line: RunLine
    let endedAt: Moment?
    let ago: String?

    init(_ run: RunRecord, _ facts: QueueModel.Facts) {
        job = JobName(run, facts)
        line = RunLine(run, revision: facts.revisions[CommitKey(run)])
        endedAt = run.finishedAt.map { Moment($0) }
        ago = run.finishedAt.map { Span.text(from: $0, to: facts.clock.now) + " ago" }
    }
}

extension FormButton {
    fileprivate static func cancel(
        _ run: RunID, _ project: ProjectID, _ facts: QueueModel.Facts, _ viewer: Viewer
    ) -> FormButton? {
        guard let project = facts.projects[project], viewer.may(.write, on: project) else {
            return nil
        }
        return FormButton(.cancel(run), "Cancel", viewer)
    }
}
