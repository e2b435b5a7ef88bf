/// A distribution-free interval of the median between two order statistics.
///
/// Source: statistics specification, section 1, `median_ci`.
package struct MedianInterval: Hashable, Sendable {
    package let interval: Interval
    /// The coverage really reached, at least the level asked for.
    package let confidence: Double
    /// Counted from 1.
    package let lowerOrder: Int
    package let upperOrder: Int

    /// Nil when the sample is too small for the level (95 % needs six values).
    /// - Throws: `emptySample`, `nonFiniteInput`.
    package static func of(
        _ values: [Double], level: ConfidenceLevel = .standard
    ) throws(StatisticsFailure) -> MedianInterval? {
        try Requirement.sample(values, named: "values")
        return MedianInterval(ofSorted: values.sorted(), level: level)
    }

    /// Takes finite values in ascending order; nil as for `of`.
    init?(ofSorted sorted: [Double], level: ConfidenceLevel) {
        let order = MedianInterval.order(count: sorted.count, tail: level.tail)
        guard order > 0 else { return nil }
        lowerOrder = order
        upperOrder = sorted.count + 1 - order
        interval = Interval(lower: sorted[lowerOrder - 1], upper: sorted[upperOrder - 1])
        confidence = 1 - 2 * TailDistributions.fairCoin(atMost: order - 1, trials: sorted.count)
    }

    /// The largest k ≤ n/2 with P(Bin(n, ½) ≤ k − 1) ≤ tail, 0 when there is none.
    private static func order(count: Int, tail: Double) -> Int {
        var fits = 0
        var fails = count / 2 + 1
        while fails - fits > 1 {
            let middle = (fits + fails) / 2
            if TailDistributions.fairCoin(atMost: middle - 1, trials: count) <= tail {
                fits = middle
            } else {
                fails = middle
            }
        }
        return fits
    }
}
