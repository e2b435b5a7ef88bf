import Glibc

/// What one sample says about location and spread; everything in the sample's unit.
///
/// Source: statistics specification, section 1.
package struct Summary: Hashable, Sendable {
    /// 1 / Φ⁻¹(0.75): makes the MAD estimate σ for normal values.
    package static let madScale = 1.4826022185056018

    package struct Percentile: Hashable, Sendable {
        package let percent: Double
        package let value: Double
    }

    package let moments: Moments
    package let minimum: Double
    package let maximum: Double
    package let median: Double
    package let mad: Double
    package let firstQuartile: Double
    package let thirdQuartile: Double
    package let trimmedMean: Double
    /// Nil when any value is not positive.
    package let geometricMean: Double?
    /// In the order asked for.
    package let percentiles: [Percentile]
    /// Nil for one value.
    package let meanInterval: Interval?
    /// Nil when the sample is too small for the level.
    package let medianInterval: MedianInterval?

    /// - Throws: `emptySample`, `nonFiniteInput`.
    package init(
        of values: [Double], options: SummaryOptions = .standard
    ) throws(StatisticsFailure) {
        try Requirement.sample(values, named: "values")
        let sorted = values.sorted()
        let middle = Quantile.median(ofSorted: sorted)
        let quantile = { (fraction: Double) in
            Quantile.value(at: fraction, ofSorted: sorted, kind: options.quantileKind)
        }
        moments = Moments(checked: values, reference: values[0])
        minimum = sorted[0]
        maximum = sorted[sorted.count - 1]
        median = middle
        mad = Quantile.median(ofSorted: values.map { abs($0 - middle) }.sorted())
        firstQuartile = quantile(0.25)
        thirdQuartile = quantile(0.75)
        trimmedMean = Summary.trimmedMean(sorted, trim: options.trim)
        geometricMean = Summary.geometricMean(sorted)
        percentiles = options.percentiles.map { percent in
            Percentile(percent: percent, value: quantile(percent / 100))
        }
        meanInterval = moments.meanInterval(level: options.level)
        medianInterval = MedianInterval(ofSorted: sorted, level: options.level)
    }

    package var count: Int { moments.count }
    package var mean: Double { moments.mean }
    package var variance: Double? { moments.variance }
    package var standardDeviation: Double? { moments.standardDeviation }
    package var standardError: Double? { moments.standardError }
    package var scaledMAD: Double { mad * Summary.madScale }
    package var interquartileRange: Double { thirdQuartile - firstQuartile }

    /// SD / |mean|; nil for one value or a mean of 0.
    package var coefficientOfVariation: Double? {
        guard let deviation = standardDeviation, mean != 0 else { return nil }
        return deviation / abs(mean)
    }

    private static func trimmedMean(_ sorted: [Double], trim: Double) -> Double {
        // A trim just below one half may round up to half the sample; one value must stay.
        let cut = min(Int(trim * Double(sorted.count)), (sorted.count - 1) / 2)
        let kept = Array(sorted[cut..<(sorted.count - cut)])
        return Moments(checked: kept, reference: kept[0]).mean
    }

    private static func geometricMean(_ sorted: [Double]) -> Double? {
        guard sorted[0] > 0 else { return nil }
        return exp(Moments.sum(sorted) { log($0) } / Double(sorted.count))
    }
}

/// Which summary is asked for; a value that exists lies in the domains of section 13.
///
/// Source: statistics specification, sections 1 and 13.
package struct SummaryOptions: Hashable, Sendable {
    package let percentiles: [Double]
    package let quantileKind: Quantile.Kind
    package let trim: Double
    package let level: ConfidenceLevel

    /// Percentiles 50, 90, 95 and 99, type 7, 10 % trim, 95 %.
    package static let standard = SummaryOptions(
        checked: [50, 90, 95, 99], quantileKind: .linear, trim: 0.1, level: .standard)

    /// - Throws: `outOfRange` for a percent outside [0, 100] or a trim outside [0, 0.5).
    package init(
        percentiles: [Double] = [50, 90, 95, 99], quantileKind: Quantile.Kind = .linear,
        trim: Double = 0.1, level: ConfidenceLevel = .standard
    ) throws(StatisticsFailure) {
        guard percentiles.allSatisfy({ $0 >= 0 && $0 <= 100 }) else {
            throw .outOfRange("percentiles must lie in [0, 100]")
        }
        guard trim >= 0, trim < 0.5 else {
            throw .outOfRange("trim must lie in [0, 0.5), not \(trim)")
        }
        self.init(
            checked: percentiles, quantileKind: quantileKind, trim: trim, level: level)
    }

    private init(
        checked percentiles: [Double], quantileKind: Quantile.Kind, trim: Double,
        level: ConfidenceLevel
    ) {
        self.percentiles = percentiles
        self.quantileKind = quantileKind
        self.trim = trim
        self.level = level
    }
}
