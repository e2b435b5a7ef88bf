import Analysis
import FleetModel
import Statistics
import Testing

@Suite struct ComparatorTests {
    struct Case: CustomStringConvertible {
        let name: String
        var policy = MetricPolicy()
        var better = Better.lower
        var provider = Provider.softwareEvent
        let base: [Double]
        let candidate: [Double]
        let expected: Judgement
        var description: String { name }

        static let steady = noisy(1, spread: 0.002, count: 8, seed: 1)

        static let all = [
            Case(
                name: "clearly slower", base: steady, candidate: steady.map { $0 * 1.08 },
                expected: Judgement(.regressed, .fail)),
            Case(
                name: "clearly faster", base: steady, candidate: steady.map { $0 * 0.92 },
                expected: Judgement(.improved, .pass)),
            Case(
                name: "less throughput", better: .higher, base: steady,
                candidate: steady.map { $0 * 0.92 }, expected: Judgement(.regressed, .fail)),
            Case(
                name: "more throughput", better: .higher, base: steady,
                candidate: steady.map { $0 * 1.08 }, expected: Judgement(.improved, .pass)),
            Case(
                name: "the same", base: steady,
                candidate: noisy(1, spread: 0.002, count: 8, seed: 2),
                expected: Judgement(.unchanged, .pass)),
            Case(
                name: "slower by less than counts", base: steady,
                candidate: steady.map { $0 * 1.01 }, expected: Judgement(.unchanged, .pass)),
            Case(
                name: "a third of the visits slower", base: steady,
                candidate: steady.enumerated().map { $0 % 3 == 0 ? $1 * 1.5 : $1 },
                expected: Judgement(.unclear, .warn, "not_confirmed")),
            Case(
                name: "slower, from three visits", base: Array(steady.prefix(3)),
                candidate: steady.prefix(3).map { $0 * 1.2 },
                expected: Judgement(.unclear, .warn, "too_few_samples")),
            Case(
                name: "slower in the middle, but not surely", policy: MetricPolicy(threshold: 0.02),
                base: noisy(1, spread: 0.3, count: 8, seed: 3),
                candidate: noisy(1.1, spread: 0.3, count: 8, seed: 4),
                expected: Judgement(.unclear, .warn, "not_confirmed")),
            Case(
                name: "nothing of the base", base: [], candidate: steady,
                expected: Judgement(.unclear, .skip, "missing_base")),
            Case(
                name: "nothing of the candidate", base: steady, candidate: [],
                expected: Judgement(.unclear, .skip, "missing_candidate")),
            Case(
                name: "no direction is good", better: .none, base: steady,
                candidate: steady.map { $0 * 2 },
                expected: Judgement(.unclear, .skip, "informational")),
            Case(
                name: "a base of less than nothing", base: steady.map { -$0 }, candidate: steady,
                expected: Judgement(.unclear, .skip, "baseline_not_positive")),
            Case(
                name: "an exact count, over the least effect", provider: .simulated, base: [1000],
                candidate: [1006], expected: Judgement(.regressed, .fail)),
            Case(
                name: "an exact count, under it", provider: .simulated, base: [1000],
                candidate: [1004], expected: Judgement(.unchanged, .pass)),
            Case(
                name: "an exact count, down", provider: .simulated, base: [1000], candidate: [990],
                expected: Judgement(.improved, .pass)),
            Case(
                name: "an exact count that is not the same twice", provider: .simulated,
                base: [1000, 1010], candidate: [1100, 1110],
                expected: Judgement(.unclear, .warn, "not_deterministic")),
        ]
    }

    @Test(arguments: Case.all) func `samples lead to one judgement`(_ given: Case) {
        let comparator = Comparator(
            policy: given.policy, better: given.better, provider: given.provider)
        #expect(
            comparator.judge(base: given.base, candidate: given.candidate) == given.expected)
    }

    private let comparator = Comparator(
        policy: MetricPolicy(), better: .lower, provider: .softwareEvent)

    @Test func `repetitions inside a visit are one piece of evidence`() {
        let oneVisit = (0..<100).map {
            SampleBlock.Sample(iteration: $0, visit: 0, value: 1.2 + Double($0) / 1e6)
        }
        let evidence = comparator.evidence(base: visits(Case.steady), candidate: oneVisit)
        #expect(evidence.candidate?.visits == 1)
        #expect(evidence.candidate?.samples == 100)
        #expect(comparator.judge(evidence, adjustedP: evidence.p).direction == .unclear)
    }

    @Test func `invalid samples do not count`() {
        let bad = SampleBlock.Sample(iteration: 9, visit: 9, value: 50, validity: .invalid)
        let with = comparator.evidence(
            base: visits(Case.steady), candidate: visits(Case.steady) + [bad])
        let without = comparator.evidence(
            base: visits(Case.steady), candidate: visits(Case.steady))
        #expect(with == without)
    }

    @Test func `a change that the family explains away is not a regression`() {
        let evidence = comparator.evidence(
            base: visits(Case.steady), candidate: visits(Case.steady.map { $0 * 1.08 }))
        let judgement = comparator.judge(evidence, adjustedP: 0.06)
        // Eight pairs cannot give a p that is eight times smaller.
        #expect(judgement == Judgement(.unclear, .warn, "too_few_samples"))
    }

    @Test(arguments: [(nil, 0.02), (0.001, 0.02), (0.05, 0.15)] as [(Double?, Double)])
    func `the automatic threshold grows with the noise`(noise: Double?, expected: Double) {
        #expect(abs(comparator.threshold(noise: noise) - expected) < 1e-12)
    }

    struct Floor: CustomStringConvertible {
        let name: String
        let policy: MetricPolicy
        var provider = Provider.softwareEvent
        let factor: Double
        let expected: Judgement
        let threshold: Double
        var description: String { name }

        static let all = [
            Floor(
                name: "a host whose noise hides a regression",
                policy: MetricPolicy(noiseFloor: 0.02), factor: 1.05,
                expected: Judgement(.unclear, .pass, "noise_floor", "inconclusive"),
                threshold: 0.06),
            Floor(
                name: "one whose noise hides an improvement",
                policy: MetricPolicy(noiseFloor: 0.02), factor: 0.95,
                expected: Judgement(.unclear, .pass, "noise_floor", "inconclusive"),
                threshold: 0.06),
            Floor(
                name: "a configured threshold that is below the floor",
                policy: MetricPolicy(threshold: 0.01, noiseFloor: 0.01), factor: 1.02,
                expected: Judgement(.unclear, .pass, "noise_floor", "inconclusive"),
                threshold: 0.03),
            Floor(
                name: "a regression beyond the floor", policy: MetricPolicy(noiseFloor: 0.02),
                factor: 1.10, expected: Judgement(.regressed, .fail), threshold: 0.06),
            Floor(
                name: "a floor below the threshold", policy: MetricPolicy(noiseFloor: 0.001),
                factor: 1.05, expected: Judgement(.regressed, .fail), threshold: 0.02),
            Floor(
                name: "an exact count, which no host disturbs",
                policy: MetricPolicy(noiseFloor: 0.02), provider: .simulated, factor: 1.02,
                expected: Judgement(.regressed, .fail), threshold: 0.005),
        ]
    }

    @Test(arguments: Floor.all) func `no threshold is below three times the host's noise`(
        _ given: Floor
    ) {
        let comparator = Comparator(
            policy: given.policy, better: .lower, provider: given.provider)
        let base = given.provider == .simulated ? [1000] : Case.steady
        let judgement = comparator.judge(base: base, candidate: base.map { $0 * given.factor })
        #expect(judgement == given.expected)
        #expect(abs(comparator.threshold(noise: nil) - given.threshold) < 1e-12)
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `a noisy host calls nothing steady that a quiet one does not`(seed: UInt64) {
        let base = noisy(1, spread: 0.03, count: 8, seed: seed)
        let candidate = noisy(1, spread: 0.03, count: 8, seed: seed &+ 100)
        let judged = [nil, 0.03].map { floor in
            Comparator(
                policy: MetricPolicy(threshold: 0.02, noiseFloor: floor), better: .lower,
                provider: .softwareEvent
            ).judge(base: base, candidate: candidate).direction
        }
        #expect(judged[1] != .unchanged || judged[0] == .unchanged)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `turning the sides round turns the word round`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let factor = 0.9 + Double(generator.below(200)) / 1000
        let base = noisy(3, spread: 0.004, count: 9, seed: seed)
        let candidate = noisy(3 * factor, spread: 0.004, count: 9, seed: seed &+ 1)
        let there = comparator.judge(base: base, candidate: candidate).direction
        let back = comparator.judge(base: candidate, candidate: base).direction
        let mirror: [Direction: Direction] = [.regressed: .improved, .improved: .regressed]
        // At the very edge a relative change there is not the one back.
        if abs(factor - 1) > 0.025 || abs(factor - 1) < 0.015 {
            #expect(back == mirror[there, default: there])
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `unit and order of the visits do not matter`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let scale = Double(1 + generator.below(1_000_000))
        let base = noisy(1, spread: 0.01, count: 10, seed: seed)
        let candidate = noisy(1.05, spread: 0.01, count: 10, seed: seed &+ 7)
        let plain = comparator.judge(base: base, candidate: candidate)
        // The pairs stay together.
        let order = Array(base.indices.reversed())
        let scaled = comparator.judge(
            base: order.map { base[$0] * scale }, candidate: order.map { candidate[$0] * scale })
        #expect(plain == scaled)
    }
}
