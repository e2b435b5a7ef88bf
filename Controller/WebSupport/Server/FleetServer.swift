import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Runs the listeners of one process and ends them in order.
///
/// At graceful shutdown: stop accepting, answer every held poll, end event streams, let the calls
/// in progress end; after `drainLimit` what is left is cut off. Source: DESIGN 3.19.
package struct FleetServer: Service {
    /// A listener's address once it listens.
    package struct BoundAddress: Sendable, Equatable {
        package let listener: String
        /// Nil for a Unix socket.
        package let port: Int?
        /// Such as `127.0.0.1:8080`, or the socket's path.
        package let text: String
    }

    /// What ended: a listener with its last call, or the supervisor at the drain limit.
    private enum Part { case listener, supervisor }

    private let listeners: [Listener]
    private let longPolls: LongPolls
    private let eventStreams: EventStreams
    private let drainLimit: Duration
    private let logger: Logger
    private let onRunning: @Sendable ([BoundAddress]) async -> Void

    /// `onRunning` is called once, when every listener listens, with addresses in their order.
    package init(
        listeners: [Listener], longPolls: LongPolls, eventStreams: EventStreams,
        drainLimit: Duration = .seconds(20), logger: Logger,
        onRunning: @escaping @Sendable ([BoundAddress]) async -> Void = { _ in }
    ) {
        self.listeners = listeners
        self.longPolls = longPolls
        self.eventStreams = eventStreams
        self.drainLimit = drainLimit
        self.logger = logger
        self.onRunning = onRunning
    }

    package func run() async throws {
        let bound = BoundListeners(count: listeners.count)
        defer { endLiveCalls() }
        try await withThrowingTaskGroup(of: Part.self) { group in
            for (index, listener) in listeners.enumerated() {
                group.addTask {
                    try await application(listener, index, bound).run()
                    return .listener
                }
            }
            group.addTask {
                await superviseShutdown(bound)
                return .supervisor
            }
            var running = listeners.count
            while running > 0, try await group.next() == .listener { running -= 1 }
            group.cancelAll()
        }
    }

    private func application(
        _ listener: Listener, _ index: Int, _ bound: BoundListeners
    ) -> Application<AnyResponder> {
        Application(
            responder: listener.responder, server: listener.server,
            configuration: .init(address: listener.address.bindAddress, backlog: 1024),
            onServerRunning: { channel in
                guard let all = bound.add(channel, at: index) else { return }
                await onRunning(zip(listeners, all).map(Self.boundAddress))
            }, logger: logger)
    }

    /// Hummingbird stops accepting by itself at graceful shutdown and waits for open calls; the
    /// rest of the order is kept here.
    private func superviseShutdown(_ bound: BoundListeners) async {
        guard (try? await gracefulShutdown()) != nil else { return }
        for channel in bound.channels { try? await channel.closeFuture.get() }
        logger.notice("stopped accepting")
        endLiveCalls()
        guard (try? await Task.sleep(for: drainLimit)) != nil else { return }
        logger.warning("calls in progress are cut off")
    }

    private func endLiveCalls() {
        longPolls.shutDown()
        eventStreams.shutDown()
    }

    private static func boundAddress(
        _ listener: Listener, _ channel: any Channel
    ) -> BoundAddress {
        switch listener.address {
        case .unixSocket(let path):
            return BoundAddress(listener: listener.name, port: nil, text: path)
        case .network(let host, let port):
            let actual = channel.localAddress?.port ?? port
            let shown = host.contains(":") ? "[\(host)]" : host
            return BoundAddress(
                listener: listener.name, port: actual, text: "\(shown):\(actual)")
        }
    }
}

/// The listening channels, collected as they come up.
private final class BoundListeners: Sendable {
    private let slots: Mutex<[(any Channel)?]>

    init(count: Int) { slots = Mutex(Array(repeating: nil, count: count)) }

    var channels: [any Channel] { slots.withLock { $0.compactMap { $0 } } }

    /// All channels once the last one is there, else nil.
    func add(_ channel: any Channel, at index: Int) -> [any Channel]? {
        slots.withLock { slots in
            slots[index] = channel
            let present = slots.compactMap { $0 }
            return present.count == slots.count ? present : nil
        }
    }
}
