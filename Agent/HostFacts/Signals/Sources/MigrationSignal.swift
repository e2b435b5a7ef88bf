/// Moves of measured threads between processors, from the event `cpu-migrations`.
enum MigrationSignal {
    /// Where the processes have one processor, which nothing may leave.
    static let pinned = "migrations_pinned"
    static let rate = "migrations_per_s"

    static let signal = NoiseSignal { span in
        guard let moves = span.measured.migrations else {
            return [
                SignalFinding(
                    rate, absent: "cpu-migrations is not among the events that are counted")
            ]
        }
        let wall = span.measured.wallNanoseconds.map { Double($0) * 1e-9 } ?? span.seconds
        let perSecond = SignalFinding(rate, moves / max(1e-6, wall), amount: moves)
        guard span.place.cpus.count == 1 else { return [perSecond] }
        return [SignalFinding(pinned, moves), perSecond]
    }
}
