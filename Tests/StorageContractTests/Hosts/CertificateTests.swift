import Database
import FleetModel
import Storage
import TestSupport
import Testing

@Suite struct CertificateTests {
    /// The certificate that the fixture's agent enrolled with.
    private static let first = "serial-token-bench-01"

    @Test(arguments: TestBackend.available)
    func `a renewed certificate stands beside the old one`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let store = CertificateStore(fixture.database)
            let renewed = try await store.renew(
                QueueFixture.certificate("2", request: "r"), presenting: Self.first,
                agent: agent.agent, host: agent.host)
            #expect(renewed.serial == "2")
            #expect(renewed.validUntil == ServerTime(microseconds: 4_000_000_000_000_000))
            let all = try await store.certificates(of: agent.host, after: nil, limit: 10)
            #expect(Set(all.map(\.serial)) == ["2", Self.first])
            #expect(all.allSatisfy { $0.revokedAt == nil })
        }
    }

    @Test(arguments: TestBackend.available)
    func `the same request gets the same certificate, unless that was revoked`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let store = CertificateStore(fixture.database)
            func renew(_ serial: String) async throws -> String {
                try await store.renew(
                    QueueFixture.certificate(serial, request: "r"), presenting: Self.first,
                    agent: agent.agent, host: agent.host
                ).serial
            }
            #expect(try await renew("2") == "2")
            #expect(try await renew("3") == "2")
            _ = try await store.revoke(serial: "2", reason: "lost")
            #expect(try await renew("4") == "4")
        }
    }

    /// The caller was admitted while its certificate was in force: what counts is this moment.
    @Test(arguments: TestBackend.available)
    func `nothing follows a certificate that was revoked meanwhile`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let store = CertificateStore(fixture.database)
            func renew(presenting serial: String) async throws {
                _ = try await store.renew(
                    QueueFixture.certificate("2"), presenting: serial, agent: agent.agent,
                    host: agent.host)
            }
            await #expect(throws: StoreFailure.notFound("certificate ff")) {
                try await renew(presenting: "ff")
            }
            _ = try await store.revoke(serial: Self.first, reason: "stolen")
            await #expect(throws: StoreFailure.certificateRevoked("stolen")) {
                try await renew(presenting: Self.first)
            }
            #expect(try await store.certificate(serial: "2") == nil)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a retired host gets no certificate`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            _ = try await HostStore(fixture.database).move(
                agent.host, from: [.active], to: .retired)
            await #expect(throws: StoreFailure.retired("host \(agent.host)")) {
                _ = try await CertificateStore(fixture.database).renew(
                    QueueFixture.certificate("2"), presenting: Self.first,
                    agent: agent.agent, host: agent.host)
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `a revocation keeps its first time and reason, and tells every controller`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let store = CertificateStore(fixture.database)
            let serial = Self.first
            var told = fixture.database.listen([WorkChannel.certificate]).makeAsyncIterator()
            // Before the greeting the database hears nothing yet.
            #expect(await told.next()?.isResync == true)
            let first = try await store.revoke(serial: serial, reason: "stolen")
            #expect(first.host == agent.host)
            let second = try await store.revoke(serial: serial, reason: "again")
            #expect(second.revokedAt == first.revokedAt)
            #expect(second.revokeReason == "stolen")
            #expect(try await store.certificate(serial: serial) == second)
            #expect(await told.next()?.payload == serial)
            await #expect(throws: StoreFailure.notFound("certificate ff")) {
                _ = try await store.revoke(serial: "ff", reason: "none")
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `with its last certificate an agent's claims end`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let store = CertificateStore(fixture.database)
            let lasting = ServerTime(microseconds: wallMicroseconds()) + .seconds(3600)
            _ = try await store.renew(
                QueueFixture.certificate("2", until: lasting), presenting: Self.first,
                agent: agent.agent, host: agent.host)
            _ = try await store.revoke(serial: Self.first, reason: "renewed")
            #expect(try await fixture.claim(agent) == nil)
            _ = try await store.revoke(serial: "2", reason: "stolen")
            await #expect(throws: StoreFailure.certificateRevoked("stolen")) {
                _ = try await fixture.claim(agent)
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `enrolling anew ends the claims of the former agent`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let former = try await fixture.agent()
            let enrolments = EnrolmentStore(fixture.database)
            _ = try await enrolments.create(
                QueueFixture.fresh(), digest: "t", hostName: nil, preapproved: true,
                lifetime: .seconds(60))
            let enrolled = try await enrolments.enrol(
                QueueFixture.newcomer("bench-01", token: "t"))
            #expect(enrolled.host == former.host)
            try await fixture.submit(1)
            await #expect(
                throws: StoreFailure.certificateRevoked("the host was enrolled anew")
            ) {
                _ = try await fixture.claim(former)
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `a list goes on where it ended`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent("bench-01")
            _ = try await fixture.agent("bench-02")
            let store = CertificateStore(fixture.database)
            for number in 0..<5 {
                _ = try await store.renew(
                    QueueFixture.certificate("\(number)"), presenting: Self.first,
                    agent: agent.agent, host: agent.host)
            }
            var seen: [String] = []
            var position: CertificateStore.Position?
            repeat {
                let page = try await store.certificates(
                    of: agent.host, after: position, limit: 2)
                seen += page.map(\.serial)
                position = page.last.map {
                    CertificateStore.Position(createdAt: $0.createdAt, serial: $0.serial)
                }
            } while position != nil
            #expect(seen.count == 6)
            #expect(Set(seen).count == 6)
            #expect(try await store.certificates(of: nil, after: nil, limit: 50).count == 7)
        }
    }
}
