import Statistics

/// What one sample says.
enum SampleOperations {
    static func summary(_ given: StatsParameters) throws -> [String: JSONTree] {
        let values = try given.numbers("values")
        let percents = given.isGiven("percentiles") ? try given.numbers("percentiles") : nil
        let type = try given.integer("quantile_type", default: 7)
        guard let kind = Quantile.Kind(rawValue: type) else {
            throw StatisticsFailure.outOfRange("quantile_type must be one of 1, 2, 4 ... 9")
        }
        let level = try ConfidenceLevel(given.number("level", default: 0.95))
        let options = try SummaryOptions(
            percentiles: percents ?? [50, 90, 95, 99], quantileKind: kind,
            trim: given.number("trim", default: 0.1), level: level)
        let summary = try Summary(of: values, options: options)
        var members = location(summary).merging(spread(summary)) { first, _ in first }
        if let asked = try given.object("bootstrap") {
            members["bootstrap_ci"] = try bootstrap(asked, values, level)
        }
        return members
    }

    private static func location(_ summary: Summary) -> [String: JSONTree] {
        let percentiles = summary.percentiles.map { (key($0.percent), JSONTree.figure($0.value)) }
        return [
            "n": .figure(summary.count), "min": .figure(summary.minimum),
            "max": .figure(summary.maximum), "mean": .figure(summary.mean),
            "median": .figure(summary.median), "q1": .figure(summary.firstQuartile),
            "q3": .figure(summary.thirdQuartile), "trimmed_mean": .figure(summary.trimmedMean),
            "geometric_mean": .figure(summary.geometricMean),
            "percentiles": .object(Dictionary(percentiles) { first, _ in first }),
        ]
    }

    private static func spread(_ summary: Summary) -> [String: JSONTree] {
        let median = summary.medianInterval
        return [
            "variance": .figure(summary.variance), "sd": .figure(summary.standardDeviation),
            "sem": .figure(summary.standardError), "cv": .figure(summary.coefficientOfVariation),
            "mad": .figure(summary.mad), "mad_scaled": .figure(summary.scaledMAD),
            "iqr": .figure(summary.interquartileRange), "mean_ci": .ends(summary.meanInterval),
            "median_ci": .object([
                "lo": .figure(median?.interval.lower), "hi": .figure(median?.interval.upper),
                "confidence": .figure(median?.confidence),
                "lo_order": .figure(median?.lowerOrder),
                "hi_order": .figure(median?.upperOrder),
            ]),
        ]
    }

    private static func bootstrap(
        _ asked: StatsParameters, _ values: [Double], _ level: ConfidenceLevel
    ) throws -> JSONTree {
        let bootstrap = try Bootstrap(
            asked.word("statistic", default: .median), method: asked.word("method", default: .bca),
            resamples: asked.integer("resamples", default: 2000), seed: asked.seed("seed"))
        let found = try bootstrap.interval(of: values, level: level)
        return .object([
            "estimate": .figure(found.estimate), "lo": .figure(found.interval?.lower),
            "hi": .figure(found.interval?.upper),
        ])
    }

    static func hdr(_ given: StatsParameters) throws -> [String: JSONTree] {
        let values = try given.numbers("values")
        guard !values.isEmpty else { throw StatisticsFailure.emptySample("values") }
        var histogram = try HDRHistogram(
            lowest: given.integer("lowest", default: 1),
            highest: given.integer("highest", default: 3_600_000_000_000),
            digits: given.integer("digits", default: 3))
        for value in values {
            guard value.isFinite else { throw StatisticsFailure.nonFiniteInput("values") }
            guard let whole = Int(exactly: value) else {
                throw StatisticsFailure.outOfRange("hdr takes whole numbers below 2^63")
            }
            histogram.record(whole)
        }
        let percents =
            given.isGiven("percentiles")
            ? try given.numbers("percentiles") : [50, 90, 95, 99, 99.9, 100]
        let found = try histogram.values(atPercentiles: percents)
        let members = zip(percents, found).map { (key($0), JSONTree.figure($1)) }
        return [
            "total": .figure(histogram.total), "rejected": .figure(histogram.rejected),
            "min": .figure(histogram.minimum), "max": .figure(histogram.maximum),
            "percentiles": .object(Dictionary(members) { first, _ in first }),
        ]
    }

    /// The shortest decimal text of a percent.
    private static func key(_ percent: Double) -> String { JSONTree.number(percent).text }
}

extension JSONTree {
    /// An interval as [lower, upper]; null for none.
    static func ends(_ interval: Statistics.Interval?) -> JSONTree {
        interval.map { .array([.figure($0.lower), .figure($0.upper)]) } ?? .null
    }
}
