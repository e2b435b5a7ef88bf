import FleetModel
import Storage
import TestSupport
import Testing

/// What people did to hosts, and what hosts did.
@Suite struct HostHistoryTests {
    @Test(arguments: TestBackend.available)
    func `each move is kept with who made it and why`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let hosts = HostStore(fixture.database)
            _ = try await hosts.move(
                agent.host, from: [.active], to: .draining, by: "operator", because: "new disk")
            _ = try await hosts.move(agent.host, from: [.draining], to: .active, by: "operator")
            // The same state again is no move.
            _ = try await hosts.move(agent.host, from: [.active], to: .active, by: "operator")
            let moves = try await hosts.moves(of: agent.host, limit: 10)
            #expect(moves.map(\.after) == [.active, .draining])
            #expect(moves.map(\.before) == [.draining, .active])
            #expect(moves.map(\.reason) == [nil, "new disk"])
            #expect(moves.allSatisfy { $0.actor == "operator" })
            #expect(try await hosts.moves(of: agent.host, limit: 1).map(\.after) == [.active])
        }
    }

    @Test(arguments: TestBackend.available)
    func `sessions stand newest first, with their facts`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let one = try await fixture.agent("bench-01")
            let other = try await fixture.agent("bench-02")
            _ = try await fixture.reopened(one, facts: #"{"kernel":"6.12"}"#)
            let hosts = HostStore(fixture.database)
            let starts = try await hosts.starts(of: one.host, limit: 10)
            #expect(starts.map(\.facts) == [#"{"kernel":"6.12"}"#, "{}"])
            #expect(starts.map(\.isCurrent) == [true, false])
            let newest = try await hosts.newestFacts()
            #expect(newest == [one.host: #"{"kernel":"6.12"}"#, other.host: "{}"])
        }
    }

    @Test(arguments: TestBackend.available)
    func `a host that measures is heard and busy`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let hosts = HostStore(fixture.database)
            try await fixture.submit(1)
            let lease = try #require(try await fixture.claim(agent))
            let before = try await hosts.host(agent.host)?.lastContact
            _ = try await fixture.attempts.heartbeat(
                QueueFixture.beat, from: fixture.holder(lease, agent))
            let heard = try #require(try await hosts.host(agent.host)?.lastContact)
            #expect(before.map { $0 < heard } ?? true)
            #expect(try await hosts.liveAttempts().map(\.id) == [lease.attempt.id])
            #expect(try await hosts.attempts(on: agent.host, limit: 5).count == 1)
            let start = ServerTime(microseconds: 0)
            let busy = try await hosts.busyTimes(since: start)
            #expect(busy[agent.host].map { $0 > .zero && $0 < .seconds(600) } == true)
            _ = try await fixture.finish(lease, agent)
            #expect(try await hosts.liveAttempts().isEmpty)
            let later = ServerTime(microseconds: wallMicroseconds()) + .seconds(60)
            #expect(try await hosts.busyTimes(since: later).isEmpty)
        }
    }
}
