import Glibc

/// Whether a new value lies outside of what its history allows.
///
/// Source: Bencher's threshold tests; statistics specification, section 5.
package struct Threshold: Hashable, Sendable {
    package enum Test: String, CaseIterable, Sendable {
        /// The boundaries are the limits.
        case fixed = "static"
        /// Boundaries are shares of the mean.
        case percentage
        /// Boundaries are probabilities of a normal value.
        case zScore = "z_score"
        /// Boundaries are probabilities of the next value (prediction interval).
        case tTest = "t_test"
        /// Boundaries are probabilities of a log-normal value.
        case logNormal = "log_normal"
        /// Boundaries are multiples of the interquartile range.
        case iqr
        /// Boundaries are multiples of the interquartile range of relative steps.
        case deltaIQR = "delta_iqr"
    }

    package enum Outcome: String, Sendable { case lower, upper }

    package struct Result: Hashable, Sendable {
        /// Nil for `fixed`, and when nothing was evaluated.
        package let baseline: Double?
        package let lower: Double?
        package let upper: Double?
        /// The limit that the value lies strictly beyond.
        package let outcome: Outcome?
        package let isEvaluated: Bool

        static let nothing = Result(
            baseline: nil, lower: nil, upper: nil, outcome: nil, isEvaluated: false)
    }

    package let test: Test
    package let lower: Double?
    package let upper: Double?
    package let minimumSamples: Int
    package let maximumSamples: Int
    /// False: the log-normal lower limit is a quantile of its own and not mirrored.
    package let isMirrored: Bool

    /// - Throws: `outOfRange` for a boundary outside of the test's domain or sizes below 0.
    package init(
        _ test: Test, lower: Double? = nil, upper: Double? = nil, minimumSamples: Int = 0,
        maximumSamples: Int = 64, isMirrored: Bool = true
    ) throws(StatisticsFailure) {
        for boundary in [lower, upper] {
            guard let boundary, !test.accepts(boundary) else { continue }
            throw .outOfRange("\(test.rawValue) takes boundaries \(test.domain), not \(boundary)")
        }
        if test == .fixed, let lower, let upper, lower > upper {
            throw .outOfRange("the lower boundary must not exceed the upper one")
        }
        guard minimumSamples >= 0, maximumSamples >= 0 else {
            throw .outOfRange("sample sizes must not be negative")
        }
        self.test = test
        self.lower = lower
        self.upper = upper
        self.minimumSamples = minimumSamples
        self.maximumSamples = maximumSamples
        self.isMirrored = isMirrored
    }

    /// Judges `value` against a history, oldest first; it may be empty.
    /// - Throws: `nonFiniteInput`.
    package func judge(
        _ value: Double, history: [Double]
    ) throws(StatisticsFailure) -> Result {
        guard value.isFinite else { throw .nonFiniteInput("value") }
        guard history.allSatisfy(\.isFinite) else { throw .nonFiniteInput("history") }
        let recent = Array(history.suffix(maximumSamples))
        guard lower != nil || upper != nil, recent.count >= minimumSamples,
            let model = ThresholdModel(test, recent, isMirrored: isMirrored)
        else { return .nothing }
        let low = lower.map { model.limit(-1, $0) }
        let high = upper.map { model.limit(1, $0) }
        // Far values may overflow a limit; nothing lies beyond an infinite one.
        guard !(low?.isNaN ?? false), !(high?.isNaN ?? false) else { return .nothing }
        var outcome: Outcome?
        if let low, value < low { outcome = .lower }
        if let high, value > high { outcome = .upper }
        return Result(
            baseline: model.baseline, lower: low, upper: high, outcome: outcome,
            isEvaluated: true)
    }
}

extension Threshold.Test {
    fileprivate func accepts(_ boundary: Double) -> Bool {
        switch self {
        case .fixed: boundary.isFinite
        case .percentage, .iqr, .deltaIQR: boundary >= 0 && boundary.isFinite
        case .zScore, .tTest, .logNormal: boundary >= 0.5 && boundary < 1
        }
    }

    fileprivate var domain: String {
        switch self {
        case .fixed: "that are finite"
        case .percentage, .iqr, .deltaIQR: "of 0 or more"
        case .zScore, .tTest, .logNormal: "in [0.5, 1)"
        }
    }
}

/// What a history says for one test: a baseline and how far a boundary reaches from it.
private struct ThresholdModel {
    let baseline: Double?
    /// Takes the side (−1 or 1) and the boundary.
    let limit: (_ side: Double, _ boundary: Double) -> Double

    /// Nil when the history does not define the model.
    init?(_ test: Threshold.Test, _ history: [Double], isMirrored: Bool) {
        guard test != .fixed else {
            self.init(nil) { $1 }
            return
        }
        guard let first = history.first else { return nil }
        switch test {
        case .fixed: return nil
        case .percentage:
            let mean = Moments(checked: history, reference: first).mean
            self.init(mean) { mean + $0 * mean * $1 }
        case .zScore, .tTest: self.init(spreadOf: history, test)
        case .logNormal: self.init(logarithmsOf: history, isMirrored: isMirrored)
        case .iqr:
            let sorted = history.sorted()
            let median = Quantile.median(ofSorted: sorted)
            let range = Self.interquartileRange(sorted)
            self.init(median) { median + $0 * $1 * range }
        case .deltaIQR:
            guard let range = Self.stepRange(history) else { return nil }
            let median = Quantile.median(ofSorted: history.sorted())
            self.init(median) { median + $0 * median * $1 * range }
        }
    }

    private init(_ baseline: Double?, _ limit: @escaping (Double, Double) -> Double) {
        self.baseline = baseline
        self.limit = limit
    }

    private init?(spreadOf history: [Double], _ test: Threshold.Test) {
        guard let (mean, deviation) = Self.spread(history) else { return nil }
        let count = Double(history.count)
        self.init(mean) { side, boundary in
            guard test == .tTest else {
                return mean + side * NormalDistribution.quantile(boundary) * deviation
            }
            let point = StudentDistribution.quantile(boundary, degrees: count - 1)
            return mean + side * point * deviation * (1 + 1 / count).squareRoot()
        }
    }

    private init?(logarithmsOf history: [Double], isMirrored: Bool) {
        guard history.allSatisfy({ $0 > 0 }),
            let (mean, deviation) = Self.spread(history.map { log($0) })
        else { return nil }
        let centre = exp(mean)
        self.init(centre) { side, boundary in
            let point = deviation * NormalDistribution.quantile(boundary)
            if side > 0 { return exp(mean + point) }
            return isMirrored ? 2 * centre - exp(mean + point) : exp(mean - point)
        }
    }

    /// Nil for fewer than two values and for values that vary by rounding alone.
    private static func spread(_ values: [Double]) -> (mean: Double, deviation: Double)? {
        let moments = Moments(checked: values, reference: values[0])
        guard let deviation = moments.standardDeviation else { return nil }
        let largest = values.reduce(0) { max($0, abs($1)) }
        return deviation > 1e-12 * largest ? (moments.mean, deviation) : nil
    }

    private static func interquartileRange(_ sorted: [Double]) -> Double {
        Quantile.value(at: 0.75, ofSorted: sorted, kind: .linear)
            - Quantile.value(at: 0.25, ofSorted: sorted, kind: .linear)
    }

    /// Of the sizes of relative steps; nil without a step, or from a value of 0.
    private static func stepRange(_ history: [Double]) -> Double? {
        guard history.count > 1, !history.dropLast().contains(0) else { return nil }
        let steps = zip(history, history.dropFirst()).map { abs(($1 - $0) / $0) }
        return interquartileRange(steps.sorted())
    }
}
