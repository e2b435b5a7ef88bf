import Testing

@testable import Statistics

/// Thresholds, budgets and baselines.
@Suite struct JudgingTests {
    static let thresholds = Vectors.cases("thresholds", op: "threshold")
    static let verdicts = Vectors.cases("verdicts", op: "verdict")

    @Test func `all reference cases are read`() {
        #expect(Self.thresholds.count == 49)
        #expect(Self.verdicts.count == 38)
    }

    @Test(arguments: thresholds)
    func `limits agree with the reference`(_ given: VectorCase) throws {
        let test = try #require(Threshold.Test(rawValue: given.params["test"]?.text ?? ""))
        let threshold = try Threshold(
            test, lower: given.double("lower"), upper: given.double("upper"),
            minimumSamples: Int(given.double("min_sample_size") ?? 0),
            maximumSamples: Int(given.double("max_sample_size") ?? 64))
        let found = try threshold.judge(
            #require(given.double("value")), history: given.doubles("history"))
        let members: [String: Value] = [
            "baseline": Value(found.baseline), "lower": Value(found.lower),
            "upper": Value(found.upper),
            "outcome": found.outcome.map { .text($0.rawValue) } ?? .null,
            "evaluated": .bool(found.isEvaluated),
        ]
        Vectors.expect(.object(members), equals: given.expect, in: given)
    }

    @Test(arguments: verdicts)
    func `verdicts agree with the reference`(_ given: VectorCase) throws {
        let policy = given.params["noise_policy"]?.text.flatMap(Budget.NoisePolicy.init)
        let isTested = given.params["require_significance"] == .bool(true)
        let budget = try Budget(
            threshold: given.double("threshold") ?? 0.2,
            warnThreshold: given.double("warn_threshold"),
            warnFactor: given.double("warn_factor") ?? 0.9,
            direction: given.params["direction"]?.text.flatMap(Budget.Direction.init) ?? .lower,
            noise: given.double("noise_threshold").map {
                .init(threshold: $0, policy: policy ?? .warn)
            },
            significance: isTested ? .init(alpha: given.double("alpha") ?? 0.05) : nil)
        let found = try budget.judge(
            baseline: #require(given.double("baseline")),
            current: #require(given.double("current")), variation: given.double("cv"),
            p: given.double("p"))
        let members: [String: Value] = [
            "status": .text(found.status.rawValue), "ratio": Value(found.ratio),
            "pct": Value(found.change), "regression": Value(found.regression),
        ]
        Vectors.expect(.object(members), equals: given.expect, in: given)
    }

    @Test(arguments: Threshold.Test.allCases)
    func `a wider boundary never narrows a limit`(_ test: Threshold.Test) throws {
        var generator = SplitMix64(seed: 71)
        let history = Draws.normal(30, &generator)
        var last = -Double.infinity
        for boundary in [0.5, 0.6, 0.9, 0.99, 0.999] {
            let threshold = try Threshold(test, upper: boundary)
            let upper = try #require(try threshold.judge(100, history: history).upper)
            #expect(upper >= last)
            last = upper
        }
    }

    @Test func `an unmirrored log-normal limit keeps the asymmetry`() throws {
        let history = [1.0, 2, 4, 8, 16]
        let mirrored = try Threshold(.logNormal, lower: 0.99).judge(1, history: history)
        let own = try Threshold(.logNormal, lower: 0.99, isMirrored: false)
            .judge(1, history: history)
        #expect(try #require(mirrored.lower) < 0)
        #expect(try #require(own.lower) > 0)
    }

    @Test func `requests outside the domains are refused`() {
        for test in [Threshold.Test.zScore, .tTest, .logNormal] {
            #expect(throws: StatisticsFailure.self) { try Threshold(test, upper: 0.4) }
            #expect(throws: StatisticsFailure.self) { try Threshold(test, lower: 1) }
        }
        #expect(throws: StatisticsFailure.self) { try Threshold(.fixed, lower: 2, upper: 1) }
        #expect(throws: StatisticsFailure.self) { try Threshold(.iqr, lower: -1) }
        #expect(throws: StatisticsFailure.self) { try Budget(threshold: -0.1) }
        #expect(throws: StatisticsFailure.self) { try Budget().judge(baseline: .nan, current: 1) }
    }

    @Test func `the overall status is the worst, and skip only when all are`() {
        #expect(BudgetVerdict.overall([.pass, .fail, .warn]) == .fail)
        #expect(BudgetVerdict.overall([.skip, .pass]) == .pass)
        #expect(BudgetVerdict.overall([.skip]) == .skip)
        #expect(BudgetVerdict.overall([]) == .skip)
    }
}
