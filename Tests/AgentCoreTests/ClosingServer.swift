import NIOCore
import NIOPosix
import NIOSSL

/// A TLS server that answers each call with 401, or closes the connection without a word.
final class ClosingServer: Sendable {
    enum Manner: Sendable {
        /// Closes on those who show a certificate, as a server that refuses it.
        case closesOnCertificates
        case closesOnAll
        /// Closes the first connection, as a server that is started anew.
        case closesOnce
    }

    let port: Int
    private let channel: any Channel

    init(_ manner: Manner, authority: TestAuthority) async throws {
        let server = try authority.server()
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(server.certificate.utf8))
                .map { .certificate($0) },
            privateKey: .privateKey(
                try NIOSSLPrivateKey(bytes: Array(server.key.utf8), format: .pem)))
        tls.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMBytes(Array(authority.pem.utf8)))
        tls.certificateVerification = .optionalVerification
        let context = try NIOSSLContext(configuration: tls)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let seen = NIOLoopBoundBox.makeBoxSendingValue(0, eventLoop: loop)
        channel = try await ServerBootstrap(group: loop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLServerHandler(context: context))
                    try pipeline.addHandler(Answer(manner, seen: seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func close() async throws { try await channel.close() }
}

private final class Answer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let manner: ClosingServer.Manner
    private let seen: NIOLoopBoundBox<Int>

    init(_ manner: ClosingServer.Manner, seen: NIOLoopBoundBox<Int>) {
        self.manner = manner
        self.seen = seen
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        seen.value += 1
        if closes(context) { return context.close(promise: nil) }
        let text = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
        context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
    }

    private func closes(_ context: ChannelHandlerContext) -> Bool {
        switch manner {
        case .closesOnAll: return true
        case .closesOnce: return seen.value == 1
        case .closesOnCertificates:
            let shown = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
            return shown != nil
        }
    }
}
