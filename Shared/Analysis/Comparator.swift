// Analysis: samples become directions and decisions.
// Enters: the samples of two sides, a policy, the size of the question. Leaves: rows that say what
// happened and what follows, the same for the same input. Nothing here reads a clock or a store.

package import FleetModel

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
    package func evidence(
        base: [SampleBlock.Sample], candidate: [SampleBlock.Sample],
        by method: Method = Method(.interleaved)
    ) -> Evidence {
        var evidence = EvidenceMaker(
            base: SampleSide(base), candidate: SampleSide(candidate), method: method
        ).make()
        if provider == .simulated { forgetTest(&evidence) }
        return evidence
    }

    /// The same against the points before the candidate, oldest first.
    package func evidence(
        history: [Double], candidate: [SampleBlock.Sample], level: Double = 0.95
    ) -> Evidence {
        var evidence = EvidenceMaker.make(
            history: history, candidate: SampleSide(candidate), level: level)
        if provider == .simulated { forgetTest(&evidence) }
        return evidence
    }

    /// The change on one host over that on another, each from pairs of one attempt.
    package func evidence(
        base: PairedSamples, candidate: PairedSamples, level: Double = 0.95
    ) -> Evidence {
        EvidenceMaker.make(base: base.sides, candidate: candidate.sides, level: level)
    }

    /// Interleaved samples of one attempt.
    package struct PairedSamples: Sendable {
        let sides: (base: SampleSide, candidate: SampleSide)

        package init(base: [SampleBlock.Sample], candidate: [SampleBlock.Sample]) {
            sides = (SampleSide(base), SampleSide(candidate))
        }
    }

    /// An exact count is what it is, whoever counted it and when.
    private func forgetTest(_ evidence: inout Evidence) {
        evidence.test = .exact
        evidence.isPaired = false
        evidence.p = nil
        evidence.caveat = nil
    }

    /// Direction and decision of the evidence, given its p-value within the family.
    ///
    /// Source: statistics specification, §8, default decision; DESIGN 3.11 for deterministic
    /// providers.
    package func judge(_ evidence: Evidence, adjustedP: Double?) -> Judgement {
        guard better != .none else { return Judgement(.unclear, .skip, "informational") }
        guard let base = evidence.base, evidence.candidate != nil else {
            let reason = evidence.base == nil ? "missing_base" : "missing_candidate"
            return Judgement(.unclear, .skip, reason)
        }
        guard base.median > 0 else {
            return Judgement(.unclear, .skip, "baseline_not_positive")
        }
        guard let effect = evidence.effect else {
            return Judgement(.unclear, .skip, evidence.caveat ?? "too_few_samples")
        }
        let worse = better == .lower ? effect : effect.mirrored
        if provider == .simulated { return judgeExact(worse, noise: evidence.noise ?? 0) }
        return held(judgeRule(worse, evidence, adjustedP), evidence)
    }

    private func judgeRule(
        _ worse: Effect, _ evidence: Evidence, _ adjustedP: Double?
    ) -> Judgement {
        switch policy.rule {
        case .standard: judgeStandard(worse, evidence, adjustedP)
        case .budget(let terms):
            RuleJudge(better: better, evidence: evidence).judge(
                terms, policy, usual: judgeStandard(worse, evidence, adjustedP),
                p: adjustedP)
        case .limit(let terms):
            RuleJudge(better: better, evidence: evidence).judge(terms)
        }
    }

    private func judgeStandard(
        _ worse: Effect, _ evidence: Evidence, _ adjustedP: Double?
    ) -> Judgement {
        let judgement = judgeNoisy(worse, evidence, adjustedP)
        let elsewhere = withoutFloor.judgeNoisy(worse, evidence, adjustedP)
        return judgement == elsewhere ? judgement : judgement.because("noise_floor")
    }

    /// Where the evidence has a caveat nothing fails a gate, and nothing is known to be unchanged:
    /// the interval is too narrow by what the two attempts differ (§4).
    private func held(_ judgement: Judgement, _ evidence: Evidence) -> Judgement {
        guard let caveat = evidence.caveat else { return judgement }
        if judgement.decision == .fail { return Judgement(judgement.direction, .warn, caveat) }
        switch judgement.direction {
        case .unchanged: return Judgement(.unclear, judgement.decision, caveat)
        case .improved: return judgement.because(caveat)
        case .regressed, .unclear: return judgement
        }
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
        let threshold = threshold(noise: evidence.comparedNoise)
        // A test that cannot reach its level says neither that something changed nor that
        // nothing did (§2).
        guard evidence.smallestP.map({ $0 <= policy.q }) ?? true else {
            let decision: Decision = worse.relative > threshold ? .warn : .pass
            return Judgement(.unclear, decision, "too_few_samples")
        }
        let warn = policy.warn ?? threshold * policy.warnFactor
        // A noisy host makes nothing steady that is not.
        let near = policy.warn ?? ownThreshold(noise: evidence.comparedNoise) * policy.warnFactor
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
        guard worse.relative > threshold else {
            return Judgement(.unclear, .pass, "inconclusive")
        }
        let isTooFew = !isReachable(evidence, adjustedP)
        return Judgement(.unclear, .warn, isTooFew ? "too_few_samples" : "not_confirmed")
    }

    /// Whether so many visits could have reached the level at all within this family: among many
    /// rows the smallest p that a few pairs can give is corrected away.
    private func isReachable(_ evidence: Evidence, _ adjustedP: Double?) -> Bool {
        guard let smallest = evidence.smallestP, let p = evidence.p, let adjustedP, p > 0
        else { return true }
        return smallest * max(1, adjustedP / p) <= policy.q
    }

    /// The relative change from which a regression counts; `auto` is at least 2 % and three times
    /// the noise of what is compared, for an exact count a fixed effect. Whatever is asked for, it
    /// is never below three times the host's own noise.
    package func threshold(noise: Double?) -> Double {
        if provider == .simulated { return policy.threshold ?? policy.minimumExactEffect }
        if case .budget = policy.rule { return policy.threshold ?? RuleJudge.usualBudget }
        return max(ownThreshold(noise: noise), policy.leastThreshold)
    }

    private func ownThreshold(noise: Double?) -> Double {
        policy.threshold ?? max(0.02, 3 * (noise ?? 0))
    }
}
