import HummingbirdCore
import HummingbirdHTTP2
import Identity
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// Sets up a TLS connection: handshake with the certificate of the day, then HTTP/2 or HTTP/1.1.
struct FleetChannel: ServerChildChannel {
    enum Connection: Sendable {
        case http1(HTTP1Channel.Value, certificate: ClientCertificate?)
        case http2(HTTP2Channel.Value, certificate: ClientCertificate?)
    }

    struct Value: ServerChildChannelValue {
        let connection: EventLoopFuture<Connection>
        let channel: any Channel
    }

    let security: TransportSecurity
    let limits: ConnectionLimits
    let connections: PeerConnections
    let http1: HTTP1Channel
    let http2: HTTP2Channel

    init(
        security: TransportSecurity, limits: ConnectionLimits, connections: PeerConnections,
        responder: @escaping HTTPChannelHandler.Responder
    ) {
        self.security = security
        self.limits = limits
        self.connections = connections
        http1 = HTTP1Channel(
            responder: responder, configuration: limits.http1(paceFrom: .connection))
        http2 = HTTP2Channel(responder: responder, configuration: limits.http2)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(NIOSSLServerHandler(context: security.context))
            let negotiation = NIOTypedApplicationProtocolNegotiationHandler<Connection> { result in
                negotiated(result, on: channel, logger)
            }
            try pipeline.addHandler(negotiation)
            let connection = negotiation.protocolNegotiationResult
            let timer = channel.eventLoop.scheduleTask(in: TimeAmount(limits.handshake)) {
                channel.close(promise: nil)
            }
            connection.whenComplete { _ in timer.cancel() }
            return Value(connection: connection, channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.connection.get() {
            case .http1(let connection, let certificate):
                await Peer.$handshakeCertificate.withValue(certificate) {
                    await http1.handle(value: connection, logger: logger)
                }
            case .http2(let connection, let certificate):
                await Peer.$handshakeCertificate.withValue(certificate) {
                    await http2.handle(value: connection, logger: logger)
                }
            }
        } catch {
            logger.debug(
                "a handshake failed", metadata: .init([.reason: .string("\(error)")]))
        }
    }

    /// Runs on the connection's loop once the handshake is done.
    private func negotiated(
        _ result: ALPNResult, on channel: any Channel, _ logger: Logger
    ) -> EventLoopFuture<Connection> {
        do {
            let certificate = try channel.pipeline.syncOperations.nioSSL_peerCertificate().map {
                try ClientCertificate(der: $0.toDERBytes())
            }
            if let certificate { connections.add(channel, presenting: certificate.serial) }
            switch result {
            case .negotiated("h2"):
                return http2.setup(channel: channel, logger: logger).map {
                    .http2($0, certificate: certificate)
                }
            case .negotiated("http/1.1"), .fallback:
                return http1.setup(channel: channel, logger: logger).map {
                    .http1($0, certificate: certificate)
                }
            case .negotiated: throw ChannelError.operationUnsupported
            }
        } catch {
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(error)
        }
    }
}
