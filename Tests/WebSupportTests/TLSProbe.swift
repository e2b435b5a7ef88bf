import Identity
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Testing

/// A client below HTTP: looks at handshakes and sends unfinished calls.
enum TLSProbe {
    /// The leaf certificate of a fresh handshake, DER.
    static func leaf(_ port: Int, _ authority: CertificateAuthority) async throws -> [UInt8] {
        let channel = try await connect(port, authority).get()
        defer { channel.close(promise: nil) }
        try await channel.writeAndFlush(ByteBuffer(string: "\r\n"))
        let handler = try await channel.pipeline.handler(type: HandshakeWaiter.self).get()
        try await handler.done.futureResult.get()
        let certificate = try #require(try await channel.nioSSL_peerCertificate().get())
        return try certificate.toDERBytes()
    }

    /// Sends a text and gives all that comes back until the server closes.
    static func exchange(
        _ text: String, with port: Int, _ authority: CertificateAuthority
    ) async throws -> String {
        let channel = try await connect(port, authority).get()
        let handler = try await channel.pipeline.handler(type: HandshakeWaiter.self).get()
        try await channel.writeAndFlush(ByteBuffer(string: text))
        return try await handler.received.futureResult.get()
    }

    private static func connect(
        _ port: Int, _ authority: CertificateAuthority
    ) throws -> EventLoopFuture<any Channel> {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMBytes(Array(authority.certificatePEM.utf8)))
        let context = try NIOSSLContext(configuration: tls)
        return ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(
                        NIOSSLClientHandler(context: context, serverHostname: "localhost"))
                    try pipeline.addHandler(HandshakeWaiter(channel.eventLoop))
                }
            }
            .connect(host: "127.0.0.1", port: port)
    }
}

/// Tells when the handshake is done and what came until the end.
private final class HandshakeWaiter: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let done: EventLoopPromise<Void>
    let received: EventLoopPromise<String>
    private let text: NIOLoopBoundBox<String>

    init(_ loop: any EventLoop) {
        done = loop.makePromise()
        received = loop.makePromise()
        text = NIOLoopBoundBox("", eventLoop: loop)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { done.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text.value += String(buffer: unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        received.succeed(text.value)
        done.fail(ChannelError.eof)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        done.fail(error)
        context.close(promise: nil)
    }
}
