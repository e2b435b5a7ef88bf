import Database
import FleetModel
import Storage
import TestSupport
import Testing

@Suite struct QueueTests {
    @Test(arguments: TestBackend.available)
    func `work in progress is not cut off from the queue by what waits`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let runs = try await fixture.submit(3)
            let lease = try #require(try await fixture.claim(agent))
            try await fixture.database.transaction(.write(.ordinary)) { connection in
                _ = try connection.execute(
                    "UPDATE job SET state = 'waiting' WHERE run_id = $1", [.text(runs[2].text)])
            }
            let queue = try await fixture.runs.queue(limit: 2)
            #expect(queue.map(\.id).first == lease.job.id)
            #expect(queue.map(\.state) == [.running, .queued])
        }
    }

    @Test(arguments: TestBackend.available)
    func `a project has room for so many open jobs and no more`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(4, upTo: 5)
            await #expect(throws: StoreFailure.queueFull(limit: 5)) {
                try await fixture.submit(2, upTo: 5)
            }
            let cells = ["O2", "O3"].map { Parameters(["opt": $0]) }
            await #expect(throws: StoreFailure.queueFull(limit: 5)) {
                try await fixture.submit(1, upTo: 5, cells: cells)
            }
            try await fixture.submit(1, upTo: 5)
            let agent = try await fixture.agent()
            let lease = try #require(try await fixture.claim(agent))
            let failure = Failure(.policy, .agentPolicy, "No.")
            _ = try await fixture.finish(lease, agent, outcome: .refused, failure: failure)
            try await fixture.submit(1, upTo: 5)
        }
    }
}
