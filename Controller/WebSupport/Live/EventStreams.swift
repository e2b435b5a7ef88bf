package import Hummingbird
import Synchronization

/// All open live streams: counted per owner and in all, and ended together at shutdown.
package final class EventStreams: Sendable {
    private struct State {
        var streams: [ObjectIdentifier: (owner: String, stream: EventStream)] = [:]
        var isShutDown = false
    }

    private let state = Mutex(State())
    private let perOwner: Int
    private let inAll: Int

    /// The limits are those of api.md §1, SSE.
    package init(perOwner: Int = 6, inAll: Int = 1000) {
        self.perOwner = perOwner
        self.inAll = inAll
    }

    package var openCount: Int { state.withLock { $0.streams.count } }

    /// Opens a stream; 429 `too_many_streams` beyond the limits, 503 `shutting_down` at the end.
    package func open(owner: String) throws -> EventStream {
        try state.withLock { state in
            guard !state.isShutDown else {
                throw APIError(.shuttingDown, "The controller shuts down.")
            }
            let owned = state.streams.values.count { $0.owner == owner }
            guard owned < perOwner, state.streams.count < inAll else {
                throw APIError(
                    .tooManyStreams, "Too many live streams are open.", retryAfter: .seconds(5))
            }
            let stream = EventStream()
            state.streams[ObjectIdentifier(stream)] = (owner, stream)
            return stream
        }
    }

    /// Ends the stream and frees its place; for a stream that no reply took over.
    package func close(_ stream: EventStream) {
        stream.end()
        _ = state.withLock { $0.streams.removeValue(forKey: ObjectIdentifier(stream)) }
    }

    package func shutDown() {
        let streams = state.withLock { state in
            state.isShutDown = true
            return state.streams.values.map(\.stream)
        }
        for stream in streams { stream.end() }
    }

    package static let headers: HTTPFields = [
        .contentType: "text/event-stream", .cacheControl: "no-store",
        HeaderName.name("X-Accel-Buffering"): "no",
    ]

    /// The reply that carries a stream; `onClose` runs when its last byte is written or lost.
    package func response(
        carrying stream: EventStream, heartbeat: Duration = .seconds(15),
        limit: Duration = .seconds(3600), onClose: @escaping @Sendable () -> Void = {}
    ) -> Response {
        Response(
            status: .ok,
            headers: Self.headers,
            body: .init { writer in
                defer {
                    self.close(stream)
                    onClose()
                }
                try await stream.write(to: &writer, heartbeat: heartbeat, limit: limit)
                try await writer.finish(nil)
            })
    }
}
