import AsyncHTTPClient
import Crypto
import Database
import FleetModel
import Identity
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Storage
import SwiftASN1
import TestSupport
import Testing
import X509

@testable import FleetmarkController
@testable import WebSupport

/// Revoking a certificate closes the connections that were made with it, idle ones too.
@Suite(.timeLimit(.minutes(5))) struct RevocationTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func composition(in folder: String) async throws -> Composition {
        var configuration = ControllerConfiguration(stateDirectory: folder + "/state")
        configuration.store = .memory
        configuration.publicListener.port = 0
        configuration.agentsListener.host = "127.0.0.1"
        configuration.agentsListener.port = 0
        return try await Composition.prepare(configuration, logger: logger)
    }

    /// Lends a serving controller, whose agents' listener has that address.
    private static func serving(
        _ body: (Composition, _ address: String) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let composition = try await composition(in: folder)
            let (started, announce) = AsyncStream.makeStream(of: Controller.Started.self)
            let services = composition.services { announce.yield($0) }
            let group = ServiceGroup(
                configuration: .init(
                    services: services.map { .init(service: $0) }, logger: logger))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                var iterator = started.makeAsyncIterator()
                let first = try #require(await iterator.next())
                try await body(composition, try #require(first.agentsURL))
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
            await composition.database.close()
        }
    }

    /// Makes a call and keeps the connection.
    private static func connect(_ client: HTTPClient, _ address: String) async throws {
        let request = HTTPClientRequest(url: address + "/agent/v1/nowhere")
        let reply = try await client.execute(request, timeout: .seconds(30))
        _ = try await reply.body.collect(upTo: 1 << 16)
    }

    @Test func `an idle connection closes when its certificate is revoked`() async throws {
        try await Self.serving { composition, address in
            let agent = try await EnrolledAgent(in: composition)
            try await agent.withClient(of: composition) { client in
                try await Self.connect(client, address)
                #expect(composition.agentConnections.serials == [agent.serial])
                _ = try await CertificateStore(composition.database).revoke(
                    serial: agent.serial, reason: "stolen")
                try await eventually("the connection stays open") {
                    composition.agentConnections.serials.isEmpty
                }
            }
        }
    }

    @Test func `what was revoked while nothing was heard is closed afterwards`() async throws {
        try await Self.serving { composition, address in
            let revoked = try await EnrolledAgent(in: composition)
            let other = try await EnrolledAgent(in: composition)
            try await revoked.withClient(of: composition) { client in
                try await other.withClient(of: composition) { calm in
                    try await Self.connect(client, address)
                    try await Self.connect(calm, address)
                    try await Self.revokeUnheard(revoked.serial, in: composition.database)
                    let (changes, hear) = AsyncStream.makeStream(of: DatabaseNotification.self)
                    hear.yield(DatabaseNotification(resync: WorkChannel.certificate))
                    let signals = ChangeSignals(
                        changes: changes, polls: LongPolls(),
                        agentConnections: composition.agentConnections,
                        certificates: CertificateStore(composition.database),
                        logger: Self.logger)
                    let listening = Task { try await signals.run() }
                    try await eventually("the connection stays open") {
                        composition.agentConnections.serials == [other.serial]
                    }
                    listening.cancel()
                    _ = await listening.result
                }
            }
        }
    }

    /// As another controller does while this one does not hear the database.
    private static func revokeUnheard(
        _ serial: String, in database: any Database
    ) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            _ = try connection.execute(
                "UPDATE certificate SET revoked_us = 1 WHERE serial = $1", [.text(serial)])
        }
    }
}

/// An agent that is enrolled, with its key.
private struct EnrolledAgent {
    let serial: String
    let keyPEM: String
    let pem: String

    init(in composition: Composition) async throws {
        var random = SystemRandomNumberGenerator()
        let now = Composition.now()
        let agent = AgentID(at: now, using: &random)
        let key = P256.Signing.PrivateKey()
        keyPEM = key.pemRepresentation
        let request = try SigningRequest(
            pem: CertificateSigningRequest(
                version: .v1, subject: try DistinguishedName { CommonName("an agent") },
                privateKey: Certificate.PrivateKey(key),
                attributes: CertificateSigningRequest.Attributes(),
                signatureAlgorithm: .ecdsaWithSHA256
            ).serializeAsPEM().pemString)
        let issued = try composition.authorities.present.issuing.issueAgentCertificate(
            for: agent, answering: request, now: now)
        (serial, pem) = (issued.serial, issued.pem)
        let enrolments = EnrolmentStore(composition.database)
        let name = "bench-\(agent)"
        _ = try await enrolments.create(
            TokenID(at: now, using: &random), digest: name, hostName: nil, preapproved: true,
            lifetime: .seconds(60))
        _ = try await enrolments.enrol(
            EnrolmentStore.Newcomer(
                tokenDigest: name, name: name, machineDigest: name, hostClass: "default",
                facts: HostFactsSummary(
                    architecture: "x86_64", os: "debian-12", kernel: "6.1",
                    cpuModel: "Example 9000", cores: 2, memoryBytes: 1 << 30),
                agentVersion: "0.1.0",
                certificate: CertificateRecord.New(
                    serial: issued.serial, requestDigest: request.digest, pem: issued.pem,
                    validFrom: issued.validFrom, validUntil: issued.validUntil),
                host: HostID(at: now, using: &random), agent: agent))
    }

    /// A client that keeps its connections.
    func withClient(
        of composition: Composition, _ body: (HTTPClient) async throws -> Void
    ) async throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMBytes(
                Array(composition.authorities.present.bundlePEM.utf8)))
        tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8))
            .map { .certificate($0) }
        tls.privateKey = .privateKey(
            try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem))
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            configuration: HTTPClient.Configuration(tlsConfiguration: tls))
        do {
            try await body(client)
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }
}
