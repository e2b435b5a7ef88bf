import AsyncHTTPClient
import FleetModel
import Foundation
import Identity
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Testing

@testable import WebSupport

/// A controller's two listeners on free ports, with certificates of an authority of their own.
struct LiveServer {
    var surface = SurfaceFixture()
    let folder: String
    let authority: CertificateAuthority
    let store: ServerCertificateStore
    let publicSecurity: TransportSecurity
    let agentSecurity: TransportSecurity
    let connections = PeerConnections()
    var limits = ConnectionLimits()

    init() async throws {
        folder = FileManager.default.temporaryDirectory.path + "/web-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        authority = try CertificateAuthority.open(directory: folder, now: Self.now())
        let issued = try Self.issue(authority)
        try Self.write(issued, in: folder)
        store = try ServerCertificateStore(
            .files(certificate: folder + "/site.crt", key: folder + "/site.key"), now: Self.now())
        publicSecurity = try TransportSecurity(.http2AndHTTP1, certificate: issued)
        agentSecurity = try TransportSecurity(
            .http1Only, certificate: issued, clientAuthorities: authority.certificatePEM)
    }

    static func now() -> ServerTime {
        ServerTime(microseconds: Int64(Date().timeIntervalSince1970) * 1_000_000)
    }

    static func issue(_ authority: CertificateAuthority) throws -> ServerCertificate {
        try authority.issueServerCertificate(
            names: [.dns("localhost"), .address([127, 0, 0, 1])], validity: .seconds(86400),
            now: now())
    }

    static func write(_ certificate: ServerCertificate, in folder: String) throws {
        try certificate.chainPEM.write(
            toFile: folder + "/site.crt", atomically: true, encoding: .utf8)
        try certificate.keyPEM.exposed.write(
            toFile: folder + "/site.key", atomically: true, encoding: .utf8)
    }

    /// Runs the server, gives the two ports to the body, and shuts down gracefully after it.
    func run(
        drainLimit: Duration = .seconds(20),
        _ body: @Sendable (_ ports: [Int], _ group: ServiceGroup) async throws -> Void
    ) async throws {
        let (ports, announce) = AsyncStream.makeStream(of: [Int].self)
        let server = FleetServer(
            listeners: [
                Listener(
                    name: "public", address: .network(host: "127.0.0.1", port: 0),
                    security: publicSecurity, limits: limits, responder: surface.responder),
                Listener(
                    name: "agents", address: .network(host: "127.0.0.1", port: 0),
                    security: agentSecurity, limits: limits, connections: connections,
                    responder: surface.responder),
            ], longPolls: surface.polls, eventStreams: surface.streams, drainLimit: drainLimit,
            logger: surface.logger
        ) { bound in
            announce.yield(bound.compactMap(\.port))
            announce.finish()
        }
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server)], logger: surface.logger))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let bound = try #require(await iterator.next())
            do {
                try await body(bound, group)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// A client that trusts the authority alone.
    func withClient(
        http2: Bool = false, maximumTLS: TLSVersion? = nil, showing own: TestAgent? = nil,
        _ body: (HTTPClient) async throws -> Void
    ) async throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMBytes(Array(authority.certificatePEM.utf8)))
        tls.maximumTLSVersion = maximumTLS
        if let own {
            tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(
                Array(own.certificate.pem.utf8)
            ).map { .certificate($0) }
            tls.privateKey = .privateKey(
                try NIOSSLPrivateKey(bytes: Array(own.keyPEM.utf8), format: .pem))
        }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.httpVersion = http2 ? .automatic : .http1Only
        // A refused handshake is tried again until this limit.
        configuration.timeout.connect = .seconds(2)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 200
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            configuration: configuration)
        do {
            try await body(client)
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }
}

extension HTTPClient {
    func call(
        _ port: Int, _ path: String, method: HTTPMethod = .GET,
        headers: HTTPHeaders = [:], body: HTTPClientRequest.Body? = nil
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: "https://127.0.0.1:\(port)/api/v1/widgets\(path)")
        request.method = method
        request.headers = headers
        request.body = body
        return try await execute(request, timeout: .seconds(30))
    }
}
