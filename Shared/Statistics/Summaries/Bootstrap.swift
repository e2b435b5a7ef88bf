import Glibc

/// Seeded bootstrap interval of a mean or median.
///
/// Source: Efron 1987; statistics specification, section 1.
package struct Bootstrap: Hashable, Sendable {
    package enum Statistic: String, Sendable { case mean, median }
    package enum Method: String, Sendable { case percentile, bca }

    package let statistic: Statistic
    package let method: Method
    package let resamples: Int
    package let seed: UInt64

    /// Draws of one interval; a larger request is refused rather than left to run.
    package static let drawLimit = 500_000_000

    package struct Result: Hashable, Sendable {
        package let estimate: Double
        /// Nil when the bias correction is undefined.
        package let interval: Interval?
    }

    /// - Throws: `outOfRange` unless `resamples` is in 1 ... 10,000,000.
    package init(
        _ statistic: Statistic, method: Method = .bca, resamples: Int = 2000, seed: UInt64
    ) throws(StatisticsFailure) {
        guard (1...10_000_000).contains(resamples) else {
            throw .outOfRange("resamples must lie in 1 ... 10000000, not \(resamples)")
        }
        self.statistic = statistic
        self.method = method
        self.resamples = resamples
        self.seed = seed
    }

    /// - Throws: `emptySample`, `nonFiniteInput`, `outOfRange` above `drawLimit`.
    package func interval(
        of values: [Double], level: ConfidenceLevel = .standard
    ) throws(StatisticsFailure) -> Result {
        try Requirement.sample(values, named: "values")
        guard values.count <= Bootstrap.drawLimit / resamples else {
            throw .outOfRange("resamples times values must not exceed \(Bootstrap.drawLimit)")
        }
        let estimate = value(values)
        guard values.contains(where: { $0 != values[0] }) else {
            return Result(
                estimate: estimate, interval: Interval(lower: estimate, upper: estimate))
        }
        let replicates = replicates(of: values)
        var lower: Double? = level.tail
        var upper: Double? = (1 + level.value) / 2
        if method == .bca {
            let correction = Correction(
                replicates: replicates, estimate: estimate, jackknife: jackknife(values))
            let point = NormalDistribution.upperQuantile(level.tail)
            lower = correction?.fraction(at: -point)
            upper = correction?.fraction(at: point)
        }
        guard let lower, let upper else { return Result(estimate: estimate, interval: nil) }
        let ends = Interval(
            lower: Quantile.value(at: lower, ofSorted: replicates, kind: .linear),
            upper: Quantile.value(at: upper, ofSorted: replicates, kind: .linear))
        return Result(estimate: estimate, interval: ends)
    }

    private func value(_ sample: [Double]) -> Double {
        switch statistic {
        case .mean: Moments(checked: sample, reference: sample[0]).mean
        case .median: Quantile.median(ofSorted: sample.sorted())
        }
    }

    /// Ascending; indices are drawn row after row.
    private func replicates(of values: [Double]) -> [Double] {
        var generator = SplitMix64(seed: seed)
        var row = values
        return (0..<resamples).map { _ in
            for index in row.indices { row[index] = values[generator.below(values.count)] }
            return value(row)
        }.sorted()
    }

    private func jackknife(_ values: [Double]) -> [Double] {
        switch statistic {
        case .mean:
            let all = Moments(checked: values, reference: values[0])
            let others = Double(values.count - 1)
            return values.map { all.mean + (all.mean - $0) / others }
        case .median:
            let sorted = values.sorted()
            return values.map { left in
                let place = sorted.firstIndex(of: left) ?? 0
                return medianWithout(place, sorted)
            }
        }
    }

    /// The median of the values that remain when the one at `place` is taken out.
    private func medianWithout(_ place: Int, _ sorted: [Double]) -> Double {
        let pick = { (index: Int) in sorted[index < place ? index : index + 1] }
        let count = sorted.count - 1
        if !count.isMultiple(of: 2) { return pick(count / 2) }
        return Quantile.midpoint(pick(count / 2 - 1), pick(count / 2))
    }
}

/// Bias and acceleration of the BCa interval.
private struct Correction {
    let bias: Double
    let acceleration: Double

    /// Nil when either is undefined.
    init?(replicates: [Double], estimate: Double, jackknife: [Double]) {
        let below = replicates.count { $0 < estimate }
        let notAbove = replicates.count { $0 <= estimate }
        bias = NormalDistribution.quantile(
            Double(below + notAbove) / Double(2 * replicates.count))
        let centre = Moments(checked: jackknife, reference: jackknife[0]).mean
        let squares = Moments.sum(jackknife) { (centre - $0) * (centre - $0) }
        let cubes = Moments.sum(jackknife) { (centre - $0) * (centre - $0) * (centre - $0) }
        acceleration = cubes / (6 * pow(squares, 1.5))
        guard bias.isFinite, acceleration.isFinite else { return nil }
    }

    func fraction(at point: Double) -> Double? {
        let moved = bias + point
        let fraction = NormalDistribution.cumulative(bias + moved / (1 - acceleration * moved))
        return fraction.isNaN ? nil : fraction
    }
}
