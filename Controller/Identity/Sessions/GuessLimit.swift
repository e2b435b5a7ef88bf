import Synchronization

/// Locks out an address that sends too many wrong credentials within a minute: for a minute, then
/// twice as long each time, up to an hour. Credentials that were right before are let through, so
/// that who shares the address with somebody who guesses goes on. Source: API contract, §1, Limits.
package final class GuessLimit: Sendable {
    private struct Address {
        var failures: [ContinuousClock.Instant] = []
        var lockedUntil: ContinuousClock.Instant?
        var lock = GuessLimit.firstLock
        var lastSeen: ContinuousClock.Instant
    }

    private struct Known {
        var addresses: [String: Address] = [:]
        var proven: Set<CredentialDigest> = []
    }

    package static let usualAllowance = 10
    private static let window = Duration.seconds(60)
    private static let firstLock = Duration.seconds(60)
    private static let longestLock = Duration.seconds(3600)

    private let known = Mutex(Known())
    private let allowance: Int
    private let capacity: Int
    private let now: @Sendable () -> ContinuousClock.Instant

    /// `allowance`: wrong credentials that lock an address out; 0 locks nobody out. Remembers at
    /// most `capacity` addresses, the one not seen for longest is forgotten first, and as many
    /// credentials.
    package init(
        allowance: Int = usualAllowance, capacity: Int = 10_000,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.allowance = allowance
        self.capacity = capacity
        self.now = now
    }

    /// How long the address must wait; nil when it may try, and for a credential that was right.
    package func wait(
        for address: String, with credential: CredentialDigest? = nil
    ) -> Duration? {
        let now = now()
        return known.withLock { known in
            guard let until = known.addresses[address]?.lockedUntil, until > now else { return nil }
            if let credential, known.proven.contains(credential) { return nil }
            return now.duration(to: until)
        }
    }

    package func noteSuccess(of credential: CredentialDigest) {
        guard allowance > 0 else { return }
        known.withLock { known in
            guard !known.proven.contains(credential) else { return }
            // Those in use are here again with their next call.
            if known.proven.count >= capacity { known.proven.removeAll() }
            known.proven.insert(credential)
        }
    }

    /// `credential`: the wrong one, which may have been right before it was revoked.
    package func noteFailure(
        from address: String, with credential: CredentialDigest? = nil
    ) {
        guard allowance > 0 else { return }
        let now = now()
        known.withLock { known in
            if let credential { known.proven.remove(credential) }
            note(from: address, at: now, &known.addresses)
        }
    }

    private func note(
        from address: String, at now: ContinuousClock.Instant, _ addresses: inout [String: Address]
    ) {
        if addresses[address] == nil, addresses.count >= capacity,
            let oldest = addresses.min(by: { $0.value.lastSeen < $1.value.lastSeen })
        {
            addresses[oldest.key] = nil
        }
        var entry = addresses[address] ?? Address(lastSeen: now)
        entry.lastSeen = now
        entry.failures = entry.failures.filter { $0 + Self.window > now } + [now]
        // An hour without a lock makes the next one short again.
        if let until = entry.lockedUntil, until + Self.longestLock < now {
            entry.lock = Self.firstLock
        }
        if entry.failures.count >= allowance {
            entry.lockedUntil = now + entry.lock
            entry.lock = min(entry.lock * 2, Self.longestLock)
            entry.failures = []
        }
        addresses[address] = entry
    }
}
