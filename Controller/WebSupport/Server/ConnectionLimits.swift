import HummingbirdCore
import HummingbirdHTTP2
import NIOCore

/// What a sender may take of a connection. Source: api.md §1, Limits.
package struct ConnectionLimits: Sendable {
    /// From the end of the handshake to the first head.
    package var head: Duration = .seconds(10)
    package var handshake: Duration = .seconds(10)
    /// Between two calls of one connection.
    package var idle: Duration = .seconds(75)
    /// How often a body's pace is looked at.
    package var paceInterval: Duration = .seconds(10)
    package var bodyBytesPerSecond = 1024
    package var headerBytes = 32 << 10
    package var headerCount = 100
    /// What is still read of a body after the answer is written, so that the sender sees it.
    package var bytesAfterAnswer = 1 << 20

    package init() {}

    func http1(paceFrom start: RequestPace.Start) -> HTTP1Channel.Configuration {
        var decoder = HTTP1Channel.Configuration.DecoderConfiguration()
        decoder.maxHeaderFieldSize = headerBytes
        decoder.maxHeaderListSize = headerBytes
        decoder.maxHeaderFieldCount = headerCount
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [RequestPaceHandler(limits: self, start: start)],
            idleTimeout: TimeAmount(idle), httpDecoderConfiguration: decoder)
    }

    var http2: HTTP2ChannelConfiguration {
        HTTP2ChannelConfiguration(
            idleTimeout: idle, gracefulCloseTimeout: .seconds(15),
            streamConfiguration: http1(paceFrom: .firstByte))
    }
}
