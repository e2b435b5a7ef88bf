package import FleetModel

/// How far an attempt is, as its heartbeats say it.
package struct SpoolProgress: Hashable, Sendable {
    package let phase: AttemptPhase
    /// Rises whenever work advances.
    package let progress: Int64
    package let done: Int64
    package let total: Int64
    package let benchmark: String?

    package init(
        phase: AttemptPhase, progress: Int64, done: Int64, total: Int64, benchmark: String? = nil
    ) {
        self.phase = phase
        self.progress = progress
        self.done = done
        self.total = total
        self.benchmark = benchmark
    }

    package static let none = SpoolProgress(phase: .fetch, progress: 0, done: 0, total: 0)
}
