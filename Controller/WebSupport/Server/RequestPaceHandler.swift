import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes connections of senders that send too slowly, and of those that go on after the answer.
final class RequestPaceHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private var pace: RequestPace
    private var headTimer: Scheduled<Void>?
    private var ticker: RepeatedTask?

    init(limits: ConnectionLimits, start: RequestPace.Start) {
        self.limits = limits
        pace = RequestPace(limits: limits, start: start)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        if pace.awaitsFirstHead {
            headTimer = context.eventLoop.scheduleTask(in: TimeAmount(limits.head)) {
                let (handler, context) = bound.value
                if handler.pace.awaitsFirstHead { handler.refuse(context) }
            }
        }
        ticker = context.eventLoop.scheduleRepeatedTask(
            initialDelay: TimeAmount(limits.paceInterval), delay: TimeAmount(limits.paceInterval)
        ) { _ in
            let (handler, context) = bound.value
            handler.act(on: handler.pace.tick(), context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        headTimer?.cancel()
        ticker?.cancel()
        headTimer = nil
        ticker = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var verdict = RequestPace.Verdict.fine
        switch unwrapInboundIn(data) {
        case .head:
            headTimer?.cancel()
            pace.head()
        case .body(let bytes): verdict = pace.body(bytes: bytes.readableBytes)
        case .end: pace.end()
        }
        context.fireChannelRead(data)
        act(on: verdict, context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        pace.readDone()
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        pace.readWanted()
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head: pace.answerBegins()
        case .body: break
        case .end: pace.answerEnds()
        }
        context.write(data, promise: promise)
    }

    private func act(on verdict: RequestPace.Verdict, _ context: ChannelHandlerContext) {
        switch verdict {
        case .fine: break
        case .tooSlow: refuse(context)
        case .tooMuch: context.close(promise: nil)
        }
    }

    private func refuse(_ context: ChannelHandlerContext) {
        if !pace.hasAnswerBegun {
            let head = HTTPResponse(
                status: .requestTimeout,
                headerFields: [.connection: "close", .contentLength: "0"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
        context.close(promise: nil)
    }
}
