import Hummingbird
import NIOCore
import Synchronization

/// One client's live stream: events go in from anywhere, the reply's body takes them out.
///
/// Holds at most `capacity` events; a slow reader loses the oldest ones and never the end.
package final class EventStream: Sendable {
    private struct State {
        var events: [ServerSentEvent] = []
        var isEnded = false
    }

    private enum Next {
        case event(ServerSentEvent)
        case nothingYet, ended
    }

    private let state = Mutex(State())
    private let signal = Signal()
    private let capacity: Int

    init(capacity: Int = 256) { self.capacity = capacity }

    var isEnded: Bool { state.withLock { $0.isEnded } }

    package func send(_ event: ServerSentEvent) {
        state.withLock { state in
            guard !state.isEnded else { return }
            if state.events.count >= capacity { state.events.removeFirst() }
            state.events.append(event)
        }
        signal.raise()
    }

    /// What was sent before still arrives, then `bye`.
    package func end() {
        state.withLock { $0.isEnded = true }
        signal.raise()
    }

    /// Writes events until the stream ends or the client leaves.
    func write(
        to writer: inout any ResponseBodyWriter, heartbeat: Duration, limit: Duration
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            switch next(isOver: ContinuousClock.now >= deadline) {
            case .event(let event): try await writer.write(ByteBuffer(string: event.text))
            case .ended:
                try await writer.write(ByteBuffer(string: ServerSentEvent.bye.text))
                return
            case .nothingYet:
                switch await signal.wait(upTo: heartbeat) {
                case .raised: break
                case .timedOut:
                    try await writer.write(ByteBuffer(string: ServerSentEvent.heartbeat))
                case .cancelled: throw CancellationError()
                }
            }
        }
    }

    private func next(isOver: Bool) -> Next {
        state.withLock { state in
            guard state.events.isEmpty else { return .event(state.events.removeFirst()) }
            return state.isEnded || isOver ? .ended : .nothingYet
        }
    }
}
