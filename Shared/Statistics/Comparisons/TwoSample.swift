/// Two independent samples: a baseline and a candidate, both finite and not empty.
///
/// Positive differences mean that the candidate is larger, not worse.
/// Source: statistics specification, section 2.
package struct TwoSample: Sendable {
    let baseline: [Double]
    let candidate: [Double]
    package let baselineMoments: Moments
    package let candidateMoments: Moments

    /// - Throws: `emptySample`, `nonFiniteInput`.
    package init(baseline: [Double], candidate: [Double]) throws(StatisticsFailure) {
        try Requirement.sample(baseline, named: "baseline")
        try Requirement.sample(candidate, named: "candidate")
        self.baseline = baseline
        self.candidate = candidate
        baselineMoments = Moments(checked: baseline, reference: baseline[0])
        candidateMoments = Moments(checked: candidate, reference: baseline[0])
    }

    /// Candidate mean minus baseline mean, from sums shifted by one common value.
    package var difference: Double {
        candidateMoments.shiftedMean - baselineMoments.shiftedMean
    }

    /// Candidate mean / baseline mean − 1; nil when the baseline's mean is 0.
    package var relativeChange: Double? {
        baselineMoments.mean == 0 ? nil : difference / baselineMoments.mean
    }

    /// The smallest p a two-sided rank test can reach with these sizes: 2 / C(N, n).
    package var smallestPossibleP: Double {
        TwoSample.smallestPossibleP(first: baseline.count, second: candidate.count)
    }

    /// As for a comparison with these sizes; an empty side gives 1.
    package static func smallestPossibleP(first: Int, second: Int) -> Double {
        var splits = 1.0
        for step in stride(from: 1, through: min(first, second), by: 1) {
            splits = splits * (Double(max(first, second)) + Double(step)) / Double(step)
            if splits > 1e300 { break }
        }
        return min(1, 2 / splits)
    }
}

// Parametric comparisons; all nil when a side has a single value.
extension TwoSample {
    /// Welch's t test with Welch–Satterthwaite degrees of freedom.
    package func welch(level: ConfidenceLevel = .standard) -> TTest? {
        guard let first = baselineMoments.variance, let second = candidateMoments.variance else {
            return nil
        }
        let firstPart = first / Double(baseline.count)
        let error = firstPart + second / Double(candidate.count)
        var degrees = Double(baseline.count + candidate.count - 2)
        if error > 0 {
            let share = firstPart / error
            let others = 1 - share
            degrees =
                1
                / (share * share / Double(baseline.count - 1)
                    + others * others / Double(candidate.count - 1))
        }
        return TTest(
            difference: difference, error: error.squareRoot(), degrees: degrees, level: level)
    }

    /// Student's t test with pooled variance.
    package func student(level: ConfidenceLevel = .standard) -> TTest? {
        guard let deviation = pooledDeviation else { return nil }
        let sizes = 1 / Double(baseline.count) + 1 / Double(candidate.count)
        return TTest(
            difference: difference, error: deviation * sizes.squareRoot(),
            degrees: Double(baseline.count + candidate.count - 2), level: level)
    }

    /// Difference over pooled SD; infinite when different means have no spread.
    package var cohensD: Double? {
        guard let deviation = pooledDeviation else { return nil }
        return difference == 0 ? 0 : difference / deviation
    }

    /// Cohen's d, corrected for small samples.
    package var hedgesG: Double? {
        let degrees = Double(baseline.count + candidate.count - 2)
        return cohensD.map { $0 * (1 - 3 / (4 * degrees - 1)) }
    }

    /// Ratio of means by Fieller's theorem (Kalibera & Jones 2013), each side with its own t.
    package func ratioOfMeans(level: ConfidenceLevel = .standard) -> RatioOfMeans {
        let base = baselineMoments.mean
        guard base != 0 else { return RatioOfMeans(ratio: nil, interval: nil) }
        // The text's formula divided through by the squared baseline mean: cannot overflow.
        let ratio = candidateMoments.mean / base
        guard let first = halfWidth(baselineMoments, level).map({ $0 / base }),
            let second = halfWidth(candidateMoments, level).map({ $0 / base }),
            abs(first) < 1
        else { return RatioOfMeans(ratio: ratio, interval: nil) }
        let spread = second * second * (1 - first * first) + ratio * ratio * first * first
        let root = max(0, spread).squareRoot()
        let scale = 1 - first * first
        return RatioOfMeans(
            ratio: ratio,
            interval: Interval(lower: (ratio - root) / scale, upper: (ratio + root) / scale))
    }

    private func halfWidth(_ moments: Moments, _ level: ConfidenceLevel) -> Double? {
        guard let error = moments.standardError else { return nil }
        if error == 0 { return 0 }
        let degrees = Double(moments.count - 1)
        return error * StudentDistribution.upperQuantile(level.tail, degrees: degrees)
    }

    private var pooledDeviation: Double? {
        guard baseline.count > 1, candidate.count > 1 else { return nil }
        let squares = baselineMoments.sumOfSquares + candidateMoments.sumOfSquares
        return (squares / Double(baseline.count + candidate.count - 2)).squareRoot()
    }
}
