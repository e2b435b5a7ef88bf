import Crypto
import Hummingbird
import HummingbirdTesting
import Identity
import SwiftASN1
import Testing
import X509

@testable import WebSupport

/// An agent as the controller sees one: calls of the protocol, written out.
struct SampleAgent: Sendable {
    let fixture: APIFixture
    /// Shown in the handshake.
    var certificate: ClientCertificate?
    var host = ""
    var session: String?

    static let facts: JSONValue = [
        "name": "bench-01", "machine_id_hash": "9f2c5c99b1b0a855", "arch": "x86_64",
        "os": "debian-13", "kernel": "6.12.30", "cpu_model": "Example 9000", "cores": 8,
        "memory_bytes": 34_359_738_368,
    ]

    /// Of another machine.
    static let otherFacts: JSONValue = [
        "name": "bench-02", "machine_id_hash": "1f2c5c99b1b0a855", "arch": "x86_64",
        "os": "debian-13", "kernel": "6.12.30", "cpu_model": "Example 9000", "cores": 8,
        "memory_bytes": 34_359_738_368,
    ]

    /// A lease as the claim's reply gives it.
    struct Lease: Sendable {
        let attempt: String
        let job: String
        let fence: Int64
        var path: String { "/attempts/\(attempt)" }
    }

    /// Calls the agents' surface below `/agent/v1`.
    func call(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil,
        headers: [String: String] = [:]
    ) async throws -> Reply {
        try await send(method, path, body?.text, headers: headers)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ text: String?,
        headers: [String: String] = [:]
    ) async throws -> Reply {
        var fields = ["Fleetmark-Protocol": "1.0", "Content-Type": "application/json"]
        fields["Fleetmark-Session"] = session
        fields.merge(headers) { _, given in given }
        let headers = HTTPFields(named: fields.filter { !$0.value.isEmpty })
        return try await Peer.$handshakeCertificate.withValue(certificate) {
            Reply(
                try await fixture.agents.executeRequest(
                    uri: "/agent/v1" + path, method: method, headers: headers,
                    body: text.map { ByteBuffer(string: $0) }))
        }
    }

    /// A call of an attempt's holder.
    func call(
        _ method: HTTPRequest.Method, _ path: String, of lease: Lease, _ body: JSONValue? = nil,
        fence: Int64? = nil
    ) async throws -> Reply {
        try await call(
            method, lease.path + path, body,
            headers: ["Fleetmark-Fence": "\(fence ?? lease.fence)"])
    }

    func enrol(token: String, as facts: JSONValue = Self.facts) async throws -> Reply {
        try await call(
            .post, "/enroll",
            [
                "token": .string(token), "csr": .string(try Self.signingRequest()),
                "host": facts, "agent_version": "0.3.0",
                "protocol": ["min": "1.0", "max": "1.0"],
            ])
    }

    private static func signingRequest() throws -> String {
        try CertificateSigningRequest(
            version: .v1, subject: try DistinguishedName { CommonName("bench-01") },
            privateKey: .init(P256.Signing.PrivateKey()),
            attributes: CertificateSigningRequest.Attributes(),
            signatureAlgorithm: .ecdsaWithSHA256
        ).serializeAsPEM().pemString
    }

    /// The certificate that a reply to an enrolment carries.
    static func certificate(of reply: Reply) throws -> ClientCertificate {
        let pem = try PEMDocument(pemString: try reply.known("certificate"))
        return try ClientCertificate(der: Array(pem.derBytes))
    }

    func openSession(
        spool: JSONValue = [], tuning: JSONValue = ["restored": true, "knobs_changed": 0],
        fingerprint: JSONValue = [:], limits: JSONValue = []
    ) async throws -> Reply {
        try await call(
            .post, "/session",
            [
                "agent_version": "0.3.0", "protocol": ["min": "1.0", "max": "1.0"],
                "boot_id": "1f6e2a40", "started_us": 1, "clock_us": 2,
                "fingerprint": fingerprint,
                "capabilities": [
                    "arch": "x86_64", "pmu": [], "events": [], "cgroup": 2,
                    "isolation_level": "partial", "limits": limits,
                ],
                "tuning": tuning, "spool": spool,
            ])
    }

    static func claimBody(_ claim: String, kinds: JSONValue = ["measure"]) -> JSONValue {
        [
            "claim_id": .string(claim), "slots": 1, "kinds": kinds,
            "health": [
                "disk_free_bytes": 81_604_378_624, "inode_free_share": 0.93, "spool_bytes": 0,
                "load": 0.04, "runnable": 1, "users": 0, "throttled": false,
                "clocksource": "tsc", "gates": [],
            ],
        ]
    }

    func claim(
        _ claim: String = freshID(), waiting seconds: Int = 0, kinds: JSONValue = ["measure"]
    ) async throws -> Reply {
        try await call(
            .post, "/claim?wait_s=\(seconds)", Self.claimBody(claim, kinds: kinds))
    }

    /// The next job of the queue.
    func lease() async throws -> Lease {
        try Self.lease(of: try await claim())
    }

    static func lease(of reply: Reply) throws -> Lease {
        let lease = reply["lease"]
        return Lease(
            attempt: try #require(lease["attempt_id"].string, "\(reply.text)"),
            job: try #require(lease["job_id"].string),
            fence: try #require(lease["fence"].integer))
    }
}
