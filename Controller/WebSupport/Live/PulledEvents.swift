package import Hummingbird

/// What one look for events found.
package struct PulledEvents: Sendable {
    package let events: [ServerSentEvent]
    /// Where the next look begins.
    package let position: Int64
    /// Nothing comes after these.
    package let isLast: Bool

    package init(events: [ServerSentEvent], position: Int64, isLast: Bool) {
        self.events = events
        self.position = position
        self.isLast = isLast
    }
}

extension EventStreams {
    /// Looks from a position on, nil at first; waits so long for something to come.
    package typealias Pull =
        @Sendable (_ position: Int64?, _ patience: Duration) async throws -> PulledEvents

    /// The reply of a stream whose events are looked for only when the client has taken those
    /// before: a slow reader loses none, and no more than one look's events are held for it.
    ///
    /// Throws as `open` does.
    package func response(
        of owner: String, heartbeat: Duration = .seconds(15), limit: Duration = .seconds(3600),
        pull: @escaping Pull
    ) throws -> Response {
        let place = Place(of: try open(owner: owner), in: self)
        return Response(
            status: .ok, headers: Self.headers,
            body: .init { writer in
                let deadline = ContinuousClock.now + limit
                var position: Int64?
                var isOver = false
                while !isOver, !place.stream.isEnded, .now < deadline {
                    let pulled = try await pull(position, heartbeat)
                    position = pulled.position
                    isOver = pulled.isLast
                    var text = pulled.events.map(\.text).joined()
                    if text.isEmpty, !isOver { text = ServerSentEvent.heartbeat }
                    try await writer.write(ByteBuffer(string: text))
                }
                if !isOver { try await writer.write(ByteBuffer(string: ServerSentEvent.bye.text)) }
                try await writer.finish(nil)
            })
    }

    /// Frees a stream's place when nobody can write to it any more: at its end, and also when the
    /// client went before the reply began, so that its body never ran.
    private final class Place: Sendable {
        let stream: EventStream
        private let streams: EventStreams

        init(of stream: EventStream, in streams: EventStreams) {
            self.stream = stream
            self.streams = streams
        }

        deinit { streams.close(stream) }
    }
}
