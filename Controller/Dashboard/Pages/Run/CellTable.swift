import FleetModel
import Storage

/// The cells of a run's matrix, which are a job each.
struct CellTable: Hashable, Sendable {
    let summary: String
    let rows: [Row]

    struct Row: Hashable, Sendable {
        let cell: ForeignText
        let state: StateChip
        let host: ForeignText?
        /// `measure, 21 of 36`; nil while nobody works on it.
        let progress: String?
        /// Attempts before the newest one.
        let retries: String?
        let took: String?
        let failure: FailureNotice?
        /// Who stopped it, and why.
        let stop: ForeignText?
    }

    /// Nil for a run without a matrix.
    init?(_ jobs: [JobRecord], _ attempts: [AttemptRecord], hosts: [HostID: HostRecord]) {
        guard jobs.contains(where: { $0.cell != .none }) else { return nil }
        let ended = jobs.count(where: \.state.isTerminal)
        summary = "\(ended) of \(RunVerdict.counted(jobs.count, "cell")) ended; each is a job"
        let byJob = Dictionary(grouping: attempts, by: \.job)
        rows = jobs.map { Row($0, byJob[$0.id] ?? [], hosts) }
    }
}

extension CellTable.Row {
    fileprivate init(
        _ job: JobRecord, _ attempts: [AttemptRecord], _ hosts: [HostID: HostRecord]
    ) {
        let newest = attempts.last
        let line = newest.map { AttemptLine($0, host: hosts[$0.host]) }
        let others = attempts.count - 1
        self.init(
            cell: ForeignText(job.cell) ?? ForeignText(""), state: StateChip(job.state),
            host: line?.host, progress: job.state.isTerminal ? nil : line?.progress,
            retries: others > 0
                ? "after \(RunVerdict.counted(others, "other attempt"))" : nil,
            took: line?.took, failure: job.life.failure.map { FailureNotice($0) },
            stop: job.life.failure == nil
                ? job.ending.map { ForeignText($0, limit: 600) } : nil)
    }
}
