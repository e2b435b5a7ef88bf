import FleetModel
import Foundation
import Identity
import Testing

private let now = ServerTime(microseconds: 1_800_000_000_000_000)
private let month = Duration.seconds(30 * 86400)

@Suite struct ServerCertificateStoreTests {
    private let folder: TemporaryFolder
    private let authorities: FleetAuthorities
    private var authority: CertificateAuthority { authorities.present.serving }

    init() throws {
        folder = try TemporaryFolder()
        authorities = try FleetAuthorities(directory: folder.path, now: now)
    }

    private func own(_ names: [String], at time: ServerTime = now) throws -> ServerCertificateStore
    {
        try ServerCertificateStore(
            .ownAuthority(
                authorities, folder: folder.path,
                names: names.map { try #require(ServerName($0)) }, validity: month), now: time)
    }

    @Test func `an own certificate is kept across starts`() async throws {
        let first = try await own(["localhost"]).current
        let second = try await own(["localhost"], at: now + .seconds(86400)).current
        #expect(first.chainPEM == second.chainPEM)
        #expect(try folder.mode("server.key") == 0o600)
    }

    @Test func `other names give a new certificate`() async throws {
        let first = try await own(["localhost"]).current
        let second = try await own(["localhost", "fleet.example"]).current
        #expect(first.chainPEM != second.chainPEM)
        #expect(second.names == [.dns("fleet.example"), .dns("localhost")])
    }

    @Test func `a certificate is issued again when a third of its life is left`() async throws {
        let store = try own(["localhost"])
        let first = await store.current
        guard case .unchanged = await store.refresh(now: now + month * 0.6) else {
            Issue.record("renewed too early")
            return
        }
        guard case .replaced(let second) = await store.refresh(now: now + month * 0.7) else {
            Issue.record("not renewed")
            return
        }
        #expect(second.validUntil > first.validUntil)
        #expect(second.chainPEM != first.chainPEM)
    }

    @Test func `a changed pair of files is taken over and a broken one is not`() async throws {
        let name = try #require(ServerName("localhost"))
        let first = try authority.issueServerCertificate(names: [name], validity: month, now: now)
        try write(first)
        let store = try ServerCertificateStore(
            .files(certificate: folder.path + "/site.crt", key: folder.path + "/site.key"),
            now: now)
        guard case .unchanged = await store.refresh(now: now) else {
            Issue.record("the same files are no change")
            return
        }
        let second = try authority.issueServerCertificate(names: [name], validity: month, now: now)
        try folder.write(second.chainPEM, to: "site.crt")
        guard case .broken = await store.refresh(now: now) else {
            Issue.record("half a pair was taken over")
            return
        }
        #expect(await store.current.chainPEM == first.chainPEM)
        try write(second)
        guard case .replaced = await store.refresh(now: now) else {
            Issue.record("the new pair was not taken over")
            return
        }
        #expect(await store.current.chainPEM == second.chainPEM)
    }

    @Test func `a missing file is an error at the start`() {
        #expect(throws: CertificateFailure.self) {
            try ServerCertificateStore(
                .files(certificate: folder.path + "/none.crt", key: folder.path + "/none.key"),
                now: now)
        }
    }

    private func write(_ certificate: ServerCertificate) throws {
        try folder.write(certificate.chainPEM, to: "site.crt")
        try folder.write(certificate.keyPEM.exposed, to: "site.key")
    }
}
