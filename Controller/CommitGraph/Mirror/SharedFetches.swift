import FleetModel

/// Lets one fetch per repository run at a time; who asks meanwhile waits for the same one.
///
/// A waiter gives up after its own patience; the fetch goes on to its own limit, so the next
/// question finds the work done.
actor SharedFetches {
    typealias Outcome = Result<Void, CommitGraphFailure>

    private struct Flight {
        var waiters: [UInt64: CheckedContinuation<Outcome, Never>] = [:]
        let task: Task<Void, Never>
    }

    private let clock: any Clock<Duration>
    private var flights: [RepositoryID: Flight] = [:]
    private var nextWaiter: UInt64 = 0
    private var isClosed = false

    init(clock: any Clock<Duration>) {
        self.clock = clock
    }

    func join(
        _ repository: RepositoryID, patience: Duration,
        fetch: @escaping @Sendable () async -> Outcome
    ) async -> Outcome {
        guard !isClosed else { return .failure(.cancelled) }
        begin(repository, fetch)
        let number = nextWaiter
        nextWaiter += 1
        let timer = Task { [clock] in
            guard (try? await clock.sleep(for: patience)) != nil else { return }
            self.answer(number, of: repository, .failure(.remoteTimeout(patience)))
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard flights[repository] != nil else {
                    continuation.resume(returning: .failure(.cancelled))
                    return
                }
                flights[repository]?.waiters[number] = continuation
            }
        } onCancel: {
            Task { await self.answer(number, of: repository, .failure(.cancelled)) }
        }
    }

    /// Ends all fetches and answers all who wait; later questions are refused.
    func close() async {
        isClosed = true
        let tasks = flights.values.map(\.task)
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    func waiterCount(of repository: RepositoryID) -> Int {
        flights[repository]?.waiters.count ?? 0
    }

    private func begin(
        _ repository: RepositoryID, _ fetch: @escaping @Sendable () async -> Outcome
    ) {
        guard flights[repository] == nil else { return }
        let task = Task {
            let outcome = await fetch()
            self.finish(repository, outcome)
        }
        flights[repository] = Flight(task: task)
    }

    private func finish(_ repository: RepositoryID, _ outcome: Outcome) {
        guard let flight = flights.removeValue(forKey: repository) else { return }
        for continuation in flight.waiters.values { continuation.resume(returning: outcome) }
    }

    private func answer(_ number: UInt64, of repository: RepositoryID, _ outcome: Outcome) {
        flights[repository]?.waiters.removeValue(forKey: number)?.resume(returning: outcome)
    }
}
