import Testing

@testable import Statistics

/// Many runs, many projects, many histograms, and one series over time.
@Suite struct PoolingTests {
    static let components = Vectors.cases("variance-components", op: "variance_components")
    static let pools = Vectors.cases("pool", op: "pool")
    static let trends = Vectors.cases("trend", op: "trend")
    static let histograms = Vectors.cases("hdr", op: "hdr")

    @Test func `all reference cases are read`() {
        #expect(Self.components.count == 8)
        #expect(Self.pools.count == 12)
        #expect(Self.trends.count == 12)
        #expect(Self.histograms.count == 10)
    }

    @Test(arguments: components)
    func `variance components agree with the reference`(_ given: VectorCase) throws {
        let found = try VarianceComponents(given.params["groups"]?.list?.map(\.doubles) ?? [])
        let members: [String: Value] = [
            "ms_within": Value(found.meanSquareWithin),
            "ms_between": Value(found.meanSquareBetween), "n0": Value(found.effectiveSize),
            "var_within": Value(found.within), "var_between": Value(found.between),
            "icc": Value(found.intraclassCorrelation), "f": Value(found.f), "p": Value(found.p),
        ]
        Vectors.expect(.object(members), equals: given.expect, in: given)
    }

    @Test(arguments: pools)
    func `pooled effects agree with the reference`(_ given: VectorCase) throws {
        let found = try PooledEffect(
            effects: given.doubles("effects"), variances: given.doubles("variances"),
            level: given.level())
        let members: [String: Value] = [
            "fixed": Self.tree(found.fixed), "random": Self.tree(found.random),
            "q": Value(found.q), "df": Value(found.degrees),
            "p_heterogeneity": Value(found.heterogeneityP), "i2": Value(found.iSquared),
            "tau2": Value(found.tauSquared),
        ]
        Vectors.expect(.object(members), equals: given.expect, in: given)
    }

    private static func tree(_ estimate: PooledEffect.Estimate) -> Value {
        .object([
            "estimate": Value(estimate.value), "se": Value(estimate.error),
            "lo": Value(estimate.interval.lower), "hi": Value(estimate.interval.upper),
        ])
    }

    @Test(arguments: trends)
    func `trends agree with the reference`(_ given: VectorCase) throws {
        let trend = try Trend(of: given.doubles("values"))
        let limit = try #require(given.double("threshold"))
        let better = try #require(Budget.Direction(rawValue: given.params["direction"]?.text ?? ""))
        let runs = trend.runsToBreach(limit: limit, better: better)
        let members: [String: Value] = [
            "slope": Value(trend.slope), "intercept": Value(trend.intercept),
            "r2": Value(trend.rSquared), "theil_sen": Value(trend.theilSen),
            "drift": .text(trend.drift(limit: limit, better: better).rawValue),
            "runs_to_breach": Value(runs.map(Double.init)),
        ]
        Vectors.expect(.object(members), equals: given.expect, in: given)
    }

    @Test(arguments: histograms)
    func `histograms agree with the reference`(_ given: VectorCase) throws {
        let values = given.doubles("values").map { Int($0) }
        let percents = given.doubles("percentiles")
        let found = try Self.histogram(given, values)
        let points = try zip(percents, found.values(atPercentiles: percents)).map {
            percent, value in
            let text = "\(percent)"
            return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text, Value(value))
        }
        let members: [String: Value] = [
            "total": Value(found.total), "rejected": Value(found.rejected),
            "min": Value(found.minimum), "max": Value(found.maximum),
            "percentiles": .object(Dictionary(uniqueKeysWithValues: points)),
        ]
        #expect(Value.object(members) == given.expect, "\(given.id)")
        // In two parts, merged, it is the same.
        var first = try Self.histogram(given, Array(values[..<(values.count / 3)]))
        try first.merge(Self.histogram(given, Array(values[(values.count / 3)...])))
        #expect(first == found)
    }

    private static func histogram(
        _ given: VectorCase, _ values: [Int]
    ) throws -> HDRHistogram {
        var histogram = try HDRHistogram(
            lowest: Int(given.double("lowest") ?? 1), highest: Int(given.double("highest") ?? 2),
            digits: Int(given.double("digits") ?? 1))
        for value in values { histogram.record(value) }
        return histogram
    }

    @Test func `histograms of any shape survive any value`() throws {
        for (lowest, highest, digits) in [(1, 1 << 62, 5), (1, 2, 1), (1 << 40, 1 << 62, 3)] {
            var histogram = try HDRHistogram(lowest: lowest, highest: highest, digits: digits)
            for value in [Int.min, -1, 0, 1, 2, 1 << 40, 1 << 61, Int.max] {
                histogram.record(value)
            }
            #expect(histogram.total + histogram.rejected == 8)
            #expect(try histogram.values(atPercentiles: [0, 50, 100]).count == 3)
        }
        let other = try HDRHistogram(lowest: 1, highest: 100, digits: 2)
        var empty = try HDRHistogram(lowest: 1, highest: 1000, digits: 2)
        #expect(throws: StatisticsFailure.self) { try empty.merge(other) }
        #expect(try empty.values(atPercentiles: [50]) == [0])
        #expect(throws: StatisticsFailure.self) {
            try HDRHistogram(lowest: 0, highest: 10, digits: 1)
        }
        #expect(throws: StatisticsFailure.self) {
            try HDRHistogram(lowest: 1, highest: 10, digits: 6)
        }
    }

    @Test func `a pooled effect keeps its sign or says that it does not`() throws {
        let variances = [0.0001, 0.0001, 0.0001, 0.0001]
        let steady = [0.02, 0.03, 0.025, 0.022]
        let lone = [0.2, -0.01, -0.01, -0.01]
        #expect(try PooledEffect.keepsSign(effects: steady, variances: variances))
        #expect(try !PooledEffect.keepsSign(effects: lone, variances: variances))
        let found = try PooledEffect(effects: steady, variances: variances)
        let prediction = try #require(found.prediction)
        #expect(prediction.lower <= found.random.interval.lower)
        #expect(prediction.upper >= found.random.interval.upper)
    }

    @Test func `the headline index is the geometric mean, whatever the order`() throws {
        let index = try HeadlineIndex(ratios: [2, 0.5, 1])
        #expect(abs(index.ratio - 1) < 1e-12)
        #expect(try HeadlineIndex(ratios: [1.1]).interval == nil)
        let turned = try HeadlineIndex(ratios: [1, 0.5, 2])
        #expect(abs(turned.ratio - index.ratio) < 1e-12)
        #expect(throws: StatisticsFailure.self) { try HeadlineIndex(ratios: [1, 0]) }
    }
}
