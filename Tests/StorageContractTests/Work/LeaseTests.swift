import FleetModel
import Storage
import TestSupport
import Testing

/// Leases of no length at all: every deadline has passed as soon as it is set.
private let expired = LeaseSettings(
    unreachable: .zero, lost: .zero, longestQuiet: .seconds(300), overrun: .seconds(300),
    retry: RetryPolicy(lost: 1, backoff: .zero))

@Suite struct LeaseTests {
    @Test(arguments: TestBackend.available)
    func `a silent attempt is lost and its job queued, until the budget is spent`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend, settings: expired) { fixture in
            let run = try await fixture.submit(1)[0]
            let agent = try await fixture.agent()
            for round in 1...2 {
                let lease = try #require(try await fixture.claim(agent))
                #expect(lease.attempt.fence.number == Int64(round))
                let swept = try await fixture.sweeps.sweep()
                #expect(swept.unreachable == 1)
                #expect(swept.lost == 1)
            }
            let record = try #require(try await fixture.runs.run(run))
            #expect(record.state == .failed)
            #expect(record.failure?.failureClass == .lost)
            let states = try await fixture.runs.attempts(of: run).map(\.state)
            #expect(states == [.lost, .lost])
        }
    }

    @Test(arguments: TestBackend.available)
    func `a lost attempt is taken back while nobody has claimed its job`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend, settings: expired) { fixture in
            let run = try await fixture.submit(1)[0]
            let agent = try await fixture.agent()
            let lease = try #require(try await fixture.claim(agent))
            _ = try await fixture.sweeps.sweep()
            _ = try await fixture.attempts.heartbeat(
                QueueFixture.beat, from: fixture.holder(lease, agent))
            let attempt = try #require(try await fixture.runs.attempt(lease.attempt.id))
            #expect(attempt.state == .measuring)
            #expect(attempt.isLive)
            let answer = try await fixture.finish(lease, agent)
            #expect(answer.job == .processing)
            #expect(try await fixture.runs.attempts(of: run).count == 1)
        }
    }

    @Test(arguments: TestBackend.available)
    func `after another claim the old holder is fenced, and its batches do not count`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend, settings: expired) { fixture in
            try await fixture.submit(1)
            let old = try await fixture.agent("bench-1")
            let new = try await fixture.agent("bench-2")
            let first = try #require(try await fixture.claim(old))
            _ = try await fixture.sweeps.sweep()
            let second = try #require(try await fixture.claim(new))
            #expect(second.attempt.fence > first.attempt.fence)
            let fenced = StoreFailure.fenced(second.attempt.fence)
            await #expect(throws: fenced) {
                _ = try await fixture.attempts.heartbeat(
                    QueueFixture.beat, from: fixture.holder(first, old))
            }
            await #expect(throws: fenced) { _ = try await fixture.finish(first, old) }
            let answer = try await fixture.ingest.store(
                IngestStore.Batch(sequence: 1, digest: "a", body: [1]),
                from: fixture.holder(first, old))
            #expect(answer.ackedSequence == 1)
            #expect(!answer.isCounted)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a new session that does not list a live attempt loses it at once`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(1)
            let agent = try await fixture.agent()
            let lease = try #require(try await fixture.claim(agent))
            let restarted = try await fixture.reopened(agent)
            let attempt = try #require(try await fixture.runs.attempt(lease.attempt.id))
            #expect(attempt.state == .lost)
            let again = try #require(try await fixture.claim(restarted))
            #expect(again.job.id == lease.job.id)
            #expect(again.attempt.fence > lease.attempt.fence)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a promise of silence keeps the lease`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend, settings: expired) { fixture in
            try await fixture.submit(1)
            let agent = try await fixture.agent()
            let lease = try #require(try await fixture.claim(agent))
            let quiet = AttemptStore.Beat(
                number: 1, phase: .measure, progress: 1, done: 0, total: 1,
                quietFor: .seconds(120))
            let answer = try await fixture.attempts.heartbeat(
                quiet, from: fixture.holder(lease, agent))
            #expect(answer.lease == .seconds(120))
            let swept = try await fixture.sweeps.sweep()
            #expect(swept.total == 0)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a gap without a leader moves the deadlines on`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend, settings: expired) { fixture in
            try await fixture.submit(1)
            let agent = try await fixture.agent()
            _ = try #require(try await fixture.claim(agent))
            let leadership = LeadershipStore(fixture.database)
            let first = try await leadership.lead(
                "sweeper", as: "a", for: .milliseconds(-1), grace: .seconds(90))
            #expect(first == .leading)
            let second = try await leadership.lead(
                "sweeper", as: "b", for: .seconds(60), grace: .seconds(90))
            #expect(second == .resumed)
            let third = try await leadership.lead(
                "sweeper", as: "a", for: .seconds(60), grace: .seconds(90))
            #expect(third == .following)
            let swept = try await fixture.sweeps.sweep()
            #expect(swept.lost == 0)
        }
    }
}
