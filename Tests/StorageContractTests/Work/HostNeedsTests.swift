import FleetModel
import Storage
import TestSupport
import Testing

/// Jobs that ask for something of their host are given to hosts that have it, and to no others.
@Suite struct HostNeedsTests {
    private static let picky = HostNeeds(capabilities: ["pmu"])

    @Test(arguments: TestBackend.available)
    func `a host passes over what it cannot do, and takes what comes after`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let weak = try await fixture.reopened(agent, capabilities: ["cgroup"])
            let first = try await fixture.submit(1, needs: Self.picky)
            let second = try await fixture.submit(1)
            #expect(try await fixture.claim(weak)?.job.run == second[0])
            #expect(try await fixture.runs.jobs(of: first[0]).map(\.state) == [.queued])
        }
    }

    @Test(arguments: TestBackend.available)
    func `a host that has it now takes it in the order of the queue`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let first = try await fixture.submit(1, needs: Self.picky)
            try await fixture.submit(1)
            let strong = try await fixture.reopened(agent, capabilities: ["cgroup", "pmu"])
            let lease = try await fixture.claim(strong)
            #expect(lease?.job.run == first[0])
            #expect(lease?.job.needs == Self.picky)
        }
    }

    @Test(arguments: TestBackend.available)
    func `what an agent has not said is for the agent to refuse`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let first = try await fixture.submit(1, needs: Self.picky)
            #expect(try await fixture.claim(agent)?.job.run == first[0])
        }
    }

    @Test(arguments: TestBackend.available)
    func `a label that an operator gives opens the queue`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            try await fixture.submit(1, needs: HostNeeds(labels: ["zone": ["a", "b"]]))
            #expect(try await fixture.claim(agent) == nil)
            let hosts = HostStore(fixture.database)
            let host = try #require(try await hosts.host(agent.host))
            _ = try await hosts.relabel(agent.host, ["zone": "c"], at: host.version)
            #expect(try await fixture.claim(agent) == nil)
            let labelled = try await hosts.relabel(
                agent.host, ["zone": "b"], at: host.version + 1)
            #expect(labelled.offers.labels == ["zone": "b"])
            await #expect(throws: StoreFailure.self) {
                try await hosts.relabel(agent.host, ["zone": "c"], at: host.version)
            }
            #expect(try await fixture.claim(agent) != nil)
        }
    }
}
