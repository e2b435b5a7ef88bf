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
    func `canaries are wanted until a report comes, and a session that knows may claim`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let hosts = HostStore(fixture.database)
            try await fixture.submit(1)
            let wanted = try await hosts.askForCanaries(agent.host)
            #expect(try await hosts.askForCanaries(agent.host) == wanted)
            await #expect(throws: StoreFailure.canaryWanted) { try await fixture.claim(agent) }
            // A new session is told; what it claims before it has run them, it gets.
            let told = try await fixture.reopened(agent)
            #expect(try await fixture.claim(told) != nil)
            #expect(try await hosts.host(agent.host)?.canary.wantedAt == wanted)
            _ = try await hosts.take([Self.result(.valid)], of: agent.host, attempt: nil)
            let record = try #require(try await hosts.host(agent.host))
            #expect(record.canary.wantedAt == nil)
            #expect(record.canary.calibration == HostCalibration(nil, nil))
        }
    }

    @Test(arguments: TestBackend.available)
    func `the canaries of an attempt do not answer who asked for all of them`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let hosts = HostStore(fixture.database)
            try await fixture.submit(1)
            let lease = try #require(try await fixture.claim(agent))
            let wanted = try await hosts.askForCanaries(agent.host)
            _ = try await hosts.take(
                [Self.result(.valid)], of: agent.host, attempt: lease.attempt.id)
            #expect(try await hosts.host(agent.host)?.canary.wantedAt == wanted)
            _ = try await hosts.take(
                [Self.result(.valid)], of: agent.host, attempt: nil,
                calibration: HostCalibration(0.003, 0.001))
            let record = try #require(try await hosts.host(agent.host))
            #expect(record.canary.wantedAt == nil)
            #expect(record.canary.calibration == HostCalibration(0.003, 0.001))
        }
    }

    @Test(arguments: TestBackend.available)
    func `a host without an agent cannot be asked`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let hosts = HostStore(fixture.database)
            await #expect(throws: StoreFailure.self) {
                try await hosts.askForCanaries(QueueFixture.fresh())
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `a host whose settings are not put back is quarantined by its session`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let hosts = HostStore(fixture.database)
            try await fixture.submit(1)
            let bad = try await fixture.reopened(agent, tuningProblem: "governor is performance")
            let move = try #require(try await hosts.moves(of: agent.host, limit: 1).first)
            #expect(move.after == .quarantined && move.actor == "tuning")
            #expect(move.reason == "governor is performance")
            await #expect(throws: StoreFailure.hostNotClaimable(.quarantined)) {
                try await fixture.claim(bad)
            }
            // Being put back is no confirmation.
            let good = try await fixture.reopened(bad)
            await #expect(throws: StoreFailure.hostNotClaimable(.quarantined)) {
                try await fixture.claim(good)
            }
            _ = try await hosts.carryOut(.resume, on: agent.host, by: "operator")
            #expect(try await fixture.claim(good) != nil)
            // One that is being drained would else be resumed by somebody who knows nothing.
            _ = try await hosts.carryOut(.drain, on: agent.host, by: "operator")
            _ = try await fixture.reopened(good, tuningProblem: "again")
            #expect(try await hosts.host(agent.host)?.state == .quarantined)
        }
    }

    @Test(arguments: TestBackend.available)
    func `an attempt that leaves settings behind quarantines its host once`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let hosts = HostStore(fixture.database)
            try await fixture.submit(1)
            let lease = try #require(try await fixture.claim(agent))
            let answer = try await fixture.finish(lease, agent, tuningRestored: false)
            #expect(answer.attempt == .uploaded || answer.attempt == .completed)
            #expect(try await hosts.host(agent.host)?.state == .quarantined)
            _ = try await hosts.carryOut(.resume, on: agent.host, by: "operator")
            // The reply was lost, and the agent says the same again.
            _ = try await fixture.finish(lease, agent, tuningRestored: false)
            #expect(try await hosts.host(agent.host)?.state == .active)
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

extension HostCalibration {
    fileprivate init(_ floor: Double?, _ overhead: Double?) {
        self.init(noiseFloor: floor, counterOverhead: overhead)
    }
}
