import FleetModel
import Foundation
import SwiftASN1
import Testing
import X509

@testable import Identity

private let now = ServerTime(microseconds: 1_800_000_000_000_000)
private let month = Duration.seconds(30 * 86400)

@Suite struct AuthorityRotationTests {
    private let directory: TemporaryFolder
    private let authorities: FleetAuthorities
    private let first: CertificateAuthority

    init() throws {
        directory = try TemporaryFolder()
        authorities = try FleetAuthorities(directory: directory.path, now: now)
        first = authorities.present.serving
    }

    private var folder: AuthorityFolder { AuthorityFolder(path: directory.path) }

    private func issue(_ authority: CertificateAuthority) throws -> ClientCertificate {
        let issued = try authority.issueAgentCertificate(
            for: TestRequest.agent(), answering: try SigningRequest(pem: TestRequest.pem()),
            now: now)
        return try ClientCertificate(.init(pemEncoded: issued.pem))
    }

    @Test func `without a rotation one authority does everything`() throws {
        let present = authorities.present
        #expect(present.issuing.fingerprint == first.fingerprint)
        #expect(present.trusted.count == 1)
        #expect(present.bundlePEM == first.certificatePEM)
        #expect(try !authorities.refresh(now: now))
    }

    @Test func `in the overlap the successor issues, the former serves and both are trusted`()
        throws
    {
        _ = try folder.rotate(overlap: month, now: now)
        #expect(try authorities.refresh(now: now))
        let present = authorities.present
        let next = try #require(present.successor)
        #expect(present.serving.fingerprint == first.fingerprint)
        #expect(present.issuing.fingerprint == next.fingerprint)
        #expect(next.fingerprint != first.fingerprint)
        #expect(present.overlapEnd == now + month)
        #expect(present.trusts(try issue(first)))
        #expect(present.trusts(try issue(next)))
        #expect(present.bundlePEM == first.certificatePEM + next.certificatePEM)
        #expect(try directory.mode("ca-next.key") == 0o600)
    }

    @Test func `when the overlap is over the former is trusted no more`() throws {
        let next = try #require(try folder.rotate(overlap: month, now: now).successor)
        let old = try issue(first)
        _ = try authorities.refresh(now: now + month + .seconds(-1))
        #expect(authorities.present.trusts(old))
        #expect(try authorities.refresh(now: now + month))
        let present = authorities.present
        #expect(present.serving.fingerprint == next.fingerprint)
        #expect(present.successor == nil)
        #expect(!present.trusts(old))
        #expect(present.trusts(try issue(next)))
        #expect(try directory.mode("ca.key") == 0o600)
        #expect(try directory.names() == ["ca.crt", "ca.key"])
    }

    @Test func `an overlap of nothing replaces the authority at once`() throws {
        let present = try folder.rotate(overlap: .zero, now: now)
        #expect(present.successor == nil)
        #expect(present.serving.fingerprint != first.fingerprint)
    }

    @Test func `one rotation at a time`() throws {
        _ = try folder.rotate(overlap: month, now: now)
        let failure = #expect(throws: CertificateFailure.self) {
            try folder.rotate(overlap: month, now: now + .seconds(60))
        }
        #expect(failure?.reason.contains("2027-02-14T08:00:00Z") == true)
        #expect(try folder.rotate(overlap: month, now: now + month).successor != nil)
    }

    @Test func `a rotation that was cut off before its last file did not begin`() throws {
        _ = try folder.rotate(overlap: month, now: now)
        try FileManager.default.removeItem(atPath: directory.path + "/ca-next.crt")
        #expect(try folder.open(now: now).successor == nil)
        #expect(try folder.rotate(overlap: month, now: now).successor != nil)
    }

    @Test func `an end that was cut off between its two files is completed`() throws {
        let next = try #require(try folder.rotate(overlap: month, now: now).successor)
        try FileManager.default.removeItem(atPath: directory.path + "/ca.key")
        try FileManager.default.moveItem(
            atPath: directory.path + "/ca-next.key", toPath: directory.path + "/ca.key")
        let present = try folder.open(now: now)
        #expect(present.serving.fingerprint == next.fingerprint)
        #expect(present.successor == nil)
        #expect(try directory.names() == ["ca.crt", "ca.key"])
    }

    @Test func `looking changes nothing and makes nothing`() throws {
        let empty = try TemporaryFolder()
        #expect(throws: CertificateFailure.self) {
            try AuthorityFolder(path: empty.path).look()
        }
        #expect(throws: CertificateFailure.self) {
            try AuthorityFolder(path: empty.path).rotate(overlap: month, now: now)
        }
        #expect(try empty.names().isEmpty)
        _ = try folder.rotate(overlap: .seconds(60), now: now)
        #expect(try folder.look().overlapEnd == now + .seconds(60))
        #expect(try folder.look().serving.fingerprint == first.fingerprint)
    }

    /// A controller with a user of its own must be able to read what root made for it.
    @Test(.enabled(if: geteuid() == 0, "only root may give files away"))
    func `what root rotates belongs to the folder's owner`() throws {
        let owner: uid_t = 64_999
        try directory.give(to: owner)
        _ = try folder.rotate(overlap: month, now: now)
        for name in ["ca-next.key", "ca-next.until", "ca-next.crt"] {
            #expect(try directory.owner(name) == owner, "\(name)")
        }
        _ = try folder.open(now: now + month)
        #expect(try directory.owner("ca.key") == owner)
        #expect(try directory.mode("ca.key") == 0o600)
    }

    @Test func `a folder that cannot be read leaves the former authorities`() throws {
        try directory.write("nonsense", to: "ca.crt")
        #expect(throws: CertificateFailure.self) { try authorities.refresh(now: now) }
        #expect(authorities.present.serving.fingerprint == first.fingerprint)
    }

    @Test func `the listeners' certificate follows the authority in force`() async throws {
        let store = try ServerCertificateStore(
            .ownAuthority(
                authorities, folder: directory.path, names: [.dns("localhost")],
                validity: month * 3), now: now)
        _ = try folder.rotate(overlap: month, now: now)
        _ = try authorities.refresh(now: now)
        guard case .unchanged = await store.refresh(now: now) else {
            Issue.record("replaced too early")
            return
        }
        _ = try authorities.refresh(now: now + month)
        guard case .replaced(let fresh) = await store.refresh(now: now + month) else {
            Issue.record("not replaced")
            return
        }
        #expect(fresh.chainPEM.hasSuffix(authorities.present.serving.certificatePEM))
    }
}
