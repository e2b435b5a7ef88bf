import Crypto
import FleetModel
import Foundation
import SwiftASN1
import Testing
import X509

@testable import Identity

/// The verifier judges by the real time.
private let now = ServerTime(
    microseconds: Int64(Date().timeIntervalSince1970) * 1_000_000)

@Suite struct AgentCertificateTests {
    private let folder: TemporaryFolder
    private let authority: CertificateAuthority

    init() throws {
        folder = try TemporaryFolder()
        authority = try CertificateAuthority.open(directory: folder.path, now: now)
    }

    private func issue(
        _ agent: AgentID = TestRequest.agent(), at time: ServerTime = now
    ) throws -> IssuedCertificate {
        try authority.issueAgentCertificate(
            for: agent, answering: try SigningRequest(pem: TestRequest.pem()), now: time)
    }

    @Test func `it names the agent, lives thirty days and is due after twenty`() throws {
        let agent = TestRequest.agent()
        let issued = try issue(agent)
        let document = try PEMDocument(pemString: issued.pem)
        let read = try ClientCertificate(der: Array(document.derBytes))
        #expect(read.agent == agent)
        #expect(read.serial == issued.serial)
        #expect(read.validFrom == now + .seconds(-300))
        #expect(read.validUntil == now + .seconds(30 * 86400))
        #expect(read.validUntil == issued.validUntil)
        let renewal = IssuedCertificate.renewal(
            from: issued.validFrom, until: issued.validUntil)
        #expect(renewal - now > .seconds(19 * 86400))
        #expect(renewal - now < .seconds(20 * 86400))
    }

    @Test func `it is in force from its first moment to its last`() throws {
        let issued = try issue()
        let read = try ClientCertificate(
            der: Array(try PEMDocument(pemString: issued.pem).derBytes))
        #expect(!read.isInForce(at: read.validFrom + .microseconds(-1)))
        #expect(read.isInForce(at: read.validFrom))
        #expect(read.isInForce(at: read.validUntil + .microseconds(-1)))
        #expect(!read.isInForce(at: read.validUntil))
    }

    @Test func `it verifies as a client's and carries the request's own key`() async throws {
        let key = P256.Signing.PrivateKey()
        let issued = try authority.issueAgentCertificate(
            for: TestRequest.agent(),
            answering: try SigningRequest(pem: TestRequest.pem(key: .init(key))), now: now)
        let leaf = try Certificate(pemEncoded: issued.pem)
        #expect(leaf.publicKey == .init(key.publicKey))
        let usage = try #require(try leaf.extensions.extendedKeyUsage)
        #expect(Array(usage) == [.clientAuth])
        let root = try Certificate(pemEncoded: authority.certificatePEM)
        var verifier = Verifier(rootCertificates: CertificateStore([root])) { RFC5280Policy() }
        let result = await verifier.validate(leaf: leaf, intermediates: CertificateStore())
        guard case .validCertificate = result else {
            Issue.record("not valid: \(result)")
            return
        }
    }

    @Test func `the request's subject decides nothing`() throws {
        let (agent, other) = (TestRequest.agent(), TestRequest.agent())
        let request = try SigningRequest(pem: TestRequest.pem(name: "agent:\(other)"))
        #expect(request.commonName == "agent:\(other)")
        let issued = try authority.issueAgentCertificate(for: agent, answering: request, now: now)
        let read = try ClientCertificate(Certificate(pemEncoded: issued.pem))
        #expect(read.agent == agent)
    }

    @Test func `it ends no later than its authority`() throws {
        let late = now + .seconds(3649 * 86400)
        #expect(try issue(at: late).validUntil == authority.validUntil)
        #expect(throws: CertificateFailure.self) {
            try issue(at: now + .seconds(3651 * 86400))
        }
    }

    @Test func `serials differ and are written without leading zeros`() throws {
        let serials = try (0..<50).map { _ in try issue().serial }
        #expect(Set(serials).count == 50)
        #expect(serials.allSatisfy { !$0.hasPrefix("00") && $0.count >= 30 })
    }

    @Test func `a server's certificate is no agent's`() throws {
        let server = try authority.issueServerCertificate(
            names: [.dns("localhost")], validity: .seconds(60), now: now)
        let document = try #require(
            try PEMDocument.parseMultiple(pemString: server.chainPEM).first)
        #expect(throws: CertificateFailure.self) {
            try ClientCertificate(der: Array(document.derBytes))
        }
        #expect(throws: CertificateFailure.self) { try ClientCertificate(der: [1, 2, 3]) }
    }
}

@Suite struct SigningRequestTests {
    @Test func `the same request has the same digest, another one another`() throws {
        let pem = try TestRequest.pem()
        #expect(try SigningRequest(pem: pem).digest == SigningRequest(pem: pem).digest)
        #expect(
            try SigningRequest(pem: pem).digest != SigningRequest(pem: TestRequest.pem()).digest)
    }

    @Test(arguments: [
        "", "nonsense",
        "-----BEGIN CERTIFICATE REQUEST-----\n!!\n-----END CERTIFICATE REQUEST-----",
        "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----",
        String(repeating: "a", count: SigningRequest.maximumBytes + 1),
    ])
    func `what is no request is refused`(_ text: String) {
        let failure = #expect(throws: SigningRequestFailure.self) {
            try SigningRequest(pem: text)
        }
        guard case .malformed = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func `a signature of another key is refused`() throws {
        #expect(throws: SigningRequestFailure.self) {
            try SigningRequest(pem: TestRequest.forged())
        }
    }

    @Test func `a key that is not on P-256 is too weak or unknown`() throws {
        let pem = try TestRequest.pem(
            key: .init(P384.Signing.PrivateKey()), algorithm: .ecdsaWithSHA384)
        let failure = #expect(throws: SigningRequestFailure.self) { try SigningRequest(pem: pem) }
        guard case .weak = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }
}
