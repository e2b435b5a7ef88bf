import Testing

@testable import Statistics

@Suite struct RankComparisonTests {
    @Test(arguments: [(1, 1), (3, 5), (8, 8), (25, 25), (50, 50), (64, 64), (1, 4096)])
    func `the exact distribution of U sums to one and is symmetric`(_ first: Int, _ second: Int) {
        let null = CountedDistribution.rankSum(first: first, second: second)
        #expect(null.probabilities.count == first * second + 1)
        #expect(abs(null.probabilities.reduce(0, +) - 1) < 1e-12)
        #expect(null.probabilities.allSatisfy { $0 > 0 })
        #expect(null.probabilities == null.probabilities.reversed())
    }

    @Test func `both ways of counting agree when nothing is tied`() {
        for (first, second) in [(1, 4), (4, 4), (5, 9), (12, 10)] {
            let direct = CountedDistribution.rankSum(first: first, second: second)
            let small = min(first, second)
            let ranks = (1...(first + second)).map { $0 * 2 }
            let counted = CountedDistribution.subsetSum(of: ranks, chosen: small)
            for u in 0...(first * second) {
                let sum = 2 * u + small * (small + 1)
                #expect(abs(direct.atMost(u) - counted.atMost(sum)) < 1e-14)
            }
        }
    }

    @Test func `exact counting with ties agrees with enumeration`() throws {
        var generator = SplitMix64(seed: 31)
        for _ in 0..<20 {
            let first = Draws.tied(4, below: 4, &generator)
            let second = Draws.tied(5, below: 4, &generator)
            let samples = try TwoSample(baseline: first, candidate: second)
            let found = try RankComparison(samples).mannWhitney(.exact)
            #expect(abs(found.p - Self.enumeratedP(first, second)) < 1e-12)
        }
    }

    @Test func `only order counts`() throws {
        var generator = SplitMix64(seed: 32)
        let first = Draws.normal(12, &generator)
        let second = Draws.normal(15, &generator)
        let plain = RankComparison(try TwoSample(baseline: first, candidate: second))
        let cubed = { (values: [Double]) in values.reversed().map { $0 * $0 * $0 } }
        let bent = RankComparison(
            try TwoSample(baseline: cubed(first), candidate: cubed(second)))
        #expect(try plain.mannWhitney() == bent.mannWhitney())
        #expect(plain.cliffsDelta == bent.cliffsDelta)
    }

    @Test func `the shift is the median of all differences, found without listing them`() throws {
        var generator = SplitMix64(seed: 33)
        for (first, second) in [(1, 1), (7, 4), (30, 41), (60, 70)] {
            let a = Draws.normal(first, &generator)
            let b = Draws.tied(second, below: 7, &generator)
            let all = a.flatMap { left in b.map { $0 - left } }
            let shift = RankComparison(try TwoSample(baseline: a, candidate: b)).hodgesLehmann()
            #expect(try shift.value == Quantile.median(of: all))
            #expect(all.contains(shift.interval.lower) && all.contains(shift.interval.upper))
        }
    }

    @Test func `shifting the candidate shifts the answer and scaling scales it`() throws {
        var generator = SplitMix64(seed: 34)
        let a = Draws.tied(20, below: 1000, &generator)
        let b = Draws.tied(22, below: 1000, &generator)
        let plain = RankComparison(try TwoSample(baseline: a, candidate: b)).hodgesLehmann()
        let moved = RankComparison(try TwoSample(baseline: a, candidate: b.map { $0 + 64 }))
        let scaled = RankComparison(
            try TwoSample(baseline: a.map { $0 * 8 }, candidate: b.map { $0 * 8 }))
        #expect(moved.hodgesLehmann().value == plain.value + 64)
        #expect(moved.hodgesLehmann().interval.upper == plain.interval.upper + 64)
        #expect(scaled.hodgesLehmann().value == plain.value * 8)
    }

    @Test func `p falls as the samples move apart`() throws {
        var generator = SplitMix64(seed: 35)
        let a = Draws.normal(10, &generator)
        let b = a.map { $0 + 1e-6 }
        var last = 1.0
        for step in 0..<12 {
            let moved = b.map { $0 + Double(step) / 2 }
            let p = try RankComparison(TwoSample(baseline: a, candidate: moved)).mannWhitney().p
            #expect(p <= last)
            last = p
        }
        #expect(last < 1e-4)
    }

    @Test func `the relative shift divides by the median and keeps its ends in order`() throws {
        let up = RankComparison(try TwoSample(baseline: [10, 10, 10], candidate: [11, 11, 11]))
        #expect(up.relativeShift()?.value == 0.1)
        let samples = try TwoSample(baseline: [-10, -9, -11], candidate: [-12, -14, -13])
        let down = try #require(RankComparison(samples).relativeShift())
        #expect(down.value > 0)
        #expect(down.interval.lower <= down.value && down.value <= down.interval.upper)
        let zero = try TwoSample(baseline: [-1, 0, 1], candidate: [1, 2, 3])
        #expect(RankComparison(zero).relativeShift() == nil)
    }

    /// Twice the smaller tail of the candidate's midrank sum over all splits.
    private static func enumeratedP(_ first: [Double], _ second: [Double]) -> Double {
        let all = first + second
        let rank = { (value: Double) in
            all.count { $0 < value } * 2 + all.count { $0 == value } + 1
        }
        let ranks = all.map(rank)
        let observed = ranks.suffix(second.count).reduce(0, +)
        var total = 0
        var low = 0
        var high = 0
        for mask in 0..<(1 << all.count) where mask.nonzeroBitCount == second.count {
            let sum = all.indices.reduce(0) { $0 + (mask >> $1 & 1) * ranks[$1] }
            total += 1
            if sum <= observed { low += 1 }
            if sum >= observed { high += 1 }
        }
        return min(1, 2 * Double(min(low, high)) / Double(total))
    }
}
