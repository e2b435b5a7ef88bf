import Synchronization
import Testing

@testable import WebSupport

@Suite struct CallLimitTests {
    private final class Clock: Sendable {
        private let instant = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { instant.withLock { $0 } }
        func advance(_ duration: Duration) { instant.withLock { $0 += duration } }
    }

    private static func limit(_ clock: Clock, burst: Int, capacity: Int = 100) -> CallLimit {
        var rates = CallLimit.Rates()
        rates.burst = burst
        return CallLimit(rates, capacity: capacity, now: { clock.now })
    }

    @Test func `so many may come at once, and then so many a minute`() throws {
        let clock = Clock()
        let limit = Self.limit(clock, burst: 3)
        for left in [2, 1, 0] {
            let standing = try #require(limit.count("a", perMinute: 60))
            #expect(standing.remaining == left && standing.limit == 3 && standing.wait == nil)
        }
        let refused = try #require(limit.count("a", perMinute: 60))
        #expect(refused.wait == .seconds(1) && refused.remaining == 0)
        #expect(refused.reset == .seconds(3))
        #expect(limit.count("b", perMinute: 60)?.wait == nil)
        clock.advance(.seconds(1))
        #expect(limit.count("a", perMinute: 60)?.wait == nil)
        #expect(limit.count("a", perMinute: 60)?.wait == .seconds(1))
        clock.advance(.seconds(3600))
        #expect(limit.count("a", perMinute: 60)?.remaining == 2)
    }

    @Test func `0 counts nothing`() {
        let limit = Self.limit(Clock(), burst: 1)
        for _ in 0..<10 { #expect(limit.count("a", perMinute: 0) == nil) }
    }

    @Test func `who was not seen for longest is forgotten first`() {
        let clock = Clock()
        let limit = Self.limit(clock, burst: 1, capacity: 10)
        for caller in 0..<10 {
            #expect(limit.count("\(caller)", perMinute: 1)?.wait == nil)
            clock.advance(.milliseconds(1))
        }
        #expect(limit.count("new", perMinute: 1)?.wait == nil)
        #expect(limit.count("9", perMinute: 1)?.wait != nil)
        #expect(limit.count("0", perMinute: 1)?.wait == nil)
    }
}
