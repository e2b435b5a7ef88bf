import Analysis
import FleetModel
import Statistics
import Testing

@Suite struct DesignTests {
    private let comparator = Comparator(
        policy: MetricPolicy(), better: .lower, provider: .softwareEvent)

    /// Visits that become slower by far more than the change, on both sides alike.
    private static func drifting(_ factor: Double) -> [Double] {
        (0..<10).map { visit in
            let drift = 1 + 0.03 * Double(visit)
            return factor * drift * (1 + 0.0005 * Double((visit * 7) % 5))
        }
    }

    @Test func `what drifts meanwhile does not hide a change between pairs`() {
        let evidence = comparator.evidence(
            base: visits(Self.drifting(1)), candidate: visits(Self.drifting(1.03)))
        #expect(evidence.test == .wilcoxon)
        #expect(evidence.isPaired)
        #expect(abs((evidence.effect?.relative ?? 0) - 0.03) < 0.01)
        #expect((evidence.p ?? 1) < 0.01)
        #expect(comparator.threshold(noise: evidence.comparedNoise) == 0.02)
        #expect(comparator.judge(evidence, adjustedP: evidence.p).direction == .regressed)
        let unpaired = comparator.evidence(
            base: visits(Self.drifting(1)), candidate: visits(Self.drifting(1.03)),
            by: Method(.interleaved, test: .mannWhitney))
        #expect((unpaired.p ?? 0) > 0.1)
        #expect(!unpaired.isPaired)
    }

    @Test func `more pairs make the automatic threshold of what is noisy smaller`() throws {
        func noise(_ pairs: Int) throws -> Double {
            try #require(
                comparator.evidence(
                    base: visits(noisy(1, spread: 0.1, count: pairs, seed: 5)),
                    candidate: visits(noisy(1.03, spread: 0.1, count: pairs, seed: 6))
                ).comparedNoise)
        }
        let (few, many) = (try noise(10), try noise(250))
        #expect(comparator.threshold(noise: few) > 0.03)
        #expect(comparator.threshold(noise: many) == 0.02)
        // By the square root of their number, 5, but for what is drawn.
        #expect(many < few / 3)
    }

    @Test func `a visit without its partner does not count`() {
        let base = visits(ComparatorTests.Case.steady)
        var candidate = visits(ComparatorTests.Case.steady.map { $0 * 1.1 })
        let whole = comparator.evidence(base: base, candidate: candidate)
        candidate.append(SampleBlock.Sample(iteration: 99, visit: 99, value: 500))
        let more = comparator.evidence(base: base, candidate: candidate)
        #expect(more.p == whole.p)
        #expect(more.effect == whole.effect)
    }

    @Test func `equal counts in every pair are unchanged and not too few`() {
        let same = [Double](repeating: 4096, count: 8)
        #expect(comparator.judge(base: same, candidate: same) == Judgement(.unchanged, .pass))
    }

    @Test(arguments: 2...5)
    func `too few pairs say neither that something changed nor that nothing did`(_ count: Int) {
        let base = Array(ComparatorTests.Case.steady.prefix(count))
        #expect(
            comparator.judge(base: base, candidate: base)
                == Judgement(.unclear, .pass, "too_few_samples"))
        #expect(
            comparator.judge(base: base, candidate: base.map { $0 * 1.3 })
                == Judgement(.unclear, .warn, "too_few_samples"))
    }

    @Test func `two attempts decide nothing by what is inside them`() {
        let base = visits(ComparatorTests.Case.steady)
        for (factor, expected) in [
            (1.0, Judgement(.unclear, .pass, "no_noise_model")),
            (1.3, Judgement(.regressed, .warn, "no_noise_model")),
        ] {
            let candidate = visits(ComparatorTests.Case.steady.map { $0 * factor })
            let evidence = comparator.evidence(
                base: base, candidate: candidate, by: Method(.separate(nil)))
            #expect(comparator.judge(evidence, adjustedP: evidence.p) == expected)
        }
    }

    struct Known: CustomStringConvertible {
        let noise: Double
        let factor: Double
        let expected: Judgement
        var description: String { "\(noise) × \(factor)" }
    }

    @Test(arguments: [
        Known(noise: 0.001, factor: 1.03, expected: Judgement(.regressed, .fail)),
        Known(noise: 0.001, factor: 0.97, expected: Judgement(.improved, .pass)),
        Known(noise: 0.001, factor: 1, expected: Judgement(.unchanged, .pass)),
        Known(noise: 0.02, factor: 1.03, expected: Judgement(.unclear, .pass, "inconclusive")),
        Known(noise: 0.02, factor: 1.07, expected: Judgement(.unclear, .warn, "not_confirmed")),
    ])
    func `two attempts are judged by how much their series varies`(_ given: Known) {
        let candidate = visits(ComparatorTests.Case.steady.map { $0 * given.factor })
        let evidence = comparator.evidence(
            base: visits(ComparatorTests.Case.steady), candidate: candidate,
            by: Method(.separate(PointNoise(relative: given.noise, degrees: 20))))
        #expect(evidence.test == .noiseModel)
        #expect(comparator.judge(evidence, adjustedP: evidence.p) == given.expected)
    }

    @Test func `noise is that of runs, without their levels and from five on`() throws {
        var generator = SplitMix64(seed: 4)
        func run(_ level: Double) -> [SampleBlock.Sample] {
            let point = level * (1 + 0.004 * (Double(generator.below(2001)) / 1000 - 1))
            return visits((0..<6).map { point * (1 + 0.0001 * Double($0)) })
        }
        #expect(PointNoise(runs: (0..<4).map { _ in run(1) }) == nil)
        let steps = (0..<15).map { _ in run(1) } + (0..<15).map { _ in run(1.5) }
        let noise = try #require(PointNoise(runs: steps))
        // A platform's step of any length is no noise, and what varied before it is not forgotten.
        let moved = try #require(
            PointNoise(runs: Array(steps.prefix(8)) + [run(2), run(2)], platforms: [8]))
        let before = try #require(PointNoise(runs: Array(steps.prefix(8))))
        #expect(moved.relative < 2 * before.relative)
        #expect(PointNoise(runs: [run(2), run(2)]) == nil)
        #expect(noise.relative > 0.001 && noise.relative < 0.005)
        #expect(noise.degrees > 5)
        #expect(PointNoise.currentLevel(steps.indices.map { $0 < 15 ? 1 : 1.5 }).count == 15)
    }

    @Test func `two hosts are compared by what each measured in pairs`() {
        let slow = ComparatorTests.Case.steady.map { $0 * 3 }
        let evidence = comparator.evidence(
            base: .init(
                base: visits(ComparatorTests.Case.steady),
                candidate: visits(ComparatorTests.Case.steady)),
            candidate: .init(base: visits(slow), candidate: visits(slow.map { $0 * 1.1 })))
        #expect(abs((evidence.effect?.relative ?? 0) - 0.1) < 1e-9)
        #expect(
            comparator.judge(evidence, adjustedP: evidence.p)
                == Judgement(.regressed, .warn, "across_hosts"))
    }

    @Test(arguments: Method.Test.allCases)
    func `the test is the one that was asked for, and the same seed draws the same`(
        _ test: Method.Test
    ) {
        let base = visits(ComparatorTests.Case.steady)
        let candidate = visits(ComparatorTests.Case.steady.map { $0 * 1.002 })
        func evidence(_ seed: UInt64) -> Evidence {
            comparator.evidence(
                base: base, candidate: candidate,
                by: Method(.interleaved, test: test, seed: seed))
        }
        let names: [Method.Test: Evidence.TestName] = [
            .automatic: .wilcoxon, .mannWhitney: .mannWhitney, .t: .t, .permutation: .permutation,
        ]
        #expect(evidence(1).test == names[test])
        #expect(evidence(1) == evidence(1))
        #expect((evidence(1).p == evidence(2).p) == (test != .permutation))
    }

    // MARK: - Properties

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `the order of samples within visits and of visits does not matter`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        func samples(_ level: Double) -> [SampleBlock.Sample] {
            (0..<24).map {
                SampleBlock.Sample(
                    iteration: Int64($0), visit: Int64($0 / 3),
                    value: level + Double(generator.below(1000)) / 1e5)
            }
        }
        let (base, candidate) = (samples(1), samples(1.02))
        var shuffled = (base, candidate)
        for index in base.indices.dropFirst() {
            shuffled.0.swapAt(index, generator.below(index + 1))
            shuffled.1.swapAt(index, generator.below(index + 1))
        }
        #expect(
            comparator.evidence(base: base, candidate: candidate)
                == comparator.evidence(base: shuffled.0, candidate: shuffled.1))
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `a larger slowdown is never judged better`(seed: UInt64) {
        let base = noisy(1, spread: 0.004, count: 10, seed: seed)
        let candidate = noisy(1, spread: 0.004, count: 10, seed: seed &+ 1000)
        let rank: [Direction: Int] = [.improved: 0, .unchanged: 1, .unclear: 2, .regressed: 3]
        let found = [0.9, 0.95, 0.98, 1, 1.01, 1.02, 1.05, 1.1].map { factor in
            comparator.judge(base: base, candidate: candidate.map { $0 * factor }).direction
        }
        // From no change on upwards: unclear lies between unchanged and regressed.
        let upwards = found[3...].compactMap { rank[$0] }
        #expect(upwards == upwards.sorted())
        #expect(found.last == .regressed)
    }

    /// Source: statistics specification, section 3: asking more must not find more.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func `a row's corrected p never falls when rows without an effect join`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let own = (0..<5).map { _ in Double(generator.below(1000)) / 20_000 }
        let others = (0..<20).map { _ in 0.5 + Double(generator.below(500)) / 1000 }
        for choice in Family.Choice.allCases where choice != .automatic {
            let alone = Family(own, comparisons: 1, choice: choice).adjusted
            let together = Family(own + others, comparisons: 1, choice: choice).adjusted
            for (before, after) in zip(alone, together) {
                #expect((after ?? 0) >= (before ?? 0) - 1e-12)
            }
        }
    }
}
