import FleetModel
import Storage
import Synchronization
import TestSupport
import Testing

/// Sees which jobs are held and which are done, by all agents of a test.
private final class DrainWatch: Sendable {
    private struct State {
        var held: Set<JobID> = []
        var completed: [JobID] = []
    }

    private let state = Mutex(State())

    var completed: [JobID] { state.withLock { $0.completed } }

    /// False when somebody holds it already.
    func take(_ job: JobID) -> Bool { state.withLock { $0.held.insert(job).inserted } }

    func complete(_ job: JobID) {
        state.withLock { state in
            state.held.remove(job)
            state.completed.append(job)
        }
    }
}

@Suite struct ClaimTests {
    @Test(arguments: TestBackend.available)
    func `eight agents drain a thousand jobs, each exactly once`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let runs = try await fixture.submit(1000)
            let watch = DrainWatch()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...8 {
                    let agent = try await fixture.agent("bench-\(number)")
                    group.addTask { [fixture] in
                        while let lease = try await fixture.claim(agent) {
                            #expect(watch.take(lease.job.id), "two agents hold one job")
                            let answer = try await fixture.finish(lease, agent)
                            #expect(answer.job == .processing)
                            watch.complete(lease.job.id)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let done = watch.completed
            #expect(done.count == 1000)
            #expect(Set(done).count == 1000)
            for run in [runs[0], runs[999]] {
                #expect(try await fixture.runs.attempts(of: run).count == 1)
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `the same claim gives the same lease, also after its reply was lost`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(2)
            let agent = try await fixture.agent()
            let claim: ClaimID = QueueFixture.fresh()
            let first = try #require(try await fixture.claim(agent, as: claim))
            let again = try #require(try await fixture.claim(agent, as: claim))
            #expect(first.attempt.id == again.attempt.id)
            #expect(first.attempt.fence == again.attempt.fence)
            _ = try await fixture.finish(first, agent)
            await #expect(throws: StoreFailure.claimSpent) {
                _ = try await fixture.claim(agent, as: claim)
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `a host that holds a lease gets no second one`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(2)
            let agent = try await fixture.agent()
            _ = try #require(try await fixture.claim(agent))
            let second = try await fixture.claim(agent)
            #expect(second == nil)
        }
    }

    @Test(arguments: TestBackend.available)
    func `the newest session claims, an older one is told so`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(1)
            let old = try await fixture.agent()
            let new = try await fixture.reopened(old)
            await #expect(throws: StoreFailure.sessionSuperseded) {
                _ = try await fixture.claim(old)
            }
            let lease = try await fixture.claim(new)
            #expect(lease != nil)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a pending host may not claim`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(1)
            let enrolments = EnrolmentStore(fixture.database)
            _ = try await enrolments.create(
                QueueFixture.fresh(), digest: "t", hostName: nil, preapproved: false,
                lifetime: .seconds(60))
            let enrolled = try await enrolments.enrol(QueueFixture.newcomer("new", token: "t"))
            #expect(enrolled.state == .pending)
            let agent = try await fixture.reopened(
                QueueFixture.Agent(
                    agent: enrolled.agent, host: enrolled.host, session: QueueFixture.fresh()))
            await #expect(throws: StoreFailure.hostNotClaimable(.pending)) {
                _ = try await fixture.claim(agent)
            }
            let hosts = HostStore(fixture.database)
            _ = try await hosts.move(enrolled.host, from: [.pending], to: .active)
            let lease = try await fixture.claim(agent)
            #expect(lease != nil)
        }
    }
}
