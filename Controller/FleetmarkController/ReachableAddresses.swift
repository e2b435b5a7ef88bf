import Synchronization

/// Under which addresses the listeners are reached; the system may choose their ports, so they are
/// known only once both listen.
final class ReachableAddresses: Sendable {
    struct Pair: Sendable {
        var pages = ""
        var agents = ""
    }

    private let pair = Mutex(Pair())

    func set(_ value: Pair) { pair.withLock { $0 = value } }

    var known: Pair { pair.withLock { $0 } }
}
