import Database
import GRDBSQLite

/// Interrupts a statement that runs too long or whose task was cancelled.
///
/// SQLite asks it every few thousand steps, on the thread that runs the statement.
final class StatementWatch {
    private let cancellation: CancellationFlag
    private let timeout: Duration
    private let clock = ContinuousClock()
    private var deadline: ContinuousClock.Instant
    /// Set when it interrupted a statement.
    private(set) var verdict: DatabaseFailure?

    private static let stepsBetweenLooks: Int32 = 4_000

    init(cancellation: CancellationFlag, timeout: Duration) {
        self.cancellation = cancellation
        self.timeout = timeout
        deadline = clock.now + timeout
    }

    /// Runs `body` with the watch on `connection`, and gives each statement its own time.
    func around<T, Failure: Error>(
        _ connection: OpaquePointer, _ body: () throws(Failure) -> T
    ) throws(Failure) -> T {
        deadline = clock.now + timeout
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(
            connection, Self.stepsBetweenLooks,
            { context in
                guard let context else { return 0 }
                return Unmanaged<StatementWatch>.fromOpaque(context).takeUnretainedValue().look()
            }, context)
        defer { sqlite3_progress_handler(connection, 0, nil, nil) }
        return try body()
    }

    /// - Returns: 1 to interrupt.
    private func look() -> Int32 {
        if cancellation.isRaised {
            verdict = .cancelled
        } else if clock.now > deadline {
            verdict = .timedOut(reason: "over \(timeout)")
        }
        return verdict == nil ? 0 : 1
    }
}
