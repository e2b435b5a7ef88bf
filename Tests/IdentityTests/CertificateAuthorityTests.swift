import FleetModel
import Foundation
import Identity
import SwiftASN1
import Testing
import X509

/// The verifier judges by the real time.
private let now = ServerTime(
    microseconds: Int64(Date().timeIntervalSince1970) * 1_000_000)

@Suite struct CertificateAuthorityTests {
    @Test func `the first start makes an authority and the second loads the same`() throws {
        let folder = try TemporaryFolder()
        let made = try CertificateAuthority.open(directory: folder.path, now: now)
        let loaded = try CertificateAuthority.open(directory: folder.path, now: now)
        #expect(made.fingerprint == loaded.fingerprint)
        #expect(made.fingerprint.hasPrefix("SHA256:"))
        #expect(made.fingerprint.utf8.count == 7 + 64)
        #expect(made.name.wholeMatch(of: /CN=Fleetmark CA [0-9a-f]{8}/) != nil)
        #expect(try folder.mode("ca.key") == 0o600)
        #expect(try folder.text("ca.crt") == made.certificatePEM)
    }

    @Test func `a key that others may read is refused`() throws {
        let folder = try TemporaryFolder()
        _ = try CertificateAuthority.open(directory: folder.path, now: now)
        try folder.setMode(0o640, of: "ca.key")
        let failure = #expect(throws: CertificateFailure.self) {
            try CertificateAuthority.open(directory: folder.path, now: now)
        }
        #expect(failure?.reason.contains("mode 640") == true)
    }

    @Test(arguments: ["ca.key", "ca.crt"])
    func `a lost file is reported and not replaced`(_ name: String) throws {
        let folder = try TemporaryFolder()
        _ = try CertificateAuthority.open(directory: folder.path, now: now)
        try FileManager.default.removeItem(atPath: folder.path + "/" + name)
        #expect(throws: CertificateFailure.self) {
            try CertificateAuthority.open(directory: folder.path, now: now)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/" + name))
    }

    @Test func `a foreign key is refused`() throws {
        let folder = try TemporaryFolder()
        let other = try TemporaryFolder()
        _ = try CertificateAuthority.open(directory: folder.path, now: now)
        _ = try CertificateAuthority.open(directory: other.path, now: now)
        try folder.write(try other.text("ca.crt"), to: "ca.crt")
        #expect(throws: CertificateFailure.self) {
            try CertificateAuthority.open(directory: folder.path, now: now)
        }
    }

    @Test(arguments: ["", "nonsense", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----"])
    func `a broken certificate file is an error`(_ text: String) throws {
        let folder = try TemporaryFolder()
        _ = try CertificateAuthority.open(directory: folder.path, now: now)
        try folder.write(text, to: "ca.crt")
        #expect(throws: CertificateFailure.self) {
            try CertificateAuthority.open(directory: folder.path, now: now)
        }
    }

    @Test func `an issued certificate verifies against the authority and carries the names`()
        async throws
    {
        let folder = try TemporaryFolder()
        let authority = try CertificateAuthority.open(directory: folder.path, now: now)
        let names = try ["localhost", "127.0.0.1", "::1"].map { try #require(ServerName($0)) }
        let issued = try authority.issueServerCertificate(
            names: names, validity: .seconds(86400), now: now)
        let chain = try PEMDocument.parseMultiple(pemString: issued.chainPEM)
            .map { try Certificate(pemDocument: $0) }
        #expect(chain.count == 2)
        let root = chain[1]
        var verifier = Verifier(rootCertificates: CertificateStore([root])) {
            RFC5280Policy()
        }
        let result = await verifier.validate(leaf: chain[0], intermediates: CertificateStore())
        guard case .validCertificate = result else {
            Issue.record("not valid: \(result)")
            return
        }
        #expect(issued.names == names.sorted())
        #expect(issued.validUntil == now + .seconds(86400))
    }

    @Test func `a certificate ends no later than its authority`() throws {
        let folder = try TemporaryFolder()
        let authority = try CertificateAuthority.open(directory: folder.path, now: now)
        let late = now + .seconds(3649 * 86400)
        let name = try #require(ServerName("localhost"))
        let issued = try authority.issueServerCertificate(
            names: [name], validity: .seconds(90 * 86400), now: late)
        #expect(issued.validUntil == authority.validUntil)
        #expect(throws: CertificateFailure.self) {
            try authority.issueServerCertificate(
                names: [], validity: .seconds(86400), now: now)
        }
    }

    struct NameCase { let text: String; let name: ServerName? }
    @Test(arguments: [
        NameCase(text: "Fleet.Example", name: .dns("fleet.example")),
        NameCase(text: "*.fleet.example", name: .dns("*.fleet.example")),
        NameCase(text: "10.0.0.1", name: .address([10, 0, 0, 1])),
        NameCase(text: "*", name: nil), NameCase(text: "", name: nil),
        NameCase(text: "a..b", name: nil), NameCase(text: "-a", name: nil),
        NameCase(text: "a b", name: nil),
        NameCase(text: String(repeating: "a", count: 64), name: nil),
    ])
    func `server names are checked`(_ given: NameCase) {
        #expect(ServerName(given.text) == given.name)
    }
}
