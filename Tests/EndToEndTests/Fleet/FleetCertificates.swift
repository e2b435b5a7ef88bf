import AgentProtocol
import AsyncHTTPClient
import Crypto
import FleetModel
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import SwiftASN1
import TestSupport
import X509

/// A certificate with its key, PEM.
struct KeyPair {
    let certificate: String
    let key: String
}

/// Makes certificates as an authority would, among them those that it should not.
struct CertificateMaker {
    private let certificate: Certificate
    private let key: Certificate.PrivateKey

    /// The fleet's own authority, from the controller's files.
    init(ofFleetIn folder: String) throws {
        let certificates = folder + "/controller/certificates"
        certificate = try Certificate(
            pemEncoded: String(contentsOfFile: certificates + "/ca.crt", encoding: .utf8))
        key = try Certificate.PrivateKey(
            pemEncoded: String(contentsOfFile: certificates + "/ca.key", encoding: .utf8))
    }

    /// An authority that no fleet knows.
    init() throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        self.key = key
        let name = try DistinguishedName { CommonName("Fleetmark CA 00000000") }
        certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: key.publicKey,
            notValidBefore: Date() - 60, notValidAfter: Date() + 3600, issuer: name,
            subject: name,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                SubjectKeyIdentifier(hash: key.publicKey)
            }, issuerPrivateKey: key)
    }

    /// An agent's certificate that ends after `lifetime`, which may be negative.
    func agent(_ agent: String, lifetime: TimeInterval = 3600) throws -> KeyPair {
        let own = P256.Signing.PrivateKey()
        let authorityKey = try certificate.extensions.subjectKeyIdentifier?.keyIdentifier
        let issued = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(own.publicKey),
            notValidBefore: Date() - 86400, notValidAfter: Date() + lifetime,
            issuer: certificate.subject,
            subject: try DistinguishedName { CommonName("agent:\(agent)") },
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.clientAuth])
                AuthorityKeyIdentifier(keyIdentifier: authorityKey)
            }, issuerPrivateKey: key)
        return KeyPair(
            certificate: try issued.serializeAsPEM().pemString + "\n",
            key: own.pemRepresentation + "\n")
    }
}

/// The agents' listener, called with any certificate or none.
final class AgentRoutesClient {
    static let attempt = "01975a31-0000-7000-8000-000000000001"
    /// Every route of the agent protocol but enrolment.
    static let routes: [(method: HTTPMethod, path: String)] = [
        (.POST, AgentRoute.session), (.POST, AgentRoute.claim + "?wait_s=0"),
        (.POST, AgentRoute.renew),
        (.POST, "\(AgentRoute.attempts)/\(attempt)/heartbeat"),
        (.PUT, "\(AgentRoute.attempts)/\(attempt)/batches/1"),
        (.PUT, "\(AgentRoute.attempts)/\(attempt)/log?offset=0"),
        (.POST, "\(AgentRoute.attempts)/\(attempt)/finish"),
    ]

    private let address: String
    private let client: HTTPClient

    init(address: String, authorityFile: String, showing pair: KeyPair?) throws {
        self.address = address
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(authorityFile)
        if let pair {
            tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(
                Array(pair.certificate.utf8)
            ).map { .certificate($0) }
            tls.privateKey = .privateKey(
                try NIOSSLPrivateKey(bytes: Array(pair.key.utf8), format: .pem))
        }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(5)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() async throws { try await client.shutdown() }

    /// The status and the reason of the answer; fails when new connections, too, close without one.
    ///
    /// The controller closes the connections of a revoked certificate as soon as it hears of it:
    /// before, while or after the next call is written on one of them.
    func call(_ method: HTTPMethod, _ path: String) async throws -> FleetAPI.Reply {
        var tries = 1
        while true {
            do {
                return try await callOnce(method, path)
            } catch  where tries < 5 {
                tries += 1
            }
        }
    }

    private func callOnce(_ method: HTTPMethod, _ path: String) async throws -> FleetAPI.Reply {
        var request = HTTPClientRequest(url: address + path)
        request.method = method
        request.headers.add(name: AgentHeader.version, value: "1.0")
        request.body = .bytes(Array("{}".utf8))
        let reply = try await client.execute(request, timeout: .seconds(60))
        let bytes = try await reply.body.collect(upTo: 1 << 20)
        let body = try JSONDecoder().decode(JSONValue.self, from: Data(bytes.readableBytesView))
        return FleetAPI.Reply(status: Int(reply.status.code), body: body)
    }
}

extension TestFleet {
    /// What an agent keeps of itself.
    func identity(_ name: String = "agent") throws -> [String: JSONValue] {
        let file = agentFolder(name) + "/identity.json"
        let data = try Data(contentsOf: URL(fileURLWithPath: file))
        return try JSONDecoder().decode([String: JSONValue].self, from: data)
    }

    func pair(of name: String = "agent") throws -> KeyPair {
        let identity = try identity(name)
        guard let certificate = identity["certificate"]?.text, let key = identity["key"]?.text
        else { throw FleetProblem("no certificate in \(identity)") }
        return KeyPair(certificate: certificate, key: key)
    }

    /// Changes an agent's identity file, which stays its owner's alone.
    func changeIdentity(
        _ name: String = "agent", _ change: (inout [String: JSONValue]) -> Void
    ) throws {
        var identity = try identity(name)
        change(&identity)
        let file = agentFolder(name) + "/identity.json"
        try JSONEncoder().encode(identity).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    }

    /// Gives an agent another certificate.
    func show(_ pair: KeyPair, as name: String = "agent") throws {
        try changeIdentity(name) {
            $0["certificate"] = .string(pair.certificate)
            $0["key"] = .string(pair.key)
        }
    }

    func certificates() async throws -> [JSONValue] { try await api.get("/certificates").items }

    func revoke(_ certificate: JSONValue?, reason: String) async throws {
        let serial = certificate?["serial"]?.text ?? ""
        let reply = try await api.call(
            "POST", "/certificates/\(serial)/revoke", .object(["reason": .string(reason)]))
        guard reply.status == 200 else { throw FleetProblem("revoke: \(reply.body)") }
    }

    /// Lends a client of the agents' listener.
    func withAgentRoutes(
        showing pair: KeyPair?, _ body: (AgentRoutesClient) async throws -> Void
    ) async throws {
        let client = try AgentRoutesClient(
            address: agentsAddress,
            authorityFile: folder + "/controller/certificates/ca.crt", showing: pair)
        do {
            try await body(client)
        } catch {
            try await client.close()
            throw error
        }
        try await client.close()
    }

    /// Runs `fleetmark-controller ca …` on the fleet's state to its end.
    func authorityCommand(_ words: String...) async throws -> (status: CInt, said: String) {
        let program = try RunningProgram(
            BuiltProducts.path(of: "fleetmark-controller"),
            ["ca"] + words + ["--state-dir", folder + "/controller"],
            logFile: "\(folder)/ca-\(words.joined(separator: "-")).log")
        return (try await program.wait(), program.output)
    }
}
