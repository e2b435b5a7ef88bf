import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A controller's public listener on loopback that answers as a test says, also badly.
final class FakeController: Sendable {
    struct Call: Sendable {
        let method: HTTPMethod
        /// Without the query.
        let path: String
        let query: String
        let headers: HTTPHeaders
        let body: String
        /// How often this method and path were called before.
        let repetition: Int
    }

    enum Answer: Sendable {
        case json(String, status: Int = 200, headers: [(String, String)] = [])
        case text(String, headers: [(String, String)] = [])
        case nothing
        /// Takes the call and never answers.
        case stall
        /// Closes instead of answering.
        case close
        /// Promises a longer body, sends this, and closes.
        case cut(String)
        /// The same, and does not close either.
        case hang(String)
        /// Bytes that are no HTTP.
        case garbage
    }

    typealias Script = @Sendable (Call) -> Answer

    private let channel: any Channel
    private let record: Record

    fileprivate final class Record: Sendable {
        let calls = Mutex<[Call]>([])
    }

    private init(channel: any Channel, record: Record) {
        self.channel = channel
        self.record = record
    }

    static func start(_ script: @escaping Script) async throws -> FakeController {
        let record = Record()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 64)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        Handler { head, body in
                            let call = record.note(head, body)
                            return script(call)
                        })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FakeController(channel: channel, record: record)
    }

    var address: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }
    var calls: [Call] { record.calls.withLock { $0 } }

    func stop() async throws { try await channel.close() }
}

extension FakeController.Record {
    fileprivate func note(_ head: HTTPRequestHead, _ body: String) -> FakeController.Call {
        let parts = head.uri.split(separator: "?", maxSplits: 1).map(String.init)
        return calls.withLock { calls in
            let path = parts.first ?? ""
            let call = FakeController.Call(
                method: head.method, path: path, query: parts.dropFirst().first ?? "",
                headers: head.headers, body: body,
                repetition: calls.count { $0.path == path && $0.method == head.method })
            calls.append(call)
            return call
        }
    }
}

private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: (HTTPRequestHead, String) -> FakeController.Answer
    private var head: HTTPRequestHead?
    private var body = ""

    init(_ answer: @escaping (HTTPRequestHead, String) -> FakeController.Answer) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = ""
        case .body(let buffer): body += String(buffer: buffer)
        case .end:
            guard let head else { return }
            perform(answer(head, body), context)
        }
    }

    private func perform(_ answer: FakeController.Answer, _ context: ChannelHandlerContext) {
        switch answer {
        case .json(let text, let status, let headers):
            send(text, status, headers + [("content-type", "application/json")], context)
        case .text(let text, let headers): send(text, 200, headers, context)
        case .nothing: send("", 204, [], context)
        case .stall: break
        case .close: context.close(promise: nil)
        case .cut(let text), .hang(let text):
            let head = HTTPResponseHead(
                version: .http1_1, status: .ok,
                headers: ["content-length": "\(text.utf8.count + 100)"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text)))
            context.writeAndFlush(wrapOutboundOut(part), promise: nil)
            if case .cut = answer { context.close(promise: nil) }
        case .garbage:
            let head = HTTPResponseHead(
                version: .http1_1, status: .ok, headers: ["content-length": "not a number"])
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
            context.close(promise: nil)
        }
    }

    private func send(
        _ text: String, _ status: Int, _ headers: [(String, String)],
        _ context: ChannelHandlerContext
    ) {
        var fields = HTTPHeaders(headers)
        if status != 204 { fields.add(name: "content-length", value: "\(text.utf8.count)") }
        let head = HTTPResponseHead(
            version: .http1_1, status: .init(statusCode: status), headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if status != 204 {
            let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text)))
            context.write(wrapOutboundOut(part), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
