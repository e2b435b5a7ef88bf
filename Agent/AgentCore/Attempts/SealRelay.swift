import Synchronization

/// Joins the heartbeats to the sink, each of which needs the other to be made.
final class SealRelay: Sendable {
    private let action = Mutex<(@Sendable () -> Void)?>(nil)

    func set(_ body: @escaping @Sendable () -> Void) { action.withLock { $0 = body } }

    func run() { action.withLock { $0 }?() }
}
