/// Comparisons of two samples by order alone: robust against outliers and any monotone scale.
///
/// Ranks are taken once, so that the test and the shift share them.
/// Source: Mann & Whitney 1947; Hodges & Lehmann 1963; statistics specification, section 2.
package struct RankComparison: Sendable {
    private let sortedBaseline: [Double]
    private let sortedCandidate: [Double]
    private let ranks: JoinedRanks

    /// Sizes of each side up to which `automatic` counts exactly.
    package static let exactSize = 50
    package static let exactSizeWithTies = 25

    package init(_ samples: TwoSample) {
        sortedBaseline = samples.baseline.sorted()
        sortedCandidate = samples.candidate.sorted()
        ranks = JoinedRanks(
            samples.baseline.map { ($0, false) } + samples.candidate.map { ($0, true) })
    }

    /// The test of equal location; without a method it counts exactly up to 50 + 50 values, with
    /// ties up to 25 + 25.
    /// - Throws: `outOfRange` when exact counting is asked for with more than 4,096 pairs.
    package func mannWhitney(
        _ method: RankMethod? = nil
    ) throws(StatisticsFailure) -> MannWhitney {
        let chosen = method ?? (fits(ranks.hasTies ? Self.exactSizeWithTies : Self.exactSize))
        if chosen == .exact, sizes.first * sizes.second > CountedDistribution.pairLimit {
            throw .outOfRange(
                "exact counting needs at most \(CountedDistribution.pairLimit) pairs of values")
        }
        let candidate = uCandidate
        return MannWhitney(
            uBaseline: pairs - candidate, uCandidate: candidate, method: chosen,
            p: chosen == .exact ? exactP : asymptoticP)
    }

    /// (pairs in which the candidate is larger − those in which it is smaller) / pairs.
    package var cliffsDelta: Double { (2 * uCandidate - pairs) / pairs }

    /// Median of all differences candidate − baseline.
    package func hodgesLehmann(level: ConfidenceLevel = .standard) -> Shift {
        let count = sizes.first * sizes.second
        let upper = difference(order: count / 2 + 1)
        let lower = count.isMultiple(of: 2) ? difference(order: count / 2) : upper
        var order: Int
        var confidence = level.value
        let isExact = !ranks.hasTies && fits(Self.exactSize) == .exact
        if isExact {
            let null = CountedDistribution.rankSum(first: sizes.first, second: sizes.second)
            order = max(1, null.smallestValue(reaching: level.tail))
            confidence = 1 - 2 * null.atMost(order - 1)
        } else {
            let reach = NormalDistribution.upperQuantile(level.tail) * deviation
            order = Int((pairs / 2 - reach).rounded(.down))
            order = min(max(order, 1), (count + 1) / 2)
        }
        return Shift(
            value: Quantile.midpoint(lower, upper),
            interval: Interval(
                lower: difference(order: order), upper: difference(order: count + 1 - order)),
            confidence: confidence, method: isExact ? .exact : .asymptotic)
    }

    /// The shift as a fraction of the baseline's median; nil when that is 0.
    package func relativeShift(level: ConfidenceLevel = .standard) -> RelativeShift? {
        RelativeShift(
            hodgesLehmann(level: level),
            baselineMedian: Quantile.median(ofSorted: sortedBaseline))
    }

    private var sizes: (first: Int, second: Int) {
        (sortedBaseline.count, sortedCandidate.count)
    }

    private var pairs: Double { Double(sizes.first) * Double(sizes.second) }

    private var uCandidate: Double {
        let least = sizes.second * (sizes.second + 1)
        return Double(ranks.markedDoubledSum - least) / 2
    }

    private func fits(_ limit: Int) -> RankMethod {
        max(sizes.first, sizes.second) <= limit ? .exact : .asymptotic
    }

    /// Standard deviation of U under the null, corrected for ties.
    private var deviation: Double {
        Self.deviation(first: sizes.first, second: sizes.second, tieTerm: ranks.tieTerm)
    }

    private static func deviation(first: Int, second: Int, tieTerm: Double) -> Double {
        let total = Double(first) + Double(second)
        let pairs = Double(first) * Double(second)
        let spread = pairs / 12 * ((total + 1) - tieTerm / (total * (total - 1)))
        return max(0, spread).squareRoot()
    }

    private var asymptoticP: Double {
        Self.asymptoticP(
            u: uCandidate, first: sizes.first, second: sizes.second, tieTerm: ranks.tieTerm)
    }

    /// Takes either side's U and Σ(t³ − t) over all ties.
    static func asymptoticP(u: Double, first: Int, second: Int, tieTerm: Double) -> Double {
        let deviation = deviation(first: first, second: second, tieTerm: tieTerm)
        guard deviation > 0 else { return 1 }
        let pairs = Double(first) * Double(second)
        let z = (max(u, pairs - u) - pairs / 2 - 0.5) / deviation
        return min(1, 2 * NormalDistribution.upperTail(z))
    }

    private var exactP: Double {
        guard ranks.hasTies else {
            return CountedDistribution.rankSum(first: sizes.first, second: sizes.second)
                .twoSided(Int(uCandidate))
        }
        let total = sizes.first + sizes.second
        let isCandidateSmaller = sizes.second <= sizes.first
        let observed =
            isCandidateSmaller
            ? ranks.markedDoubledSum : total * (total + 1) - ranks.markedDoubledSum
        return CountedDistribution.subsetSum(
            of: ranks.doubled, chosen: min(sizes.first, sizes.second)
        ).twoSided(observed)
    }

    /// The difference of the given rank, counted from 1, among all pairs.
    private func difference(order: Int) -> Double {
        let least = sortedCandidate[0] - sortedBaseline[sizes.first - 1]
        let most = sortedCandidate[sizes.second - 1] - sortedBaseline[0]
        return OrderedSearch.smallest(from: least, to: most) { bound in
            var below = 0
            var count = 0
            for value in sortedBaseline {
                while below < sizes.second, sortedCandidate[below] - value <= bound { below += 1 }
                count += below
            }
            return count >= order
        }
    }
}
