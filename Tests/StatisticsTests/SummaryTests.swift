import Testing

@testable import Statistics

@Suite struct SummaryTests {
    static let cases = Vectors.cases("summary", op: "summary")

    @Test func `all reference cases are read`() { #expect(Self.cases.count == 49) }

    @Test(arguments: cases)
    func `the summary agrees with the reference`(_ given: VectorCase) throws {
        let kind = try #require(Quantile.Kind(rawValue: Int(given.double("quantile_type") ?? 7)))
        let percents = given.params["percentiles"]?.doubles ?? [50, 90, 95, 99]
        let options = try SummaryOptions(
            percentiles: percents, quantileKind: kind, trim: given.double("trim") ?? 0.1,
            level: given.level())
        let summary = try Summary(of: given.doubles("values"), options: options)
        var members = spread(summary).merging(location(summary)) { first, _ in first }
        members["bootstrap_ci"] = try bootstrap(given)
        Vectors.expect(.object(members), equals: given.expect, in: given)
    }

    @Test(
        arguments: [
            ([], "empty_sample"), ([1, .nan], "non_finite_input"),
            ([.infinity], "non_finite_input"),
        ] as [([Double], String)])
    func `unusable samples are refused`(_ values: [Double], _ code: String) {
        #expect { try Summary(of: values) } throws: { ($0 as? StatisticsFailure)?.code == code }
        #expect { try Quantile.median(of: values) } throws: {
            ($0 as? StatisticsFailure)?.code == code
        }
    }

    @Test func `options outside their domains are refused`() {
        #expect(throws: StatisticsFailure.self) { try SummaryOptions(percentiles: [101]) }
        #expect(throws: StatisticsFailure.self) { try SummaryOptions(percentiles: [.nan]) }
        #expect(throws: StatisticsFailure.self) { try SummaryOptions(trim: 0.5) }
        #expect(throws: StatisticsFailure.self) { try ConfidenceLevel(1) }
        #expect(throws: StatisticsFailure.self) { try ConfidenceLevel(.nan) }
    }

    @Test func `a trim just below one half keeps a value`() throws {
        let options = try SummaryOptions(trim: 0.5.nextDown)
        for size in [1, 2, 514, 515] {
            let values = (0..<size).map(Double.init)
            #expect(try Summary(of: values, options: options).trimmedMean.isFinite)
        }
    }

    @Test func `order does not matter and scale carries over`() throws {
        var generator = SplitMix64(seed: 11)
        for size in [1, 2, 5, 6, 30, 101] {
            let values = Draws.normal(size, &generator)
            let plain = try Summary(of: values)
            let turned = try Summary(of: values.reversed())
            let scaled = try Summary(of: values.map { $0 * 1024 })
            #expect(abs(plain.mean - turned.mean) < 1e-12)
            #expect(plain.median == turned.median)
            #expect(plain.mad == turned.mad)
            #expect(plain.medianInterval == turned.medianInterval)
            #expect(scaled.median == plain.median * 1024)
            #expect(scaled.standardDeviation == plain.standardDeviation.map { $0 * 1024 })
            #expect(scaled.medianInterval?.confidence == plain.medianInterval?.confidence)
        }
    }

    @Test func `quantiles rise with the fraction and stay within the sample`() throws {
        var generator = SplitMix64(seed: 12)
        let values = Draws.normal(17, &generator)
        for kind in Quantile.Kind.allCases {
            let points = try (0...200).map {
                try Quantile.value(at: Double($0) / 200, of: values, kind: kind)
            }
            #expect(points == points.sorted())
            #expect(points.first == values.min())
            #expect(points.last == values.max())
        }
    }

    @Test func `a wider level never narrows an interval`() throws {
        var generator = SplitMix64(seed: 13)
        let values = Draws.normal(40, &generator)
        var last = 0.0
        for level in [0.5, 0.8, 0.9, 0.95, 0.99, 0.999] {
            let interval = try #require(
                try MedianInterval.of(values, level: ConfidenceLevel(level)))
            #expect(interval.confidence >= level)
            #expect(interval.interval.halfWidth >= last)
            last = interval.interval.halfWidth
        }
    }

    @Test func `the median interval needs six values and uses the extremes then`() throws {
        #expect(try MedianInterval.of([1, 2, 3, 4, 5]) == nil)
        let six = try #require(try MedianInterval.of([1, 2, 3, 4, 5, 6]))
        #expect(six.interval == Interval(lower: 1, upper: 6))
        #expect(six.confidence == 0.96875)
        let exact = try MedianInterval.of([1, 2, 3, 4, 5, 6], level: ConfidenceLevel(0.96875))
        #expect(exact?.lowerOrder == 1)
    }

    private func spread(_ summary: Summary) -> [String: Value] {
        let median = summary.medianInterval
        return [
            "variance": Value(summary.variance), "sd": Value(summary.standardDeviation),
            "sem": Value(summary.standardError), "cv": Value(summary.coefficientOfVariation),
            "mad": Value(summary.mad), "mad_scaled": Value(summary.scaledMAD),
            "iqr": Value(summary.interquartileRange), "mean_ci": Value(summary.meanInterval),
            "median_ci": .object([
                "lo": Value(median?.interval.lower), "hi": Value(median?.interval.upper),
                "confidence": Value(median?.confidence),
                "lo_order": Value(median.map { Double($0.lowerOrder) }),
                "hi_order": Value(median.map { Double($0.upperOrder) }),
            ]),
        ]
    }

    private func location(_ summary: Summary) -> [String: Value] {
        let percentiles = summary.percentiles.map { entry in
            let text = "\(entry.percent)"
            return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text, Value(entry.value))
        }
        return [
            "n": Value(summary.count), "min": Value(summary.minimum),
            "max": Value(summary.maximum), "mean": Value(summary.mean),
            "median": Value(summary.median), "q1": Value(summary.firstQuartile),
            "q3": Value(summary.thirdQuartile), "trimmed_mean": Value(summary.trimmedMean),
            "geometric_mean": Value(summary.geometricMean),
            "percentiles": .object(Dictionary(uniqueKeysWithValues: percentiles)),
        ]
    }

    private func bootstrap(_ given: VectorCase) throws -> Value? {
        guard let asked = given.params["bootstrap"] else { return nil }
        let bootstrap = try Bootstrap(
            #require(Bootstrap.Statistic(rawValue: asked["statistic"]?.text ?? "")),
            method: #require(Bootstrap.Method(rawValue: asked["method"]?.text ?? "")),
            resamples: Int(#require(asked["resamples"]?.double)),
            seed: UInt64(#require(asked["seed"]?.double)))
        let found = try bootstrap.interval(of: given.doubles("values"), level: given.level())
        return .object([
            "estimate": Value(found.estimate), "lo": Value(found.interval?.lower),
            "hi": Value(found.interval?.upper),
        ])
    }
}
