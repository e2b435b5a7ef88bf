/// Permutation tests of the absolute difference of means.
///
/// Source: statistics specification, section 2; Phipson & Smyth 2010 (p is never 0).
extension TwoSample {
    /// Splits that `exactPermutation` enumerates at most.
    package static let splitLimit = 10_000_000
    /// Draws that `monteCarloPermutation` makes at most.
    package static let drawLimit = 500_000_000

    /// Enumerates every split into groups of the given sizes.
    /// - Throws: `outOfRange` above `splitLimit` splits.
    package func exactPermutation() throws(StatisticsFailure) -> PermutationResult {
        guard 2 / smallestPossibleP <= Double(TwoSample.splitLimit) else {
            throw .outOfRange("an exact permutation test needs at most 10000000 splits")
        }
        let values = try finiteDifferences()
        // The smaller group is chosen: the walk is then never deeper than a dozen levels.
        var walk = SplitWalk(
            values: values, chosen: min(baseline.count, candidate.count),
            observed: statistic(values))
        walk.visit(from: 0, taken: 0, sum: 0)
        return PermutationResult(
            p: Double(walk.extreme) / Double(walk.total), total: walk.total, count: walk.extreme)
    }

    /// Draws splits with the pinned generator, each from the order baseline then candidate.
    /// - Throws: `outOfRange` unless `resamples` ≥ 1 and the draws stay within `drawLimit`.
    package func monteCarloPermutation(
        resamples: Int, seed: UInt64
    ) throws(StatisticsFailure) -> PermutationResult {
        let start = try finiteDifferences()
        guard resamples >= 1, resamples <= TwoSample.drawLimit / start.count else {
            throw .outOfRange("resamples must be at least 1, and resamples times values small")
        }
        var generator = SplitMix64(seed: seed)
        let bound = TwoSample.bound(statistic(start))
        var extreme = 0
        for _ in 0..<resamples {
            var order = start
            for last in stride(from: order.count - 1, through: 1, by: -1) {
                order.swapAt(last, generator.below(last + 1))
            }
            if statistic(order) >= bound { extreme += 1 }
        }
        return PermutationResult(
            p: Double(extreme + 1) / Double(resamples + 1), total: resamples, count: extreme)
    }

    /// Differences from the first baseline value, so that large values keep their digits.
    private func finiteDifferences() throws(StatisticsFailure) -> [Double] {
        let values = (baseline + candidate).map { $0 - baseline[0] }
        try Requirement.sample(values, named: "differences")
        return values
    }

    private func statistic(_ order: [Double]) -> Double {
        let first = order.prefix(baseline.count).reduce(0, +)
        let second = order.dropFirst(baseline.count).reduce(0, +)
        return abs(second / Double(candidate.count) - first / Double(baseline.count))
    }

    /// A hundred rounding errors below the observed value still count as equal to it.
    fileprivate static func bound(_ observed: Double) -> Double {
        observed - 100 * 0x1p-52 * observed
    }
}

/// Visits every choice of a fixed number of values, in lexicographic order.
private struct SplitWalk {
    let values: [Double]
    let chosen: Int
    let bound: Double
    let sum: Double
    var total = 0
    var extreme = 0

    init(values: [Double], chosen: Int, observed: Double) {
        self.values = values
        self.chosen = chosen
        bound = TwoSample.bound(observed)
        sum = values.reduce(0, +)
    }

    /// Recursion ends after `chosen` levels.
    mutating func visit(from start: Int, taken: Int, sum partial: Double) {
        if taken == chosen {
            let others = Double(values.count - chosen)
            let difference = abs((sum - partial) / others - partial / Double(chosen))
            total += 1
            if difference >= bound { extreme += 1 }
            return
        }
        let last = values.count - (chosen - taken)
        for index in stride(from: start, through: last, by: 1) {
            visit(from: index + 1, taken: taken + 1, sum: partial + values[index])
        }
    }
}
