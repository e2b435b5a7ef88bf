import Hummingbird
import Identity
import Synchronization

/// How many calls a credential may make, or an address without one: so many a minute, and so many
/// of them at once after a pause. Source: api.md §1, Limits.
///
/// Counts in memory, for one process: what each has left is full again within minutes.
package final class CallLimit: Sendable {
    package struct Rates: Sendable {
        /// For each credential; 0 lets it call as often as it will.
        package var perMinute = 600
        /// For each address without a credential; 0 as above.
        package var anonymousPerMinute = 120
        /// How many may come at once.
        package var burst = 100

        package init() {}
    }

    /// What one caller has left.
    struct Standing: Equatable {
        let limit: Int
        let remaining: Int
        /// Until it has all of them again.
        let reset: Duration
        /// Until it may call; nil when it may now.
        let wait: Duration?
    }

    private struct Bucket {
        var tokens: Double
        var seen: ContinuousClock.Instant
    }

    private let rates: Rates
    private let capacity: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let buckets = Mutex<[String: Bucket]>([:])

    /// Remembers at most `capacity` callers; the one not seen for longest is forgotten first.
    package init(
        _ rates: Rates, capacity: Int = 20_000,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.rates = rates
        self.capacity = capacity
        self.now = now
    }

    /// Counts the call; 429 when it is one too many.
    func admit(_ context: some FleetContext) throws(APIError) {
        let standing: Standing?
        switch context.caller {
        case .key(let key): standing = count("key " + key.id, perMinute: rates.perMinute)
        case .anonymous:
            standing = count(
                "address " + context.peer.address, perMinute: rates.anonymousPerMinute)
        case .agent: standing = nil
        }
        guard let standing else { return }
        context.standing.set(standing)
        guard let wait = standing.wait else { return }
        throw APIError(
            .rateLimited, "There are too many calls; come back a little later.", retryAfter: wait)
    }

    /// Takes one call of the caller's; nil where there is no limit.
    func count(_ caller: String, perMinute: Int) -> Standing? {
        guard perMinute > 0 else { return nil }
        let now = now()
        let perSecond = Double(perMinute) / 60
        let full = Double(rates.burst)
        return buckets.withLock { buckets in
            if buckets[caller] == nil, buckets.count >= capacity { Self.forget(&buckets) }
            var bucket = buckets[caller] ?? Bucket(tokens: full, seen: now)
            let gained = bucket.seen.duration(to: now) / .seconds(1) * perSecond
            bucket.tokens = min(full, bucket.tokens + gained)
            bucket.seen = now
            let isAdmitted = bucket.tokens >= 1
            if isAdmitted { bucket.tokens -= 1 }
            buckets[caller] = bucket
            return Standing(
                limit: rates.burst, remaining: Int(bucket.tokens),
                reset: .seconds((full - bucket.tokens) / perSecond),
                wait: isAdmitted ? nil : .seconds((1 - bucket.tokens) / perSecond))
        }
    }

    /// A tenth at a time, so that many new callers do not look through all of them each.
    private static func forget(_ buckets: inout [String: Bucket]) {
        let oldest = buckets.sorted { $0.value.seen < $1.value.seen }
        for entry in oldest.prefix(max(1, oldest.count / 10)) { buckets[entry.key] = nil }
    }
}

/// What a call's reply says of the calls that its caller has left.
package final class CallStanding: Sendable {
    private let standing = Mutex<CallLimit.Standing?>(nil)

    init() {}

    func set(_ found: CallLimit.Standing) { standing.withLock { $0 = found } }

    func tell(in response: inout Response) {
        guard let standing = standing.withLock({ $0 }) else { return }
        response.headers[HeaderName.rateLimit] = "\(standing.limit)"
        response.headers[HeaderName.rateRemaining] = "\(standing.remaining)"
        let seconds = Int64((standing.reset / .seconds(1)).rounded(.up))
        response.headers[HeaderName.rateReset] = "\(seconds)"
    }
}
