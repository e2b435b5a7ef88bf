import Testing

@testable import Statistics

@Suite struct PairedTests {
    static let cases = Vectors.cases("two-sample", op: "compare_paired")

    @Test func `all reference cases are read`() { #expect(Self.cases.count == 11) }

    @Test(arguments: cases)
    func `the paired comparison agrees with the reference`(_ given: VectorCase) throws {
        let pairs = try Paired(baseline: given.doubles("a"), candidate: given.doubles("b"))
        let rank = pairs.signedRank()
        let sign = pairs.signTest()
        let level = try given.level()
        let members: [String: Value] = [
            "n": Value(pairs.count), "mean_diff": Value(pairs.moments.mean),
            "median_diff": Value(pairs.medianDifference),
            "sd_diff": Value(pairs.moments.standardDeviation),
            "paired_t": Value(test: pairs.tTest(level: level)),
            "cohens_dz": Value(pairs.cohensDz),
            "wilcoxon": .object([
                "w_plus": Value(rank.positiveSum), "w_minus": Value(rank.negativeSum),
                "n_used": Value(rank.used), "method": .text(rank.method.rawValue),
                "p": Value(rank.p),
            ]),
            "sign_test": .object([
                "positive": Value(sign.positive), "negative": Value(sign.negative),
                "p": Value(sign.p),
            ]),
            "hodges_lehmann": .object(["shift": Value(pairs.shift(level: level).value)]),
        ]
        Vectors.expect(.object(members), equals: given.expect, in: given)
    }

    @Test func `unequal lengths are refused`() {
        #expect { try Paired(baseline: [1], candidate: [1, 2]) } throws: {
            ($0 as? StatisticsFailure)?.code == "length_mismatch"
        }
        #expect { try Paired(baseline: [], candidate: []) } throws: {
            ($0 as? StatisticsFailure)?.code == "empty_sample"
        }
    }

    @Test(arguments: [0, 1, 2, 7, 50])
    func `the signed-rank distribution sums to one`(_ count: Int) {
        let null = CountedDistribution.signedRank(count: count)
        #expect(abs(null.probabilities.reduce(0, +) - 1) < 1e-12)
        #expect(null.probabilities == null.probabilities.reversed())
    }

    @Test func `a shift that differs only by rounding is constant`() throws {
        let first = (1...10).map { Double($0) }
        let pairs = try Paired(baseline: first, candidate: first.map { $0 + 0.1 })
        #expect(pairs.tTest()?.t == .infinity)
        #expect(pairs.cohensDz == .infinity)
    }

    @Test func `the shift is the median of the Walsh averages`() throws {
        var generator = SplitMix64(seed: 41)
        for size in [1, 2, 9, 30, 64] {
            let first = Draws.normal(size, &generator)
            let second = Draws.normal(size, &generator)
            let gaps = zip(first, second).map { $1 - $0 }
            let walsh = gaps.indices.flatMap { left in
                gaps.indices.filter { $0 >= left }.map { (gaps[left] + gaps[$0]) / 2 }
            }
            let shift = try Paired(baseline: first, candidate: second).shift()
            #expect(try shift.value == Quantile.median(of: walsh))
            #expect(walsh.contains(shift.interval.lower))
            #expect(shift.interval.lower <= shift.value && shift.value <= shift.interval.upper)
        }
    }

    @Test func `zero lies at the edge of the interval when the test is at the level`() throws {
        var generator = SplitMix64(seed: 42)
        for _ in 0..<200 {
            let first = Draws.normal(9, &generator)
            let second = Draws.normal(9, &generator).map { $0 + 0.8 }
            let pairs = try Paired(baseline: first, candidate: second)
            let shift = pairs.shift()
            let excludesZero = shift.interval.lower > 0 || shift.interval.upper < 0
            #expect(excludesZero == (pairs.signedRank().p <= 1 - shift.confidence + 1e-12))
        }
    }

    @Test(arguments: [1, 2, 5, 6, 10])
    func `the smallest possible p is reached when all differences agree`(_ size: Int) throws {
        let candidate = (1...size).map { Double($0 * $0) }
        let zeros = [Double](repeating: 0, count: size)
        let pairs = try Paired(baseline: zeros, candidate: candidate)
        #expect(pairs.signedRank().p == pairs.smallestPossibleP)
        #expect(pairs.relativeShift() == nil)
    }
}
