import Synchronization

/// Spreads notifications over the streams of one process.
///
/// Each stream keeps the newest `DatabaseLimits.notifications` and drops older ones.
package final class NotificationHub: Sendable {
    private struct Subscriber {
        let channels: Set<String>
        let continuation: AsyncStream<DatabaseNotification>.Continuation
    }
    private struct State {
        var subscribers: [Int: Subscriber] = [:]
        var nextIdentifier = 0
        var isClosed = false
    }
    private let state = Mutex(State())

    package init() {}

    /// Opens a stream; it has ended when a channel's name is invalid or the hub is closed.
    ///
    /// When it `greets`, it sends each channel's first resync at once.
    package func subscribe(
        _ channels: [String], greets: Bool
    ) -> AsyncStream<DatabaseNotification> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: DatabaseNotification.self,
            bufferingPolicy: .bufferingNewest(DatabaseLimits.notifications))
        let wanted = Set(channels)
        let identifier: Int? = state.withLock { state in
            guard !state.isClosed, wanted.allSatisfy(StatementCheck.isIdentifier) else {
                return nil
            }
            state.nextIdentifier += 1
            state.subscribers[state.nextIdentifier] = Subscriber(
                channels: wanted, continuation: continuation)
            return state.nextIdentifier
        }
        guard let identifier else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.remove(identifier) }
        if greets { for channel in wanted { continuation.yield(.init(resync: channel)) } }
        return stream
    }

    /// Sends messages in their order, each to all its streams before the next.
    package func publish(_ notifications: [DatabaseNotification]) {
        guard !notifications.isEmpty else { return }
        let subscribers = state.withLock { Array($0.subscribers.values) }
        for notification in notifications {
            for subscriber in subscribers
            where subscriber.channels.contains(notification.channel) {
                subscriber.continuation.yield(notification)
            }
        }
    }

    /// All channels that some stream wants.
    package var channels: Set<String> {
        state.withLock { state in
            state.subscribers.values.reduce(into: []) { $0.formUnion($1.channels) }
        }
    }

    /// Ends all streams.
    package func close() {
        let subscribers = state.withLock { state in
            state.isClosed = true
            defer { state.subscribers = [:] }
            return Array(state.subscribers.values)
        }
        for subscriber in subscribers { subscriber.continuation.finish() }
    }

    private func remove(_ identifier: Int) {
        _ = state.withLock { $0.subscribers.removeValue(forKey: identifier) }
    }
}
