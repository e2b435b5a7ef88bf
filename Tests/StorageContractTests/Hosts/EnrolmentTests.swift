import FleetModel
import Storage
import TestSupport
import Testing

@Suite struct EnrolmentTests {
    @Test(arguments: TestBackend.available)
    func `a token for one host takes over no other, whatever name the agent gives`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let other = try await fixture.agent("bench-01")
            let enrolments = EnrolmentStore(fixture.database)
            _ = try await enrolments.create(
                QueueFixture.fresh(), digest: "t", hostName: "bench-02", preapproved: true,
                lifetime: .seconds(60))
            await #expect(throws: StoreFailure.tokenInvalid) {
                _ = try await enrolments.enrol(
                    QueueFixture.newcomer(
                        "bench-02", token: "t", machine: "machine-bench-01"))
            }
            #expect(try await fixture.claim(other) == nil)
            let rightful = try await enrolments.enrol(
                QueueFixture.newcomer("bench-02", token: "t"))
            #expect(rightful.host != other.host)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a token admits one machine, once`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let enrolments = EnrolmentStore(fixture.database)
            _ = try await enrolments.create(
                QueueFixture.fresh(), digest: "t", hostName: nil, preapproved: true,
                lifetime: .seconds(60))
            let first = try await enrolments.enrol(QueueFixture.newcomer("a", token: "t"))
            #expect(first.state == .active)
            await #expect(throws: StoreFailure.tokenUsed) {
                _ = try await enrolments.enrol(
                    QueueFixture.newcomer(
                        "b", token: "t", machine: "another", request: "of b"))
            }
            await #expect(throws: StoreFailure.tokenInvalid) {
                _ = try await enrolments.enrol(QueueFixture.newcomer("b", token: "unknown"))
            }
            let again = try await enrolments.create(
                QueueFixture.fresh(), digest: "t2", hostName: "only", preapproved: false,
                lifetime: .milliseconds(-1))
            #expect(again.usedAt == nil)
            await #expect(throws: StoreFailure.tokenExpired) {
                _ = try await enrolments.enrol(QueueFixture.newcomer("b", token: "t2"))
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `a machine that enrols again keeps its host, and its old certificate ends`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let enrolments = EnrolmentStore(fixture.database)
            let certificates = CertificateStore(fixture.database)
            for token in ["t1", "t2"] {
                _ = try await enrolments.create(
                    QueueFixture.fresh(), digest: token, hostName: nil, preapproved: true,
                    lifetime: .seconds(60))
            }
            let first = try await enrolments.enrol(QueueFixture.newcomer("a", token: "t1"))
            let second = try await enrolments.enrol(QueueFixture.newcomer("a", token: "t2"))
            #expect(first.host == second.host)
            let old = try #require(try await certificates.certificate(serial: "serial-t1"))
            #expect(old.revokedAt != nil)
            #expect(old.revokeReason == "the host was enrolled anew")
            let new = try #require(try await certificates.certificate(serial: "serial-t2"))
            #expect(new.revokedAt == nil)
            #expect(new.agent == second.agent)
            #expect(new.host == first.host)
        }
    }

    @Test(arguments: TestBackend.available)
    func `an ordinary token takes no host over, and brings none back without a person`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let enrolments = EnrolmentStore(fixture.database)
            let certificates = CertificateStore(fixture.database)
            for (token, preapproved) in [("t1", true), ("t2", false)] {
                _ = try await enrolments.create(
                    QueueFixture.fresh(), digest: token, hostName: nil, preapproved: preapproved,
                    lifetime: .seconds(60))
            }
            let first = try await enrolments.enrol(QueueFixture.newcomer("a", token: "t1"))
            #expect(first.state == .active)
            await #expect(throws: StoreFailure.identityChanged("a")) {
                _ = try await enrolments.enrol(QueueFixture.newcomer("a", token: "t2"))
            }
            let held = try #require(try await certificates.certificate(serial: "serial-t1"))
            #expect(held.revokedAt == nil)
            _ = try await certificates.revoke(serial: "serial-t1", reason: "lost")
            let again = try await enrolments.enrol(QueueFixture.newcomer("a", token: "t2"))
            #expect(again.host == first.host)
            #expect(again.state == .pending)
        }
    }

    @Test(arguments: TestBackend.available)
    func `another machine may not take a host's name`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            _ = try await fixture.agent("bench-01")
            let enrolments = EnrolmentStore(fixture.database)
            _ = try await enrolments.create(
                QueueFixture.fresh(), digest: "t", hostName: nil, preapproved: true,
                lifetime: .seconds(60))
            await #expect(throws: StoreFailure.identityChanged("bench-01")) {
                _ = try await enrolments.enrol(
                    QueueFixture.newcomer("bench-01", token: "t", machine: "another"))
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `a lost reply is repeated to the same signing request alone`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let enrolments = EnrolmentStore(fixture.database)
            _ = try await enrolments.create(
                QueueFixture.fresh(), digest: "t", hostName: nil, preapproved: true,
                lifetime: .seconds(60))
            let first = try await enrolments.enrol(QueueFixture.newcomer("a", token: "t"))
            let again = try await enrolments.enrol(QueueFixture.newcomer("a", token: "t"))
            #expect(again == first)
            await #expect(throws: StoreFailure.tokenUsed) {
                _ = try await enrolments.enrol(
                    QueueFixture.newcomer("a", token: "t", request: "another"))
            }
            // A revoked certificate is not given out a second time.
            _ = try await CertificateStore(fixture.database).revoke(
                serial: first.certificate.serial, reason: "stolen")
            await #expect(throws: StoreFailure.tokenUsed) {
                _ = try await enrolments.enrol(QueueFixture.newcomer("a", token: "t"))
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `a token is known before anything is signed for it`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let enrolments = EnrolmentStore(fixture.database)
            _ = try await enrolments.create(
                QueueFixture.fresh(), digest: "t", hostName: nil, preapproved: true,
                lifetime: .seconds(60))
            try await enrolments.requireKnown(tokenDigest: "t")
            await #expect(throws: StoreFailure.tokenInvalid) {
                try await enrolments.requireKnown(tokenDigest: "unknown")
            }
        }
    }
}
