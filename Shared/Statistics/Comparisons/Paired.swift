/// Two interleaved samples compared pair by pair; differences are candidate − baseline.
///
/// Source: Wilcoxon 1945; statistics specification, section 2, "Paired".
package struct Paired: Sendable {
    package struct SignedRank: Hashable, Sendable {
        package let positiveSum: Double
        package let negativeSum: Double
        /// Pairs with a difference other than 0.
        package let used: Int
        package let method: RankMethod
        package let p: Double
    }

    package struct SignTest: Hashable, Sendable {
        package let positive: Int
        package let negative: Int
        package let p: Double
    }

    package let moments: Moments
    private let baseline: [Double]
    /// Ascending.
    private let differences: [Double]
    /// Marked: positive differences.
    private let ranks: JoinedRanks

    /// Differences other than 0 up to which counting is exact.
    package static let exactSize = 50

    /// - Throws: `emptySample`, `nonFiniteInput` (also for a difference that overflows),
    ///   `lengthMismatch`.
    package init(baseline: [Double], candidate: [Double]) throws(StatisticsFailure) {
        guard baseline.count == candidate.count else {
            throw .lengthMismatch(baseline: baseline.count, candidate: candidate.count)
        }
        try Requirement.sample(baseline, named: "baseline")
        try Requirement.sample(candidate, named: "candidate")
        let raw = zip(baseline, candidate).map { $1 - $0 }
        try Requirement.sample(raw, named: "differences")
        self.baseline = baseline
        moments = Moments(checked: raw, reference: raw[0])
        differences = raw.sorted()
        ranks = JoinedRanks(raw.filter { $0 != 0 }.map { (abs($0), $0 > 0) })
    }

    package var count: Int { differences.count }
    package var medianDifference: Double { Quantile.median(ofSorted: differences) }

    /// Scaled median absolute deviation of the differences.
    package var robustDeviation: Double {
        let middle = medianDifference
        return Summary.madScale
            * Quantile.median(ofSorted: differences.map { abs($0 - middle) }.sorted())
    }

    /// Mean difference over the SD of differences; nil for one pair, infinite without spread.
    package var cohensDz: Double? {
        guard let deviation = moments.standardDeviation else { return nil }
        if moments.mean == 0 { return 0 }
        return moments.mean / (isConstant(deviation) ? 0 : deviation)
    }

    /// Nil for one pair.
    package func tTest(level: ConfidenceLevel = .standard) -> TTest? {
        guard let deviation = moments.standardDeviation else { return nil }
        let error = isConstant(deviation) ? 0 : deviation / Double(count).squareRoot()
        return TTest(
            difference: moments.mean, error: error, degrees: Double(count - 1), level: level)
    }

    /// Zeros are dropped; exact without ties up to 50 differences.
    package func signedRank() -> SignedRank {
        let used = ranks.doubled.count
        let positive = Double(ranks.markedDoubledSum) / 2
        let all = Double(used) * Double(used + 1) / 2
        let isExact = !ranks.hasTies && used <= Paired.exactSize
        let p =
            isExact
            ? CountedDistribution.signedRank(count: used).twoSided(Int(positive))
            : asymptoticP(positive: positive)
        return SignedRank(
            positiveSum: positive, negativeSum: all - positive, used: used,
            method: isExact ? .exact : .asymptotic, p: p)
    }

    /// The exact binomial test of as many positive as negative differences.
    package func signTest() -> SignTest {
        let positive = differences.count { $0 > 0 }
        let negative = differences.count { $0 < 0 }
        let tail = TailDistributions.fairCoin(
            atMost: min(positive, negative), trials: positive + negative)
        return SignTest(positive: positive, negative: negative, p: min(1, 2 * tail))
    }

    /// The smallest p the signed-rank test can reach: 2 · 2⁻ⁿ over the non-zero differences.
    package var smallestPossibleP: Double {
        let used = ranks.doubled.count
        return used < 2
            ? 1 : Double(sign: .plus, exponent: max(1 - used, -1074), significand: 1)
    }

    /// Median of the Walsh averages (d_i + d_j) / 2, i ≤ j.
    ///
    /// The interval inverts the signed-rank test over all pairs: the average of rank k counted
    /// from either end, k found as for the shift of two independent samples.
    package func shift(level: ConfidenceLevel = .standard) -> Shift {
        let averages = count * (count + 1) / 2
        let upper = average(order: averages / 2 + 1)
        let lower = averages.isMultiple(of: 2) ? average(order: averages / 2) : upper
        var order: Int
        var confidence = level.value
        let isExact =
            !ranks.hasTies && ranks.doubled.count == count && count <= Paired.exactSize
        if isExact {
            let null = CountedDistribution.signedRank(count: count)
            order = max(1, null.smallestValue(reaching: level.tail))
            confidence = 1 - 2 * null.atMost(order - 1)
        } else {
            let reach = NormalDistribution.upperQuantile(level.tail) * deviation(of: count)
            order = Int((Double(averages) / 2 - reach).rounded(.down))
            order = min(max(order, 1), (averages + 1) / 2)
        }
        return Shift(
            value: Quantile.midpoint(lower, upper),
            interval: Interval(
                lower: average(order: order), upper: average(order: averages + 1 - order)),
            confidence: confidence, method: isExact ? .exact : .asymptotic)
    }

    /// The shift as a fraction of the baseline's median; nil when that is 0.
    package func relativeShift(level: ConfidenceLevel = .standard) -> RelativeShift? {
        RelativeShift(
            shift(level: level), baselineMedian: Quantile.median(ofSorted: baseline.sorted()))
    }

    /// Differences that vary by rounding alone count as equal (section 0, "almost equal").
    private func isConstant(_ deviation: Double) -> Bool {
        let largest = max(abs(differences[0]), abs(differences[count - 1]))
        return deviation <= 1e-12 * largest
    }

    private func asymptoticP(positive: Double) -> Double {
        let used = ranks.doubled.count
        let deviation = deviation(of: used)
        guard deviation > 0 else { return 1 }
        let centre = Double(used) * Double(used + 1) / 4
        let z = max(0, abs(positive - centre) - 0.5) / deviation
        return min(1, 2 * NormalDistribution.upperTail(z))
    }

    /// Standard deviation of W⁺ under the null, corrected for ties.
    private func deviation(of size: Int) -> Double {
        let n = Double(size)
        let spread = n * (n + 1) * (2 * n + 1) / 24 - ranks.tieTerm / 48
        return max(0, spread).squareRoot()
    }

    /// The Walsh average of the given rank, counted from 1.
    private func average(order: Int) -> Double {
        OrderedSearch.smallest(from: differences[0], to: differences[count - 1]) { bound in
            var last = count - 1
            var found = 0
            for first in differences.indices {
                while last >= first,
                    Quantile.midpoint(differences[first], differences[last]) > bound
                {
                    last -= 1
                }
                if last < first { break }
                found += last - first + 1
            }
            return found >= order
        }
    }
}
