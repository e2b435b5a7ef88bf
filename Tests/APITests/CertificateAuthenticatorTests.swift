import API
import Crypto
import Database
import FleetModel
import Identity
import Storage
import SwiftASN1
import TestSupport
import Testing
import WebSupport
import X509

/// What is asked of a certificate on each call, after the handshake has let its connection in.
@Suite struct CertificateAuthenticatorTests {
    private static let start = ServerTime(microseconds: 1_800_000_000_000_000)

    /// An enrolled agent and the fleet that knows it.
    private struct Fixture {
        let authorities: FleetAuthorities
        let folder: String
        let certificates: Storage.CertificateStore
        let agent: AgentID
        let issued: ClientCertificate

        func refusal(
            of certificate: ClientCertificate? = nil, at now: ServerTime = start
        ) async throws -> APIError? {
            let authenticator = CertificateAuthenticator(
                certificates: certificates, authorities: authorities, now: { now })
            do {
                let found = try await authenticator.agent(presenting: certificate ?? issued)
                #expect(found.agentID == agent)
                return nil
            } catch let error as APIError {
                return error
            }
        }
    }

    private static func fresh<Kind>() -> Identifier<Kind> {
        var generator = SystemRandomNumberGenerator()
        return Identifier(at: start, using: &generator)
    }

    private static func issue(
        to agent: AgentID, by authority: CertificateAuthority
    ) throws -> (issued: IssuedCertificate, parsed: ClientCertificate) {
        let request = try CertificateSigningRequest(
            version: .v1, subject: try DistinguishedName { CommonName("bench-07") },
            privateKey: Certificate.PrivateKey(P256.Signing.PrivateKey()),
            attributes: CertificateSigningRequest.Attributes(),
            signatureAlgorithm: .ecdsaWithSHA256)
        let issued = try authority.issueAgentCertificate(
            for: agent, answering: try SigningRequest(pem: request.serializeAsPEM().pemString),
            now: start)
        let der = try PEMDocument(pemString: issued.pem).derBytes
        return (issued, try ClientCertificate(der: Array(der)))
    }

    private static func with(_ body: (Fixture) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            try await withDatabase(.memory) { database in
                _ = try await Migrator.run(StorageMigrations.all, on: database)
                let authorities = try FleetAuthorities(directory: folder, now: start)
                let agent: AgentID = fresh()
                let (issued, parsed) = try issue(to: agent, by: authorities.present.issuing)
                try await enrol(agent, issued, in: database)
                try await body(
                    Fixture(
                        authorities: authorities, folder: folder,
                        certificates: Storage.CertificateStore(database), agent: agent,
                        issued: parsed))
            }
        }
    }

    private static func enrol(
        _ agent: AgentID, _ issued: IssuedCertificate, in database: any Database
    ) async throws {
        let enrolments = EnrolmentStore(database)
        _ = try await enrolments.create(
            fresh(), digest: "t", hostName: nil, preapproved: true, lifetime: .seconds(60))
        _ = try await enrolments.enrol(
            EnrolmentStore.Newcomer(
                tokenDigest: "t", name: "bench-07", machineDigest: "machine",
                hostClass: "default",
                facts: HostFactsSummary(
                    architecture: "x86_64", os: "debian-13", kernel: "6.12", cpuModel: "Example",
                    cores: 2, memoryBytes: 1 << 30),
                agentVersion: "0.1.0",
                certificate: CertificateRecord.New(
                    serial: issued.serial, requestDigest: "r", pem: issued.pem,
                    validFrom: issued.validFrom, validUntil: issued.validUntil),
                host: fresh(), agent: agent))
    }

    @Test func `a certificate in force is its agent's`() async throws {
        try await Self.with { fixture in
            let refusal = try await fixture.refusal()
            #expect(refusal == nil)
        }
    }

    @Test func `a connection does not outlive its certificate`() async throws {
        try await Self.with { fixture in
            let end = fixture.issued.validUntil
            let before = try await fixture.refusal(at: end + .microseconds(-1))
            #expect(before == nil)
            let after = try await fixture.refusal(at: end)
            #expect(after?.reason == .certificateExpired)
        }
    }

    @Test func `a revoked one is refused from the next call on, with the reason`() async throws {
        try await Self.with { fixture in
            _ = try await fixture.certificates.revoke(
                serial: fixture.issued.serial, reason: "disk was sold")
            let refusal = try await fixture.refusal()
            #expect(refusal?.reason == .certificateRevoked)
            #expect(refusal?.message.contains("disk was sold") == true)
            #expect(refusal?.code == "unauthorized")
        }
    }

    @Test func `a good signature under a serial that was never issued is not enough`()
        async throws
    {
        try await Self.with { fixture in
            let (_, stray) = try Self.issue(
                to: fixture.agent, by: fixture.authorities.present.issuing)
            let refusal = try await fixture.refusal(of: stray)
            #expect(refusal?.reason == .certificateInvalid)
        }
    }

    @Test func `an authority that is trusted no more takes its certificates along`()
        async throws
    {
        try await Self.with { fixture in
            let folder = AuthorityFolder(path: fixture.folder)
            _ = try folder.rotate(overlap: .seconds(60), now: Self.start)
            _ = try fixture.authorities.refresh(now: Self.start)
            let during = try await fixture.refusal()
            #expect(during == nil)
            _ = try fixture.authorities.refresh(now: Self.start + .seconds(60))
            let after = try await fixture.refusal()
            #expect(after?.reason == .certificateInvalid)
        }
    }
}
