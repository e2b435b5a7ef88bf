import FleetModel
import Synchronization
import TestSupport
import Testing

@testable import CommitGraph

@Suite struct SharedFetchesTests {
    private static func repository() -> RepositoryID {
        var generator = SystemRandomNumberGenerator()
        return RepositoryID(at: ServerTime(microseconds: 0), using: &generator)
    }

    /// A fetch that ends when the test says so.
    private final class Gate: Sendable {
        let (stream, opening) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let starts = Mutex(0)

        func fetch() async -> SharedFetches.Outcome {
            starts.withLock { $0 += 1 }
            for await _ in stream { break }
            return Task.isCancelled ? .failure(.cancelled) : .success(())
        }
    }

    @Test func `callers at the same time share one fetch`() async throws {
        let fetches = SharedFetches(clock: ContinuousClock())
        let (gate, repository) = (Gate(), Self.repository())
        try await withThrowingTaskGroup(of: SharedFetches.Outcome.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    await fetches.join(
                        repository, patience: .seconds(60), fetch: { await gate.fetch() })
                }
            }
            try await eventually("nobody waits") { await fetches.waiterCount(of: repository) >= 5 }
            gate.opening.finish()
            for try await outcome in group { #expect(throws: Never.self) { try outcome.get() } }
        }
        #expect(gate.starts.withLock { $0 } == 1)
    }

    @Test func `a caller that loses patience leaves the fetch running for others`() async throws {
        let fetches = SharedFetches(clock: ContinuousClock())
        let (gate, repository) = (Gate(), Self.repository())
        let hasty = await fetches.join(
            repository, patience: .milliseconds(1), fetch: { await gate.fetch() })
        #expect(throws: CommitGraphFailure.remoteTimeout(.milliseconds(1))) { try hasty.get() }
        gate.opening.finish()
        let patient = await fetches.join(
            repository, patience: .seconds(60), fetch: { await gate.fetch() })
        #expect(throws: Never.self) { try patient.get() }
    }

    @Test func `a cancelled caller stops waiting`() async throws {
        let fetches = SharedFetches(clock: ContinuousClock())
        let (gate, repository) = (Gate(), Self.repository())
        let caller = Task {
            await fetches.join(
                repository, patience: .seconds(60), fetch: { await gate.fetch() })
        }
        try await eventually("nobody waits") { await fetches.waiterCount(of: repository) >= 1 }
        caller.cancel()
        let outcome = await caller.value
        #expect(throws: CommitGraphFailure.cancelled) { try outcome.get() }
        await fetches.close()
    }

    @Test func `closing answers everybody and refuses newcomers`() async throws {
        let fetches = SharedFetches(clock: ContinuousClock())
        let (gate, repository) = (Gate(), Self.repository())
        let caller = Task {
            await fetches.join(
                repository, patience: .seconds(60), fetch: { await gate.fetch() })
        }
        try await eventually("nobody waits") { await fetches.waiterCount(of: repository) >= 1 }
        await fetches.close()
        let outcome = await caller.value
        #expect(throws: CommitGraphFailure.cancelled) { try outcome.get() }
        let late = await fetches.join(
            repository, patience: .seconds(60), fetch: { await gate.fetch() })
        #expect(throws: CommitGraphFailure.cancelled) { try late.get() }
    }
}
