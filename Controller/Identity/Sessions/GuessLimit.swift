import Synchronization

/// Locks an address out after ten wrong credentials within a minute: for a minute, then twice as
/// long each time, up to an hour. Source: API contract, §1, Limits.
package final class GuessLimit: Sendable {
    private struct Address {
        var failures: [ContinuousClock.Instant] = []
        var lockedUntil: ContinuousClock.Instant?
        var lock = GuessLimit.firstLock
        var lastSeen: ContinuousClock.Instant
    }

    private static let allowed = 10
    private static let window = Duration.seconds(60)
    private static let firstLock = Duration.seconds(60)
    private static let longestLock = Duration.seconds(3600)

    private let addresses = Mutex<[String: Address]>([:])
    private let capacity: Int
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Remembers at most `capacity` addresses; the one not seen for longest is forgotten first.
    package init(
        capacity: Int = 10_000,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.capacity = capacity
        self.now = now
    }

    /// How long the address must wait; nil when it may try.
    package func wait(for address: String) -> Duration? {
        let now = now()
        return addresses.withLock { addresses in
            guard let until = addresses[address]?.lockedUntil, until > now else { return nil }
            return now.duration(to: until)
        }
    }

    package func noteFailure(from address: String) {
        let now = now()
        addresses.withLock { addresses in
            if addresses[address] == nil, addresses.count >= capacity,
                let oldest = addresses.min(by: { $0.value.lastSeen < $1.value.lastSeen })
            {
                addresses[oldest.key] = nil
            }
            var known = addresses[address] ?? Address(lastSeen: now)
            known.lastSeen = now
            known.failures = known.failures.filter { $0 + Self.window > now } + [now]
            // An hour without a lock makes the next one short again.
            if let until = known.lockedUntil, until + Self.longestLock < now {
                known.lock = Self.firstLock
            }
            if known.failures.count >= Self.allowed {
                known.lockedUntil = now + known.lock
                known.lock = min(known.lock * 2, Self.longestLock)
                known.failures = []
            }
            addresses[address] = known
        }
    }
}
