import Glibc

/// CLOCK_MONOTONIC_RAW: never set, never slewed (clock_gettime(2)). All measured times use it.
package enum MonotonicClock {
    /// Since an arbitrary start; comparable between processes of one boot.
    package static func rawNanoseconds() -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC_RAW, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
