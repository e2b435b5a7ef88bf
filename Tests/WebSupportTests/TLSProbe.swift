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
        let (channel, waiter) = try await connect(port, authority)
        defer { channel.close(promise: nil) }
        try await channel.writeAndFlush(ByteBuffer(string: "\r\n"))
        try await waiter.done.futureResult.get()
        let certificate = try #require(try await channel.nioSSL_peerCertificate().get())
        return try certificate.toDERBytes()
    }

    /// Sends a text and gives all that comes back until the server closes, which it may do
    /// before the text is out.
    static func exchange(
        _ text: String, with port: Int, _ authority: CertificateAuthority
    ) async throws -> String {
        let (channel, waiter) = try await connect(port, authority)
        channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
        return try await waiter.received.futureResult.get()
    }

    /// The waiter comes beside its channel: the pipeline of a closed one is empty.
    private static func connect(
        _ port: Int, _ authority: CertificateAuthority
    ) async throws -> (any Channel, HandshakeWaiter) {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMBytes(Array(authority.certificatePEM.utf8)))
        let context = try NIOSSLContext(configuration: tls)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let waiter = try await loop.submit { HandshakeWaiter(loop) }.get()
        let channel = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(
                        NIOSSLClientHandler(context: context, serverHostname: "localhost"))
                    try pipeline.addHandler(waiter)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return (channel, waiter)
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
