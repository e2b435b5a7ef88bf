// Analysis: samples become directions and decisions.
// Enters: the samples of two sides, a policy, the size of the question. Leaves: rows that say what
// happened and what follows, the same for the same input. Nothing here reads a clock or a store.

package import FleetModel
import Statistics

/// Compares one metric of one benchmark between a base and a candidate.
///
/// A point of evidence is a visit, a fresh start of the process: repetitions inside one process
/// are not independent, so each visit counts with the median of its valid samples.
package struct Comparator: Sendable {
    let policy: MetricPolicy
    let better: Better
    let provider: Provider

    package init(policy: MetricPolicy, better: Better, provider: Provider) {
        self.policy = policy
        self.better = better
        self.provider = provider
    }

    /// What the samples say, before the whole family of comparisons is looked at.
    ///
    /// Source: statistics specification, §2; Hodges and Lehmann 1963, Mann and Whitney 1947.
    package func evidence(base: [SampleBlock.Sample], candidate: [SampleBlock.Sample]) -> Evidence {
        let baseSide = SampleSide(base)
        let candidateSide = SampleSide(candidate)
        guard let first = baseSide.statistic, let second = candidateSide.statistic,
            let samples = try? TwoSample(
                baseline: baseSide.visits, candidate: candidateSide.visits)
        else { return Evidence(base: baseSide.statistic, candidate: candidateSide.statistic) }
        let ranks = RankComparison(samples)
        let shift = ranks.hodgesLehmann()
        let relative = RelativeShift(shift, baselineMedian: first.median)
        var effect: Effect?
        if let relative {
            effect = Effect(
                shift: shift.value, relative: relative.value,
                low: relative.interval.lower, high: relative.interval.upper,
                level: relative.confidence)
        }
        return Evidence(
            base: first, candidate: second, effect: effect,
            p: try? ranks.mannWhitney().p, smallestP: samples.smallestPossibleP,
            cliffsDelta: ranks.cliffsDelta, noise: noise(baseSide, candidateSide),
            detectable: detectable(baseSide, candidateSide))
    }

    /// The larger robust relative spread of the two sides' visits.
    private func noise(_ base: SampleSide, _ candidate: SampleSide) -> Double? {
        [base, candidate].compactMap(\.relativeSpread).max()
    }

    private func detectable(_ base: SampleSide, _ candidate: SampleSide) -> Double? {
        let count = min(base.visits.count, candidate.visits.count)
        guard let noise = noise(base, candidate), count >= 2 else { return nil }
        return try? Power.minimalDetectableEffect(deviation: noise, perGroup: count)
    }

    /// Direction and decision of the evidence, given its p-value within the family.
    ///
    /// Source: statistics specification, §8, default decision; DESIGN 3.11 for deterministic
    /// providers.
    package func judge(_ evidence: Evidence, adjustedP: Double?) -> Judgement {
        guard better != .none else { return Judgement(.unclear, .skip, "informational") }
        guard let base = evidence.base, let effect = evidence.effect else {
            let reason = evidence.base == nil ? "missing_base" : "missing_candidate"
            return Judgement(.unclear, .skip, reason)
        }
        guard base.median > 0 else {
            return Judgement(.unclear, .skip, "baseline_not_positive")
        }
        let worse = better == .lower ? effect : effect.mirrored
        if provider == .simulated { return judgeExact(worse, noise: evidence.noise ?? 0) }
        let judgement = judgeNoisy(worse, evidence, adjustedP)
        let elsewhere = withoutFloor.judgeNoisy(worse, evidence, adjustedP)
        guard judgement != elsewhere else { return judgement }
        return judgement.because("noise_floor")
    }

    private var withoutFloor: Comparator {
        Comparator(policy: policy.withoutFloor, better: better, provider: provider)
    }

    /// An exact count needs no test: the effect alone decides. One that varies by as much as is
    /// looked for is none.
    private func judgeExact(_ worse: Effect, noise: Double) -> Judgement {
        let threshold = policy.threshold ?? policy.minimumExactEffect
        guard 3 * noise <= threshold else {
            return Judgement(.unclear, .warn, "not_deterministic")
        }
        if worse.relative > threshold { return Judgement(.regressed, .fail) }
        if worse.relative < -threshold { return Judgement(.improved, .pass) }
        return Judgement(.unchanged, .pass)
    }

    private func judgeNoisy(
        _ worse: Effect, _ evidence: Evidence, _ adjustedP: Double?
    ) -> Judgement {
        let threshold = threshold(noise: evidence.noise)
        let warn = policy.warn ?? threshold * policy.warnFactor
        // A noisy host makes nothing steady that is not.
        let near = policy.warn ?? ownThreshold(noise: evidence.noise) * policy.warnFactor
        let isSignificant = adjustedP.map { $0 <= policy.q } ?? false
        if let low = worse.low, let high = worse.high {
            if worse.relative > threshold, isSignificant, low > warn {
                return Judgement(.regressed, .fail)
            }
            if worse.relative < -threshold, isSignificant, high < -warn {
                return Judgement(.improved, .pass)
            }
            // However noisy: within more than a few percent nothing is known to be unchanged.
            let steady = min(near, policy.steadyLimit)
            if low > -steady, high < steady { return Judgement(.unchanged, .pass) }
        }
        if worse.relative > threshold {
            let isTooFew = evidence.smallestP.map { $0 > policy.q } ?? true
            return Judgement(.unclear, .warn, isTooFew ? "too_few_samples" : "not_confirmed")
        }
        return Judgement(.unclear, .pass, "inconclusive")
    }

    /// The relative change from which a regression counts; `auto` is at least 2 % and three times
    /// the noise, for an exact count a fixed effect. Whatever is asked for, it is never below
    /// three times the host's own noise.
    package func threshold(noise: Double?) -> Double {
        if provider == .simulated { return policy.threshold ?? policy.minimumExactEffect }
        return max(ownThreshold(noise: noise), policy.leastThreshold)
    }

    private func ownThreshold(noise: Double?) -> Double {
        policy.threshold ?? max(0.02, 3 * (noise ?? 0))
    }
}
