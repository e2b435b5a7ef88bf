import Glibc

/// The null distribution of a rank statistic, as counts of equally likely cases.
///
/// Source: Mann & Whitney 1947; Wilcoxon 1945; statistics specification, section 2.
struct CountedDistribution {
    /// Relative frequency of 0, 1, 2, …; sums to 1.
    let probabilities: [Double]

    init(counts: [Double]) {
        let total = counts.reduce(0, +)
        probabilities = counts.map { $0 / total }
    }

    func atMost(_ value: Int) -> Double {
        if value < 0 { return 0 }
        return probabilities.prefix(value + 1).reduce(0, +)
    }

    func atLeast(_ value: Int) -> Double {
        probabilities.dropFirst(max(0, value)).reversed().reduce(0, +)
    }

    /// min(1, twice the smaller tail).
    func twoSided(_ value: Int) -> Double { min(1, 2 * min(atMost(value), atLeast(value))) }

    /// The smallest value v with P(≤ v) ≥ `probability`.
    func smallestValue(reaching probability: Double) -> Int {
        var sum = 0.0
        for (value, share) in probabilities.enumerated() {
            sum += share
            if sum >= probability { return value }
        }
        return probabilities.count - 1
    }
}

extension CountedDistribution {
    /// Pairs for which exact counting stays quick and within 128-bit counts (64 + 64).
    static let pairLimit = 4096

    /// Mann–Whitney's U without ties: coefficients of the Gaussian binomial, in whole numbers.
    ///
    /// `first · second` is at most `pairLimit`.
    /// Source: Harding 1984 (Applied Statistics 33): the generating function, factor by factor.
    static func rankSum(first: Int, second: Int) -> CountedDistribution {
        // Wrapping arithmetic is exact as long as the counts themselves fit.
        if TwoSample.smallestPossibleP(first: first, second: second) > 0x1p-61 {
            let counts: [Int64] = gaussianBinomial(min(first, second), max(first, second))
            return CountedDistribution(counts: counts.map { Double($0) })
        }
        let counts: [Int128] = gaussianBinomial(min(first, second), max(first, second))
        return CountedDistribution(counts: counts.map { Double($0) })
    }

    private static func gaussianBinomial<Count: FixedWidthInteger>(
        _ small: Int, _ large: Int
    ) -> [Count] {
        var counts = [Count](repeating: 0, count: small * large + 1)
        counts[0] = 1
        for step in stride(from: 1, through: small, by: 1) {
            // Multiply by 1 − q^(large + step), then divide by 1 − q^step.
            for index in stride(from: counts.count - 1, through: large + step, by: -1) {
                counts[index] &-= counts[index - large - step]
            }
            for index in stride(from: step, to: counts.count, by: 1) {
                counts[index] &+= counts[index - step]
            }
        }
        return counts
    }

    /// The sum of `chosen` of the given ranks, every choice equally likely; index = sum.
    ///
    /// Counts are whole numbers, exact up to 2⁵³ cases and within N · 2⁻⁵³ beyond.
    /// Source: Streitberg & Röhmel 1986 (the shift algorithm).
    static func subsetSum(of ranks: [Int], chosen: Int) -> CountedDistribution {
        let top = ranks.sorted().suffix(chosen).reduce(0, +)
        let width = top + 1
        var counts = [Double](repeating: 0, count: (chosen + 1) * width)
        counts[0] = 1
        for rank in ranks {
            for taken in stride(from: chosen, through: 1, by: -1) {
                let row = taken * width
                let before = row - width - rank
                for sum in stride(from: rank, to: width, by: 1) {
                    counts[row + sum] += counts[before + sum]
                }
            }
        }
        return CountedDistribution(counts: Array(counts[(chosen * width)...]))
    }

    /// Wilcoxon's W⁺ of n ≥ 0 differences without ties: subset sums of 1 ... n.
    static func signedRank(count: Int) -> CountedDistribution {
        var counts = [Double](repeating: 0, count: count * (count + 1) / 2 + 1)
        counts[0] = 1
        for rank in stride(from: 1, through: count, by: 1) {
            for sum in stride(from: counts.count - 1, through: rank, by: -1) {
                counts[sum] += counts[sum - rank]
            }
        }
        return CountedDistribution(counts: counts)
    }
}
