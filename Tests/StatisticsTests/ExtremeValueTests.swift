import Testing

@testable import Statistics

/// Finite values of any size must end in an answer or a refusal, never in a trap or a long wait.
@Suite struct ExtremeValueTests {
    static let pool: [Double] = [
        .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0, -0.0,
        1e300, -1e300, 1e15, 1, 1, -1, 0.1,
    ]

    @Test(arguments: 1...60)
    func `samples of extreme values are survived`(_ seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        let draw = { (count: Int) in
            (0..<count).map { _ in Self.pool[generator.below(Self.pool.count)] }
        }
        let first = draw(1 + seed % 8)
        let second = draw(1 + seed % 8)
        let summary = try Summary(of: first)
        #expect(summary.minimum <= summary.median && summary.median <= summary.maximum)
        let samples = try TwoSample(baseline: first, candidate: second)
        let ranks = RankComparison(samples)
        let p = try ranks.mannWhitney().p
        #expect(p > 0 && p <= 1)
        let shift = ranks.hodgesLehmann()
        #expect(!(shift.interval.lower > shift.interval.upper))
        _ = (samples.welch(), samples.student(), samples.ratioOfMeans(), samples.hedgesG)
        _ = ranks.relativeShift()
        _ = try? samples.exactPermutation()
        if let pairs = try? Paired(baseline: first, candidate: second) {
            _ = (pairs.tTest(), pairs.signTest(), pairs.shift(), pairs.signedRank())
        }
        let bootstrap = try Bootstrap(.mean, resamples: 50, seed: 1)
        _ = try bootstrap.interval(of: first)
        var rule = StoppingRule(.standard)
        for value in first + second { _ = try rule.feed(value) }
    }
}
