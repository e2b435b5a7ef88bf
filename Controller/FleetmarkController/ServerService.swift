import API
import FleetModel
import Hummingbird
import Identity
import Pipeline
import ServiceLifecycle
import Storage
import WebSupport

/// The two listeners with their routes.
struct ServerService: Service {
    let composition: Composition
    let onStart: @Sendable (Controller.Started) async -> Void
    private let addresses = ReachableAddresses()
    private let meter = CallMeter()

    init(
        composition: Composition,
        onStart: @escaping @Sendable (Controller.Started) async -> Void
    ) {
        self.composition = composition
        self.onStart = onStart
    }

    static let version = "0.1.0"

    func run() async throws {
        let configuration = composition.configuration
        let publicSecurity = try TransportSecurity(
            .http2AndHTTP1, certificate: composition.certificate)
        let agentsSecurity = try TransportSecurity(
            .http1Only, certificate: composition.certificate,
            clientAuthorities: composition.authorities.present.bundlePEM)
        var listeners = [try publicListener(publicSecurity)]
        if configuration.agentsListener.isOpen { listeners.append(agentsListener(agentsSecurity)) }
        let server = FleetServer(
            listeners: listeners, longPolls: composition.polls,
            eventStreams: composition.streams, drainLimit: configuration.drainLimit,
            logger: composition.logger
        ) { bound in
            let started = started(bound)
            // Links over a socket have no host to begin with.
            let pages = started.publicURL == "unix" ? "" : started.publicURL
            addresses.set(.init(pages: pages, agents: started.agentsURL ?? ""))
            await onStart(started)
        }
        let reloading = CertificateReloading(
            store: composition.certificates, authorities: composition.authorities,
            listeners: [publicSecurity, agentsSecurity], logger: composition.logger,
            now: Composition.now)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await reloading.run() }
            try await server.run()
            group.cancelAll()
        }
    }

    private var limits: ConnectionLimits { composition.configuration.limits.connection }

    private func publicListener(_ security: TransportSecurity) throws -> Listener {
        let listener = composition.configuration.publicListener
        let address: ListenerAddress =
            listener.socketPath.map { .unixSocket(path: $0) }
            ?? .network(host: listener.host, port: listener.port)
        let responder = try PublicSurface(
            composition: composition, addresses: addresses, meter: meter, version: Self.version
        ).responder()
        if listener.isPlain {
            return try Listener(
                name: "public", plainHTTPOn: address, limits: limits, responder: responder)
        }
        return Listener(
            name: "public", address: address, security: security, limits: limits,
            responder: responder)
    }

    private func agentsListener(_ security: TransportSecurity) -> Listener {
        let listener = composition.configuration.agentsListener
        return Listener(
            name: "agents", address: .network(host: listener.host, port: listener.port),
            security: security, limits: limits, connections: composition.agentConnections,
            responder: AgentSurface(composition: composition, meter: meter).responder())
    }

    private func started(_ bound: [FleetServer.BoundAddress]) -> Controller.Started {
        let configuration = composition.configuration
        func port(_ name: String) -> Int? { bound.first { $0.listener == name }?.port }
        let scheme = configuration.publicListener.isPlain ? "http" : "https"
        let host = CertificateNames.reachable(configuration.publicListener.host)
        let publicURL =
            configuration.publicListener.url
            ?? port("public").map { "\(scheme)://\(host):\($0)" } ?? "unix"
        let agents = configuration.agentsListener
        let agentsURL = port("agents").map { port in
            agents.url ?? "https://\(CertificateNames.reachable(agents.host)):\(port)"
        }
        return Controller.Started(
            publicURL: publicURL,
            agentsURL: agentsURL,
            authorityFingerprint: composition.authorities.present.serving.fingerprint,
            adminKeyFile: composition.adminKeyFile)
    }
}
