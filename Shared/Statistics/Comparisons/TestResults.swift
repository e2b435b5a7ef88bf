/// Whether a p-value or interval comes from counting all cases or from the normal limit.
///
/// Source: statistics specification, section 2.
package enum RankMethod: String, Hashable, Sendable {
    case exact
    case asymptotic
}

/// A t test of a difference; `t` is infinite when different means have no spread at all.
///
/// Source: Student 1908; statistics specification, section 2.
package struct TTest: Hashable, Sendable {
    package let t: Double
    package let degrees: Double
    package let p: Double
    /// Of the difference, in the samples' unit.
    package let interval: Interval

    /// Takes the standard error of the difference, 0 when nothing varies.
    init(difference: Double, error: Double, degrees: Double, level: ConfidenceLevel) {
        self.degrees = degrees
        guard error > 0 else {
            t = difference == 0 ? 0 : (difference > 0 ? .infinity : -.infinity)
            p = difference == 0 ? 1 : 0
            interval = Interval(lower: difference, upper: difference)
            return
        }
        t = difference / error
        p = StudentDistribution.twoSided(t, degrees: degrees)
        let half = error * StudentDistribution.upperQuantile(level.tail, degrees: degrees)
        interval = Interval(lower: difference - half, upper: difference + half)
    }
}

/// How often one sample's values exceed the other's, and how likely that is by chance.
///
/// Source: Mann & Whitney 1947; statistics specification, section 2.
package struct MannWhitney: Hashable, Sendable {
    /// Pairs in which the baseline is larger, plus half the ties.
    package let uBaseline: Double
    /// Pairs in which the candidate is larger, plus half the ties.
    package let uCandidate: Double
    package let method: RankMethod
    package let p: Double
}

/// A shift of location with its interval, in the samples' unit; positive: the candidate is larger.
///
/// Source: Hodges & Lehmann 1963; statistics specification, section 2.
package struct Shift: Hashable, Sendable {
    package let value: Double
    package let interval: Interval
    /// The coverage really reached (exact), or the level asked for (asymptotic).
    package let confidence: Double
    package let method: RankMethod
}

/// A shift as a fraction of the baseline's median: 0.03 reads "3 % more".
///
/// Source: Hodges & Lehmann 1963, over the median; statistics specification, section 8.
package struct RelativeShift: Hashable, Sendable {
    package let value: Double
    package let interval: Interval
    package let confidence: Double
    package let method: RankMethod

    /// Nil when the baseline's median is 0.
    package init?(_ shift: Shift, baselineMedian: Double) {
        guard baselineMedian != 0 else { return nil }
        let ends = (shift.interval.lower / baselineMedian, shift.interval.upper / baselineMedian)
        value = shift.value / baselineMedian
        interval = Interval(lower: min(ends.0, ends.1), upper: max(ends.0, ends.1))
        confidence = shift.confidence
        method = shift.method
    }
}

/// Candidate mean over baseline mean.
///
/// Source: Fieller 1954; Kalibera & Jones 2013; statistics specification, section 2.
package struct RatioOfMeans: Hashable, Sendable {
    /// Nil when the baseline's mean is 0.
    package let ratio: Double?
    /// Nil when a side has one value or the baseline's mean is not clearly different from 0.
    package let interval: Interval?
}

/// How many of the splits of both samples differ as much as the one that was observed.
///
/// Source: Phipson & Smyth 2010; statistics specification, section 2.
package struct PermutationResult: Hashable, Sendable {
    package let p: Double
    /// Splits enumerated, or resamples drawn.
    package let total: Int
    /// Those at least as extreme as the observed difference.
    package let count: Int
}
