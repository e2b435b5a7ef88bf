/// How much of the variation lies between runs and how much between repetitions of one run.
///
/// Source: Kalibera & Jones 2013; statistics specification, section 4.
package struct VarianceComponents: Hashable, Sendable {
    package let meanSquareWithin: Double
    package let meanSquareBetween: Double
    /// The size of a run that stands for runs of unequal sizes.
    package let effectiveSize: Double
    /// Of one repetition within its run.
    package let within: Double
    /// Of a run's true level; never negative.
    package let between: Double
    /// Share of the variance that lies between runs; nil when nothing varies.
    package let intraclassCorrelation: Double?
    /// Between over within; nil when nothing varies.
    package let f: Double?
    package let p: Double?

    /// - Parameter runs: the repetitions of each run, at least two runs with a value each, and at
    ///   least one run with two.
    /// - Throws: `emptySample`, `nonFiniteInput`, `outOfRange`.
    package init(_ runs: [[Double]]) throws(StatisticsFailure) {
        for (index, run) in runs.enumerated() {
            try Requirement.sample(run, named: "groups[\(index)]")
        }
        let total = runs.reduce(0) { $0 + $1.count }
        guard runs.count > 1, total > runs.count else {
            throw .outOfRange("variance components need two runs, and one of two repetitions")
        }
        let reference = runs[0][0]
        let moments = runs.map { Moments(checked: $0, reference: reference) }
        let size = Double(total)
        let mean = Moments.sum(moments) { $0.shiftedMean * Double($0.count) } / size
        let squaresBetween = Moments.sum(moments) { run in
            let gap = run.shiftedMean - mean
            return gap * gap * Double(run.count)
        }
        let squaredSizes = moments.reduce(0.0) { $0 + Double($1.count) * Double($1.count) }
        let groups = Double(runs.count)
        meanSquareWithin = Moments.sum(moments) { $0.sumOfSquares } / (size - groups)
        meanSquareBetween = squaresBetween / (groups - 1)
        effectiveSize = (size - squaredSizes / size) / (groups - 1)
        within = meanSquareWithin
        between = max(0, (meanSquareBetween - meanSquareWithin) / effectiveSize)
        let all = between + within
        intraclassCorrelation = all > 0 ? between / all : nil
        guard meanSquareBetween > 0 || meanSquareWithin > 0 else {
            f = nil
            p = nil
            return
        }
        let ratio = meanSquareBetween / meanSquareWithin
        f = ratio
        p = TailDistributions.fisher(ratio, numerator: groups - 1, denominator: size - groups)
    }

    /// The standard deviation of a point, the summary of one run with so many repetitions.
    package func pointDeviation(repetitions: Int) -> Double {
        (between + within / Double(max(1, repetitions))).squareRoot()
    }

    /// The repetitions per run that make the best use of time, at least `minimum`; nil when runs
    /// do not differ, so that one run may have any number.
    ///
    /// `costOfRun` is what a run costs besides its repetitions, in the unit of
    /// `costOfRepetition`.
    /// Source: Kalibera & Jones 2013; statistics specification, section 6.
    /// - Throws: `outOfRange` for costs that are not positive.
    package func repetitionsPerRun(
        costOfRun: Double, costOfRepetition: Double, minimum: Int = 3
    ) throws(StatisticsFailure) -> Int? {
        try Requirement.positive(costOfRun, named: "the cost of a run")
        try Requirement.positive(costOfRepetition, named: "the cost of a repetition")
        guard between > 0 else { return nil }
        let best = (costOfRun / costOfRepetition * meanSquareWithin / between).squareRoot()
        guard best < Double(Power.largestGroup) else { return Power.largestGroup }
        return max(minimum, Int(best.rounded(.up)))
    }
}
