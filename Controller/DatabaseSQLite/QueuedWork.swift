import Database

/// One transaction that waits for its turn; `end` or `fail` is called once.
struct QueuedWork: Sendable {
    let cancellation: CancellationFlag
    let priority: WritePriority
    /// Runs the body; it may run again when its group was undone.
    let perform: @Sendable (SQLiteConnection) -> Outcome
    let fail: @Sendable (any Error) -> Void

    /// What a body came to. Nobody has been told yet.
    struct Outcome: Sendable {
        let hasFailed: Bool
        /// Gives the caller the body's value or error.
        let deliver: @Sendable () -> Void
    }

    init<T: Sendable>(
        _ priority: WritePriority, _ cancellation: CancellationFlag,
        _ continuation: CheckedContinuation<T, any Error>,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) {
        self.priority = priority
        self.cancellation = cancellation
        fail = { continuation.resume(throwing: $0) }
        perform = { connection in
            do {
                let value = try connection.run(body)
                return Outcome(hasFailed: false) { continuation.resume(returning: value) }
            } catch {
                return Outcome(hasFailed: true) { continuation.resume(throwing: error) }
            }
        }
    }
}
