import Testing

@testable import Statistics

@Suite struct TwoSampleTests {
    static let cases = Vectors.cases("two-sample", op: "compare")

    @Test func `all reference cases are read`() { #expect(Self.cases.count == 52) }

    @Test(arguments: cases)
    func `the comparison agrees with the reference`(_ given: VectorCase) throws {
        let samples = try TwoSample(baseline: given.doubles("a"), candidate: given.doubles("b"))
        let level = try given.level()
        var members = means(samples, level)
        let ranks = RankComparison(samples)
        let method = given.params["mwu_method"]?.text.flatMap(RankMethod.init(rawValue:))
        let test = try ranks.mannWhitney(method)
        let shift = ranks.hodgesLehmann(level: level)
        members["cliffs_delta"] = Value(ranks.cliffsDelta)
        members["mann_whitney"] = .object([
            "u_a": Value(test.uBaseline), "u_b": Value(test.uCandidate), "p": Value(test.p),
            "method": .text(test.method.rawValue),
        ])
        members["hodges_lehmann"] = .object([
            "shift": Value(shift.value), "lo": Value(shift.interval.lower),
            "hi": Value(shift.interval.upper), "confidence": Value(shift.confidence),
            "method": .text(shift.method.rawValue),
        ])
        members["permutation"] = try permutation(given, samples)
        Vectors.expect(.object(members), equals: given.expect, in: given)
    }

    struct SmallestP { let first, second: Int, p: Double }

    @Test(arguments: [
        SmallestP(first: 3, second: 3, p: 0.1), SmallestP(first: 5, second: 5, p: 2 / 252.0),
        SmallestP(first: 1, second: 1, p: 1), SmallestP(first: 2, second: 3, p: 0.2),
    ])
    func `the smallest possible p is that of complete separation`(_ given: SmallestP) throws {
        let low = (0..<given.first).map(Double.init)
        let high = (0..<given.second).map { 100 + Double($0) }
        let samples = try TwoSample(baseline: low, candidate: high)
        #expect(abs(samples.smallestPossibleP - given.p) < 1e-15)
        let test = try RankComparison(samples).mannWhitney(.exact)
        #expect(abs(test.p - given.p) < 1e-15)
    }

    @Test func `unusable samples are refused`() {
        #expect { try TwoSample(baseline: [], candidate: [1]) } throws: {
            ($0 as? StatisticsFailure)?.code == "empty_sample"
        }
        #expect { try TwoSample(baseline: [1], candidate: [-.infinity]) } throws: {
            ($0 as? StatisticsFailure)?.code == "non_finite_input"
        }
    }

    @Test func `requests too large to enumerate are refused`() throws {
        let many = (0..<100).map(Double.init)
        let samples = try TwoSample(baseline: many, candidate: many)
        #expect(throws: StatisticsFailure.self) { try samples.exactPermutation() }
        #expect(throws: StatisticsFailure.self) {
            try samples.monteCarloPermutation(resamples: .max, seed: 1)
        }
        #expect(throws: StatisticsFailure.self) {
            try samples.monteCarloPermutation(resamples: 0, seed: 1)
        }
        #expect(throws: StatisticsFailure.self) {
            try RankComparison(samples).mannWhitney(.exact)
        }
    }

    @Test func `exchanging the sides mirrors every answer`() throws {
        var generator = SplitMix64(seed: 21)
        for size in [3, 8, 25] {
            let first = Draws.normal(size, &generator)
            let second = Draws.tied(size + 1, below: 5, &generator)
            let plain = try TwoSample(baseline: first, candidate: second)
            let turned = try TwoSample(baseline: second, candidate: first)
            let test = try #require(plain.welch())
            let mirror = try #require(turned.welch())
            #expect(abs(test.t + mirror.t) <= 1e-12 * abs(test.t))
            let exact = try plain.exactIfSmall()
            #expect(try exact == turned.exactIfSmall())
            let shift = RankComparison(plain).hodgesLehmann()
            let back = RankComparison(turned).hodgesLehmann()
            #expect(shift.value == -back.value)
            #expect(shift.interval.lower == -back.interval.upper)
        }
    }

    @Test func `ratios do not overflow for the largest values`() throws {
        let samples = try TwoSample(baseline: [1e300, 1.1e300], candidate: [1e300, 1.2e300])
        let ratio = samples.ratioOfMeans().ratio
        #expect(abs((ratio ?? 0) - 1.1 / 1.05) < 1e-12)
        #expect(try TwoSample(baseline: [0, 0], candidate: [1, 2]).ratioOfMeans().ratio == nil)
        #expect(try TwoSample(baseline: [0, 0], candidate: [1, 2]).relativeChange == nil)
    }

    private func means(_ samples: TwoSample, _ level: ConfidenceLevel) -> [String: Value] {
        let ratio = samples.ratioOfMeans(level: level)
        return [
            "n_a": Value(samples.baselineMoments.count),
            "n_b": Value(samples.candidateMoments.count),
            "mean_a": Value(samples.baselineMoments.mean),
            "mean_b": Value(samples.candidateMoments.mean),
            "diff": Value(samples.difference), "rel_change": Value(samples.relativeChange),
            "welch": Value(test: samples.welch(level: level)),
            "student": Value(test: samples.student(level: level)),
            "cohens_d": Value(samples.cohensD), "hedges_g": Value(samples.hedgesG),
            "ratio_of_means": .object([
                "ratio": Value(ratio.ratio), "lo": Value(ratio.interval?.lower),
                "hi": Value(ratio.interval?.upper),
            ]),
        ]
    }

    private func permutation(_ given: VectorCase, _ samples: TwoSample) throws -> Value? {
        guard let asked = given.params["permutation"], let method = asked["method"]?.text else {
            return nil
        }
        let found =
            method == "exact"
            ? try samples.exactPermutation()
            : try samples.monteCarloPermutation(
                resamples: Int(#require(asked["resamples"]?.double)),
                seed: UInt64(#require(asked["seed"]?.double)))
        return .object([
            "p": Value(found.p), "total": Value(found.total), "count": Value(found.count),
            "method": .text(method),
        ])
    }
}

extension TwoSample {
    fileprivate func exactIfSmall() throws -> Int? {
        baselineMoments.count < 10 ? try exactPermutation().count : nil
    }
}

extension Value {
    init(test: TTest?) {
        self =
            test.map { test in
                .object([
                    "t": Value(test.t), "df": Value(test.degrees), "p": Value(test.p),
                    "ci": Value(test.interval),
                ])
            } ?? .null
    }
}
