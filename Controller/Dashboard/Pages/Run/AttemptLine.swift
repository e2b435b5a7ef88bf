import FleetModel
import Storage

/// One claim of a job of the run.
struct AttemptLine: Hashable, Sendable {
    let number: Int64
    /// Nil without a matrix.
    let cell: ForeignText?
    let state: StateChip
    let host: ForeignText?
    /// `measure, 21 of 36`; nil once it has ended.
    let progress: String?
    let isUnreachable: Bool
    let isUncounted: Bool
    let startedAt: Moment
    let took: String?
    /// `preparing 3 min 41 s, measuring 9 min 2 s`
    let stays: String
    let failure: FailureNotice?

    init(
        _ attempt: AttemptRecord, cell: Parameters? = nil, host: HostRecord?,
        timeline: [RunStore.TimelineEntry] = []
    ) {
        number = attempt.number
        self.cell = cell.flatMap { ForeignText($0) }
        state = StateChip(attempt.state)
        self.host = host.map { ForeignText($0.name, limit: 80) }
        progress = attempt.state.isTerminal ? nil : Self.progress(attempt.progress)
        isUnreachable = attempt.unreachableSince != nil && !attempt.state.isTerminal
        isUncounted = !attempt.isCounted
        startedAt = Moment(attempt.createdAt)
        took = attempt.endedAt.map { Span.text(from: attempt.createdAt, to: $0) }
        stays = AttemptStays(attempt, timeline: timeline).text
        failure = attempt.failure.map { FailureNotice($0) }
    }

    private static func progress(_ progress: AttemptRecord.Progress) -> String? {
        guard let phase = progress.phase?.rawValue else { return nil }
        guard progress.total > 0 else { return phase }
        return "\(phase), \(Figures.grouped(progress.done)) of \(Figures.grouped(progress.total))"
    }
}

/// Why something ended badly.
struct FailureNotice: Hashable, Sendable {
    /// `build failed`.
    let what: String
    let message: ForeignText
    /// `exit status 2`, `signal 9`.
    let ending: String?
    /// Whose fault it is taken to be.
    let blame: String

    init(_ failure: Failure) {
        let word =
            failure.detail == .other ? failure.failureClass.rawValue : failure.detail.rawValue
        what = word.split(separator: "_").joined(separator: " ")
        message = ForeignText(failure.message, limit: 600)
        ending =
            failure.signal.map { "signal \($0)" } ?? failure.exitStatus.map { "exit status \($0)" }
        blame = Self.blame(failure.failureClass)
    }

    private static func blame(_ failureClass: FailureClass) -> String {
        switch failureClass {
        case .lost: "the agent was not heard any more; such jobs are tried again"
        case .infraTransient: "a passing fault around the job; such jobs are tried again"
        case .infraHost: "a fault of the host; such jobs are tried on another one"
        case .jobError: "a fault of the project's own commands"
        case .timeout: "the time ran out"
        case .policy: "refused by policy"
        }
    }
}

/// A benchmark that did not end well, on one side.
struct CaseLine: Hashable, Sendable {
    let mark: Mark
    let benchmark: ForeignText
    let parameters: ForeignText?
    let side: String
    let problem: ForeignText?
    let message: ForeignText?

    /// Nil for one that did.
    init?(_ entry: MeasurementStore.Case, side: String? = nil) {
        guard let mark = Mark(entry.state) else { return nil }
        self.mark = mark
        benchmark = ForeignText(entry.benchmark, limit: 160)
        parameters = ForeignText(entry.parameters)
        self.side = side ?? (entry.role == .base ? "base" : "head")
        problem = entry.problem.map {
            ForeignText($0.split(separator: "_").joined(separator: " "), limit: 60)
        }
        message = entry.message.map { ForeignText($0, limit: 600) }
    }
}
