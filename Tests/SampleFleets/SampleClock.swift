package import FleetModel
import Synchronization

/// The fleet's clock, which stands still until it is moved.
package final class SampleClock: Sendable {
    private let microseconds: Mutex<Int64>

    /// Starts at 2026-11-21T09:00:00Z unless told otherwise.
    package init(at start: ServerTime = ServerTime(microseconds: 1_795_251_600_000_000)) {
        microseconds = Mutex(start.microseconds)
    }

    package var now: ServerTime { ServerTime(microseconds: microseconds.withLock { $0 }) }

    package func advance(_ duration: Duration) {
        microseconds.withLock { $0 += duration.wholeMicroseconds }
    }
}

/// SplitMix64. Source: Steele, Lea and Flood 2014.
package struct SampleRandom: RandomNumberGenerator {
    package var state: UInt64

    package init(state: UInt64) { self.state = state }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
