/// Work that has a limit of its own.
enum Deadline {
    struct Expired: Error {}

    /// Cancels the work when the time is over.
    /// - Throws: `Expired`, and what the work throws.
    static func within<Result: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let ended = try await group.next(), let result = ended else { throw Expired() }
            return result
        }
    }
}
