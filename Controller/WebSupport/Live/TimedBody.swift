package import Hummingbird
import Logging
import NIOCore

extension ResponseBody {
    /// The same, but the connection is cut when nobody takes a piece for too long, and when all of
    /// it takes longer than `limit`. Source: api.md §1, Time-outs.
    package func timed(
        in context: some FleetContext, within limit: Duration? = nil
    ) -> ResponseBody {
        let cutter = ConnectionCutter(channel: context.channel, logger: context.logger)
        let stall = context.times.exportStall
        return ResponseBody(contentLength: contentLength) { writer in
            let whole = limit.map { cutter.cut(in: $0) }
            defer { whole?.cancel() }
            try await write(TimedWriter(inner: writer, cutter: cutter, stall: stall))
        }
    }
}

private struct TimedWriter: ResponseBodyWriter {
    /// Whoever takes less than this within the limit of a piece takes too long.
    private static let pieceBytes = 64 << 10

    var inner: any ResponseBodyWriter
    let cutter: ConnectionCutter
    let stall: Duration

    mutating func write(_ buffer: ByteBuffer) async throws {
        var rest = buffer
        while let piece = rest.readSlice(length: min(rest.readableBytes, Self.pieceBytes)),
            piece.readableBytes > 0
        {
            let timer = cutter.cut(in: stall)
            defer { timer.cancel() }
            try await inner.write(piece)
        }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        try await inner.finish(trailingHeaders)
    }
}

private struct ConnectionCutter: Sendable {
    /// A connection, or a stream of HTTP/2.
    let channel: any Channel
    let logger: Logger

    func cut(in limit: Duration) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            logger.notice("a reply took too long and was cut off")
            channel.close(promise: nil)
        }
    }
}
