import Statistics
import Testing

@Suite struct PointDifferenceTests {
    /// By hand: σ = 2 of 100 and 2.2 of 110, error √(4 + 4.84), t = 10 / error with 10 degrees.
    @Test func `two points are held against the noise of their series`() throws {
        let found = try PointDifference(
            baseline: 100, candidate: 110, relativeDeviation: 0.02, degrees: 10)
        #expect(abs(found.standardError - 2.973213749463701) < 1e-12)
        #expect(abs(found.test.t - 3.3633639699815623) < 1e-9)
        #expect(found.test.interval.lower < 10 && found.test.interval.upper > 10)
        #expect(found.test.p < 0.01 && found.test.p > 0.005)
    }

    @Test func `without any noise a difference is certain and none is none`() throws {
        let other = try PointDifference(
            baseline: 5, candidate: 6, relativeDeviation: 0, degrees: 1)
        #expect(other.test.p == 0)
        let same = try PointDifference(
            baseline: 5, candidate: 5, relativeDeviation: 0, degrees: 1)
        #expect(same.test.p == 1)
    }

    /// The prediction interval of t_test with the same history.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func `a point against its history is the threshold's prediction interval`(
        seed: UInt64
    ) throws {
        var generator = SplitMix64(seed: seed)
        let history = (0..<(2 + Int(seed) % 20)).map { _ in 50 + Double(generator.below(1000)) / 100
        }
        let candidate = 50 + Double(generator.below(2000)) / 100
        let level = try ConfidenceLevel(0.98)
        let found = try #require(
            try PointDifference(history: history, candidate: candidate, level: level))
        let limits = try Threshold(.tTest, lower: 0.99, upper: 0.99)
            .judge(candidate, history: history)
        let isOutside = found.test.interval.lower > 0 || found.test.interval.upper < 0
        #expect(isOutside == (limits.outcome != nil))
    }

    @Test func `one point says nothing of how much a second may differ`() throws {
        #expect(try PointDifference(history: [5], candidate: 6) == nil)
        #expect(try PointDifference(history: [], candidate: 6) == nil)
    }

    @Test func `what cannot be is refused`() {
        #expect(throws: StatisticsFailure.self) {
            _ = try PointDifference(
                baseline: 1, candidate: 1, relativeDeviation: -1, degrees: 5)
        }
        #expect(throws: StatisticsFailure.self) {
            _ = try PointDifference(
                baseline: .nan, candidate: 1, relativeDeviation: 0.1, degrees: 5)
        }
        #expect(throws: StatisticsFailure.self) {
            _ = try Power.minimalDetectableEffect(error: 1, degrees: 0)
        }
    }
}
