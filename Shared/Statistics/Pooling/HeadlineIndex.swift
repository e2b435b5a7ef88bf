import Glibc

/// How a whole suite moved: the geometric mean of its benchmarks' ratios, with an interval.
///
/// Each benchmark counts once, whatever its unit and size. The interval is Student's over the
/// logarithms, so it tells how much benchmarks differ and not how well each was measured.
/// Source: Fleming & Wallace 1986 (geometric means of normalised results).
package struct HeadlineIndex: Hashable, Sendable {
    /// 1 where nothing changed.
    package let ratio: Double
    /// Nil for a single benchmark.
    package let interval: Interval?
    package let count: Int

    /// Takes after / before of each benchmark, all positive.
    /// - Throws: `emptySample`, `nonFiniteInput`, `outOfRange`.
    package init(
        ratios: [Double], level: ConfidenceLevel = .standard
    ) throws(StatisticsFailure) {
        try Requirement.sample(ratios, named: "ratios")
        for ratio in ratios { try Requirement.positive(ratio, named: "a ratio") }
        let logarithms = ratios.map { log($0) }
        let moments = Moments(checked: logarithms, reference: logarithms[0])
        ratio = exp(moments.mean)
        interval = moments.meanInterval(level: level).map {
            Interval(lower: exp($0.lower), upper: exp($0.upper))
        }
        count = ratios.count
    }
}
