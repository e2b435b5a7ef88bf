/// Whether a level rises or falls steadily, with neighbours that may be correlated.
///
/// What is bent counts as correlated beside the straight line, so a bent drift is told later.
///
/// Source: Mann 1945, Kendall 1975; effective size as Hamed & Rao 1998 have it for lag 1;
/// statistics specification, section 10.
package struct MannKendall: Hashable, Sendable {
    /// Pairs that rise minus pairs that fall.
    package let s: Int
    /// Lag-1 autocorrelation of what remains beside the median slope, within [0, 0.9].
    package let correlation: Double
    /// Two-sided, normal limit.
    package let p: Double

    /// Values that a statement about drift needs.
    package static let fewest = 20
    /// The p-value up to which a level drifts.
    package static let alpha = 0.01

    /// Whether the level drifts: enough values and a small p.
    package static func isDrifting(_ values: [Double]) -> Bool {
        guard values.count >= fewest else { return false }
        // Of a level longer than a trend can be, the newest part.
        guard let test = try? MannKendall(Array(values.suffix(Trend.longest))) else {
            return false
        }
        return test.p <= alpha
    }

    /// - Parameter values: in order, up to `Trend.longest`.
    /// - Throws: `emptySample`, `nonFiniteInput`, `outOfRange`.
    package init(_ values: [Double]) throws(StatisticsFailure) {
        let slope = try Trend(of: values).theilSen
        var sum = 0
        for first in values.indices {
            for last in first + 1..<max(first + 1, values.count) {
                if values[last] > values[first] { sum += 1 }
                if values[last] < values[first] { sum -= 1 }
            }
        }
        s = sum
        let residuals = values.enumerated().map { $0.element - slope * Double($0.offset) }
        correlation = Autocorrelation.lagOne(residuals)
        let n = Double(values.count)
        let ties = JoinedRanks(values.map { ($0, false) })
        let tieTerm = Self.term(ties.doubled)
        let plain = (n * (n - 1) * (2 * n + 5) - tieTerm) / 18
        let spread = plain * (1 + correlation) / (1 - correlation)
        guard spread > 0, sum != 0 else {
            p = 1
            return
        }
        let z = (Double(abs(sum)) - 1) / spread.squareRoot()
        p = min(1, 2 * NormalDistribution.upperTail(z))
    }

    /// Σ t(t − 1)(2t + 5) over groups of equal ranks, ascending.
    private static func term(_ ranks: [Int]) -> Double {
        var term = 0.0
        var start = 0
        while start < ranks.count {
            var end = start + 1
            while end < ranks.count, ranks[end] == ranks[start] { end += 1 }
            let size = Double(end - start)
            term += size * (size - 1) * (2 * size + 5)
            start = end
        }
        return term
    }
}
