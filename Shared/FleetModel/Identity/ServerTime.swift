/// A moment on the controller's clock, in microseconds since 1970 UTC.
///
/// Leases and deadlines are decided on this clock alone; an agent's clock is only a label.
package struct ServerTime: Hashable, Comparable, Sendable {
    package let microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.microseconds < rhs.microseconds }

    /// Saturates instead of overflowing, so that a hostile duration cannot trap.
    package static func + (lhs: Self, rhs: Duration) -> Self {
        let (sum, overflow) = lhs.microseconds.addingReportingOverflow(rhs.wholeMicroseconds)
        guard overflow else { return Self(microseconds: sum) }
        return Self(microseconds: rhs < .zero ? .min : .max)
    }

    package static func - (lhs: Self, rhs: Self) -> Duration {
        let (difference, overflow) = lhs.microseconds.subtractingReportingOverflow(rhs.microseconds)
        return .microseconds(overflow ? (lhs < rhs ? .min : .max) : difference)
    }
}

extension Duration {
    /// Whole microseconds, rounded towards zero and saturating.
    package var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return carry ? (seconds < 0 ? .min : .max) : sum
    }

    /// Whole nanoseconds, rounded towards zero and saturating.
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carry ? (seconds < 0 ? .min : .max) : sum
    }
}
