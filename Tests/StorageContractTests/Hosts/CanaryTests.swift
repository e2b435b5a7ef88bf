import FleetModel
import Storage
import TestSupport
import Testing

/// What hosts' canaries do to the host, and nothing else.
@Suite struct CanaryTests {
    private static func result(
        _ state: CanaryResult.State, _ name: String = "alu", median: Double = 0.5
    ) -> CanaryResult {
        CanaryResult(
            name: name, runs: 1, median: median, mad: 0, instructions: 1_000_000_007, z: 1.5,
            limits: 0.49...0.51, state: state, reason: state == .quarantine ? "twice" : nil)
    }

    @Test(arguments: TestBackend.available)
    func `results are kept in order, and the host stands by the worst of the newest`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let host = try await fixture.agent().host
            let hosts = HostStore(fixture.database)
            #expect(try await hosts.host(host)?.canary.state == .unknown)
            #expect(try await hosts.host(host)?.canary.checkedAt == nil)
            let state = try await hosts.take(
                [Self.result(.valid), Self.result(.warn, "mem-lat")], of: host, attempt: nil)
            #expect(state == .active)
            #expect(try await hosts.host(host)?.canary.state == .warn)
            // A good short one does not hide what another canary said.
            _ = try await hosts.take([Self.result(.valid, median: 0.6)], of: host, attempt: nil)
            #expect(try await hosts.host(host)?.canary.state == .warn)
            _ = try await hosts.take([Self.result(.valid, "mem-lat")], of: host, attempt: nil)
            #expect(try await hosts.host(host)?.canary.state == .valid)
            let kept = try await hosts.canaries(of: host, limit: 3)
            #expect(kept.map(\.name) == ["mem-lat", "alu", "mem-lat"])
            #expect(kept[1].median == 0.6)
            #expect(kept[1].limits == 0.49...0.51)
            #expect(kept[1].instructions == 1_000_000_007)
            #expect(try await hosts.moves(of: host, limit: 5).isEmpty)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a quarantine stops claims until somebody resumes the host`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let hosts = HostStore(fixture.database)
            try await fixture.submit(1)
            let state = try await hosts.take(
                [Self.result(.valid), Self.result(.quarantine, "fork")], of: agent.host,
                attempt: nil)
            #expect(state == .quarantined)
            let move = try #require(try await hosts.moves(of: agent.host, limit: 1).first)
            #expect(move.before == .active)
            #expect(move.after == .quarantined)
            #expect(move.actor == "canary")
            #expect(move.reason == "twice")
            await #expect(throws: StoreFailure.hostNotClaimable(.quarantined)) {
                try await fixture.claim(agent)
            }
            _ = try await hosts.carryOut(.resume, on: agent.host, by: "operator")
            #expect(try await fixture.claim(agent) != nil)
        }
    }

    @Test(arguments: TestBackend.available)
    func `the same results of an attempt again change nothing`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let hosts = HostStore(fixture.database)
            try await fixture.submit(1)
            let lease = try #require(try await fixture.claim(agent))
            let results = [Self.result(.warn), Self.result(.quarantine)]
            _ = try await hosts.take(results, of: agent.host, attempt: lease.attempt.id)
            _ = try await hosts.carryOut(.resume, on: agent.host, by: "operator")
            let again = try await hosts.take(results, of: agent.host, attempt: lease.attempt.id)
            #expect(again == .active)
            #expect(try await hosts.canaries(of: agent.host, limit: 10).count == 2)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a host that is drained stays so, and an unknown one is an error`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let host = try await fixture.agent().host
            let hosts = HostStore(fixture.database)
            _ = try await hosts.carryOut(.drain, on: host, by: "operator")
            let state = try await hosts.take(
                [Self.result(.quarantine)], of: host, attempt: nil)
            #expect(state == .draining)
            #expect(try await hosts.host(host)?.canary.state == .quarantine)
            await #expect(throws: StoreFailure.self) {
                try await hosts.take(
                    [Self.result(.valid)], of: QueueFixture.fresh(), attempt: nil)
            }
        }
    }
}
