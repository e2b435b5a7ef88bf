import Statistics

/// Whether what was measured after a change still shows it.
package enum Persistence: String, Sendable {
    /// The median of what came after lies beyond the threshold, on the side of the change.
    case yes
    /// It does not.
    case no
    /// Too little came after.
    case unknown

    /// So many points are looked at, those that came first.
    package static let most = 5
    /// Fewer say nothing.
    package static let least = 3

    /// `later`: points after the change, oldest first. Shift and threshold are relative to `base`,
    /// the median of the side before the change; nothing is relative to 0.
    package init(_ later: [Double], base: Double, shift: Double, threshold: Double) {
        let points = Array(later.prefix(Self.most))
        guard points.count >= Self.least, base != 0,
            let median = try? Quantile.median(of: points)
        else {
            self = .unknown
            return
        }
        let change = (median - base) / abs(base)
        self = (shift > 0 ? change > threshold : change < -threshold) ? .yes : .no
    }
}
