import FleetModel
import Glibc
import Statistics

/// Turns two sides' visits into evidence, by the method that fits how they came about.
///
/// Source: statistics specification, sections 2 and 4.
struct EvidenceMaker {
    let base: SampleSide
    let candidate: SampleSide
    let method: Method

    private var level: ConfidenceLevel { (try? ConfidenceLevel(method.level)) ?? .standard }

    func make() -> Evidence {
        var evidence = Evidence(base: base.statistic, candidate: candidate.statistic)
        guard let first = evidence.base, let second = evidence.candidate,
            let samples = try? TwoSample(baseline: base.visits, candidate: candidate.visits)
        else { return evidence }
        let ranks = RankComparison(samples)
        evidence.cliffsDelta = ranks.cliffsDelta
        evidence.noise = [base, candidate].compactMap(\.relativeSpread).max()
        evidence.comparedNoise = evidence.noise
        evidence.variation = candidate.variation
        switch method.design {
        case .interleaved:
            let pairs = base.pairs(with: candidate)
            if let paired = try? Paired(baseline: pairs.first, candidate: pairs.second) {
                fill(&evidence, paired, ranks, samples)
            } else {
                fill(&evidence, samples, ranks)
            }
        case .separate(let noise?):
            fill(&evidence, noise, first.median, second.median)
        case .separate(nil):
            fill(&evidence, samples, ranks)
            evidence.caveat = "no_noise_model"
        }
        return evidence
    }

    /// The interval is that of the pairs' shift, whatever test was asked for.
    private func fill(
        _ evidence: inout Evidence, _ paired: Paired, _ ranks: RankComparison,
        _ samples: TwoSample
    ) {
        let count = paired.count
        evidence.effect = paired.relativeShift(level: level).map { relative in
            Effect(relative, shift: paired.shift(level: level).value)
        }
        evidence.smallestP = VisitPlanner.smallestP(pairs: count)
        switch method.test {
        case .automatic:
            evidence.test = .wilcoxon
            evidence.isPaired = true
            evidence.p = paired.signedRank().p
        case .t:
            evidence.test = .t
            evidence.isPaired = true
            evidence.p = paired.tTest(level: level)?.p
        case .mannWhitney, .permutation:
            evidence.p = unpaired(samples, ranks, &evidence)
        }
        guard let median = evidence.base?.median, median != 0, count >= 2,
            let error = Self.error(paired)
        else { return }
        evidence.comparedNoise = Self.ofOneSide(error / abs(median))
        evidence.detectable = try? Power.minimalDetectableEffect(
            error: error / abs(median), degrees: Double(count - 1))
    }

    /// Of the mean of the differences, by their robust spread where there is one, so that a single
    /// far pair does not hide what the others show.
    private static func error(_ paired: Paired) -> Double? {
        let spread =
            paired.robustDeviation > 0
            ? paired.robustDeviation : paired.moments.standardDeviation
        return spread.map { $0 / Double(paired.count).squareRoot() }
    }

    /// A difference varies by what both of its sides do.
    private static func ofOneSide(_ deviation: Double) -> Double {
        deviation / 2.0.squareRoot()
    }

    private func fill(_ evidence: inout Evidence, _ samples: TwoSample, _ ranks: RankComparison) {
        let shift = ranks.hodgesLehmann(level: level)
        let median = evidence.base?.median ?? 0
        evidence.effect = RelativeShift(shift, baselineMedian: median).map {
            Effect($0, shift: shift.value)
        }
        evidence.smallestP = samples.smallestPossibleP
        evidence.p = unpaired(samples, ranks, &evidence)
        let count = min(base.visits.count, candidate.visits.count)
        guard let noise = evidence.noise, count >= 2 else { return }
        evidence.detectable = try? Power.minimalDetectableEffect(
            deviation: noise, perGroup: count)
    }

    private func unpaired(
        _ samples: TwoSample, _ ranks: RankComparison, _ evidence: inout Evidence
    ) -> Double? {
        switch method.test {
        case .automatic, .mannWhitney:
            evidence.test = .mannWhitney
            return try? ranks.mannWhitney().p
        case .t:
            evidence.test = .t
            return samples.welch(level: level)?.p
        case .permutation:
            evidence.test = .permutation
            return try? samples.monteCarloPermutation(resamples: 9_999, seed: method.seed).p
        }
    }

    private func fill(
        _ evidence: inout Evidence, _ noise: PointNoise, _ first: Double, _ second: Double
    ) {
        evidence.test = .noiseModel
        evidence.seriesNoise = noise
        evidence.noise = noise.relative
        evidence.comparedNoise = noise.relative
        guard first != 0,
            let difference = try? PointDifference(
                baseline: first, candidate: second, relativeDeviation: noise.relative,
                degrees: noise.degrees, level: level)
        else { return }
        evidence.effect = Effect(difference.test, over: first, level: method.level)
        evidence.p = difference.test.p
        evidence.detectable = try? Power.minimalDetectableEffect(
            error: difference.standardError / abs(first), degrees: noise.degrees)
    }
}

extension EvidenceMaker {
    /// A candidate against the points before it, oldest first.
    static func make(
        history: [Double], candidate: SampleSide, level: Double
    ) -> Evidence {
        let points = SampleSide(
            history.enumerated().map { .init(iteration: 0, visit: Int64($0), value: $1) })
        var evidence = Evidence(base: points.statistic, candidate: candidate.statistic)
        evidence.test = .prediction
        evidence.history = history
        evidence.noise = points.relativeSpread
        evidence.comparedNoise = evidence.noise
        evidence.variation = candidate.variation
        let level = (try? ConfidenceLevel(level)) ?? .standard
        guard let first = evidence.base, let second = evidence.candidate, first.median != 0
        else { return evidence }
        guard
            let found = try? PointDifference(
                history: history, candidate: second.median, level: level)
        else {
            let shift = second.median - first.median
            evidence.effect = Effect(
                shift: shift, relative: shift / first.median, low: nil, high: nil,
                level: level.value)
            evidence.smallestP = 1
            return evidence
        }
        evidence.effect = Effect(found.test, over: first.median, level: level.value)
        evidence.p = found.test.p
        evidence.detectable = try? Power.minimalDetectableEffect(
            error: found.standardError / abs(first.median), degrees: found.test.degrees)
        return evidence
    }

    /// The change on one host over that on another one, each from pairs made there: values of two
    /// hosts are never compared themselves (statistics specification, section 7).
    static func make(
        base: (base: SampleSide, candidate: SampleSide),
        candidate: (base: SampleSide, candidate: SampleSide), level: Double
    ) -> Evidence {
        var evidence = Evidence(
            base: base.candidate.statistic, candidate: candidate.candidate.statistic)
        evidence.caveat = "across_hosts"
        guard let first = ratios(base), let second = ratios(candidate),
            let median = evidence.base?.median,
            let samples = try? TwoSample(baseline: first, candidate: second)
        else {
            evidence.smallestP = 1
            return evidence
        }
        let ranks = RankComparison(samples)
        let shift = ranks.hodgesLehmann(level: (try? ConfidenceLevel(level)) ?? .standard)
        let relative = expm1(shift.value)
        evidence.effect = Effect(
            shift: relative * median, relative: relative, low: expm1(shift.interval.lower),
            high: expm1(shift.interval.upper), level: shift.confidence)
        evidence.p = try? ranks.mannWhitney().p
        evidence.smallestP = samples.smallestPossibleP
        evidence.cliffsDelta = ranks.cliffsDelta
        evidence.noise = [base.candidate, candidate.candidate].compactMap(\.relativeSpread).max()
        evidence.comparedNoise = [first, second].compactMap(comparedNoise).max()
        return evidence
    }

    /// What the spread of the ratios leaves to one side's median.
    private static func comparedNoise(_ ratios: [Double]) -> Double? {
        let zeros = [Double](repeating: 0, count: ratios.count)
        return (try? Paired(baseline: zeros, candidate: ratios)).flatMap(error).map(ofOneSide)
    }

    /// Logarithms of candidate over base, pair by pair; nil where one is not positive.
    private static func ratios(
        _ sides: (base: SampleSide, candidate: SampleSide)
    ) -> [Double]? {
        let pairs = sides.base.pairs(with: sides.candidate)
        guard !pairs.first.isEmpty, (pairs.first + pairs.second).allSatisfy({ $0 > 0 })
        else { return nil }
        return zip(pairs.first, pairs.second).map { log($1 / $0) }
    }
}

extension Effect {
    fileprivate init(_ relative: RelativeShift, shift: Double) {
        self.init(
            shift: shift, relative: relative.value, low: relative.interval.lower,
            high: relative.interval.upper, level: relative.confidence)
    }

    /// A difference as a share of a level.
    fileprivate init(_ test: TTest, over median: Double, level: Double) {
        let difference = (test.interval.lower + test.interval.upper) / 2
        let ends = [test.interval.lower / median, test.interval.upper / median]
        self.init(
            shift: difference, relative: difference / median, low: ends.min(), high: ends.max(),
            level: level)
    }
}
