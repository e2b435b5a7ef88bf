import FleetModel
import Storage
import TestSupport
import Testing

@Suite struct EnrolmentTests {
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
                    QueueFixture.newcomer("b", token: "t", machine: "another"))
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
    func `a machine that enrols again keeps its host, and its old credential ends`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let enrolments = EnrolmentStore(fixture.database)
            let hosts = HostStore(fixture.database)
            for token in ["t1", "t2"] {
                _ = try await enrolments.create(
                    QueueFixture.fresh(), digest: token, hostName: nil, preapproved: true,
                    lifetime: .seconds(60))
            }
            let first = try await enrolments.enrol(QueueFixture.newcomer("a", token: "t1"))
            let second = try await enrolments.enrol(QueueFixture.newcomer("a", token: "t2"))
            #expect(first.host == second.host)
            #expect(try await hosts.agent(withCredential: "credential-t1") == nil)
            #expect(try await hosts.agent(withCredential: "credential-t2")?.host == first.host)
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
}
