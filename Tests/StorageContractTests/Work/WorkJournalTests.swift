import FleetModel
import Storage
import Synchronization
import TestSupport
import Testing

/// Everything that a journal was told.
private final class Told: Sendable {
    private let changes = Mutex<[WorkChange]>([])

    var journal: WorkJournal {
        WorkJournal { [self] change in changes.withLock { $0.append(change) } }
    }

    /// Such as `job queued`, once each look.
    func take() -> [WorkChange] {
        changes.withLock { changes in
            defer { changes = [] }
            return changes
        }
    }
}

extension WorkChange {
    fileprivate var text: String { "\(subject) \(state)" }
}

@Suite struct WorkJournalTests {
    private static let impatient = LeaseSettings(
        unreachable: .zero, lost: .zero, retry: RetryPolicy(lost: 1, backoff: .zero))

    @Test(arguments: TestBackend.available)
    func `each change of a job and its attempt is told with all three identifiers`(
        _ backend: TestBackend
    ) async throws {
        let told = Told()
        try await QueueFixture.with(backend, journal: told.journal) { fixture in
            let agent = try await fixture.agent()
            let run = try #require(try await fixture.submit(1).first)
            let queued = told.take()
            #expect(queued.map(\.text) == ["job queued"])
            #expect(queued.allSatisfy { $0.run == run && $0.job != nil })
            let lease = try #require(try await fixture.claim(agent))
            let holder = fixture.holder(lease, agent)
            _ = try await fixture.attempts.heartbeat(QueueFixture.beat, from: holder)
            try await fixture.cancels.cancel(.run(run), mode: .graceful, by: "somebody")
            _ = try await fixture.finish(lease, agent, outcome: .cancelled)
            let changes = told.take()
            #expect(
                changes.map(\.text) == [
                    "job running", "attempt measuring", "job running", "attempt cancelled",
                    "job cancelled",
                ])
            #expect(changes.map(\.cancel)[2] == .graceful)
            for change in changes {
                #expect(change.run == run)
                #expect(change.job == lease.job.id)
                #expect(change.attempt == lease.attempt.id)
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `what a sweep ends is told, with why`(_ backend: TestBackend) async throws {
        let told = Told()
        try await QueueFixture.with(
            backend, settings: Self.impatient, journal: told.journal
        ) { fixture in
            let agent = try await fixture.agent()
            try await fixture.submit(1)
            let lease = try #require(try await fixture.claim(agent))
            _ = told.take()
            _ = try await fixture.sweeps.sweep()
            let changes = told.take()
            #expect(
                changes.map(\.text) == [
                    "attempt unreachable", "attempt lost", "job queued",
                ])
            #expect(changes.allSatisfy { $0.attempt == lease.attempt.id })
            #expect(changes[1].failure?.failureClass == .lost)
        }
    }

    @Test(arguments: TestBackend.available)
    func `nothing is told of what was not stored`(_ backend: TestBackend) async throws {
        let told = Told()
        try await QueueFixture.with(backend, journal: told.journal) { fixture in
            let agent = try await fixture.agent()
            try await fixture.submit(1)
            let lease = try #require(try await fixture.claim(agent))
            _ = try await fixture.finish(lease, agent)
            _ = told.take()
            await #expect(throws: StoreFailure.self) {
                _ = try await fixture.finish(lease, agent, outcome: .failed)
            }
            #expect(told.take().isEmpty)
        }
    }
}
