import Counters
import Synchronization

/// Events that users spelled out, each tried once: trying one that the machine shows and lacks
/// makes its kernel complain each time.
final class TriedEvents: Sendable {
    private static let limit = 1000

    private let found = Mutex<[CounterEvent: CounterVerdict]>([:])

    /// `attempt`: without the lock, since it takes some milliseconds.
    func verdict(
        on event: CounterEvent, _ attempt: (CounterEvent) -> CounterVerdict
    ) -> CounterVerdict {
        if let known = found.withLock({ $0[event] }) { return known }
        let verdict = attempt(event)
        found.withLock {
            if $0.count >= Self.limit { $0.removeAll() }
            $0[event] = verdict
        }
        return verdict
    }
}
