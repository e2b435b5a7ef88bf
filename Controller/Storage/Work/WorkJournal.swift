package import FleetModel

/// A job or an attempt that came into another state.
package struct WorkChange: Hashable, Sendable {
    package enum Subject: Sendable { case job, attempt }

    package let subject: Subject
    package let run: RunID
    /// Nil for a run that could not be given a job.
    package let job: JobID?
    /// Nil for a job that no attempt holds.
    package let attempt: AttemptID?
    /// Such as `measuring`, or `unreachable`.
    package let state: String
    package let cancel: CancelMode
    package let failure: Failure?

    init(
        _ subject: Subject, of run: RunID, job: JobID?, attempt: AttemptID?, state: String,
        cancel: CancelMode = .none, failure: Failure? = nil
    ) {
        self.subject = subject
        self.run = run
        self.job = job
        self.attempt = attempt
        self.state = state
        self.cancel = cancel
        self.failure = failure
    }
}

/// Who is told of every change of work, once it is stored.
package struct WorkJournal: Sendable {
    let write: @Sendable (WorkChange) -> Void

    package static let none = WorkJournal { _ in }

    package init(_ write: @escaping @Sendable (WorkChange) -> Void) { self.write = write }
}

/// What one transaction changed, in its order.
final class WorkChanges {
    private(set) var all: [WorkChange] = []

    func add(_ change: WorkChange) { all.append(change) }
}
