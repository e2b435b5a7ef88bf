import FleetModel
import Statistics

/// Decides by a budget or by a threshold over history, as other systems do.
///
/// Source: statistics specification, sections 5 and 8.
struct RuleJudge {
    let better: Better
    let evidence: Evidence

    /// The limit of a budget that names none.
    static let usualBudget = 0.2

    /// The budget decides; what happened is said as usual, but for a limit that was passed.
    func judge(
        _ terms: BudgetTerms, _ policy: MetricPolicy, usual: Judgement, p: Double?
    ) -> Judgement {
        guard let base = evidence.base, let candidate = evidence.candidate,
            let budget = try? Budget(
                threshold: policy.threshold ?? Self.usualBudget, warnThreshold: policy.warn,
                direction: better == .higher ? .higher : .lower, noise: Self.noise(terms),
                significance: terms.requiresSignificance
                    ? try SignificanceRule(alpha: policy.q) : nil),
            let verdict = try? budget.judge(
                baseline: base.median, current: candidate.median, variation: evidence.variation,
                p: p)
        else { return Judgement(.unclear, .skip, "baseline_not_positive") }
        switch verdict.status {
        case .fail: return Judgement(.regressed, .fail, "budget_fail")
        case .warn: return Judgement(usual.direction, .warn, "budget_warn")
        case .skip: return Judgement(usual.direction, .skip, "budget_skip")
        case .pass:
            let direction = usual.direction == .regressed ? .unclear : usual.direction
            return direction == .unclear
                ? Judgement(.unclear, .pass, "inconclusive") : Judgement(direction, .pass)
        }
    }

    private typealias SignificanceRule = Budget.SignificanceRule

    private static func noise(_ terms: BudgetTerms) -> Budget.NoiseRule? {
        guard let threshold = terms.noiseThreshold,
            let policy = Budget.NoisePolicy(rawValue: terms.noisePolicy)
        else { return nil }
        return Budget.NoiseRule(threshold: threshold, policy: policy)
    }

    /// A point beyond the limit on the worse side fails; within both nothing is known to be
    /// unchanged, since a history's limits are no equivalence.
    func judge(_ terms: LimitTerms) -> Judgement {
        let names = usualSide(terms)
        guard let candidate = evidence.candidate, let test = Threshold.Test(rawValue: terms.test),
            let threshold = try? Threshold(
                test, lower: names.lower, upper: names.upper,
                minimumSamples: terms.minimumSamples, maximumSamples: terms.maximumSamples,
                isMirrored: terms.isMirrored),
            let result = try? threshold.judge(candidate.median, history: evidence.history)
        else { return Judgement(.unclear, .warn, "policy_invalid") }
        guard result.isEvaluated else { return Judgement(.unclear, .warn, "too_few_samples") }
        switch result.outcome {
        case nil: return Judgement(.unclear, .pass, "within_limits")
        case .upper?: return beyond(isWorse: better == .lower, "above_limit")
        case .lower?: return beyond(isWorse: better == .higher, "below_limit")
        }
    }

    private func beyond(isWorse: Bool, _ reason: String) -> Judgement {
        isWorse ? Judgement(.regressed, .fail, reason) : Judgement(.improved, .pass, reason)
    }

    /// Without boundaries: 0.99 on the worse side, for the tests that take probabilities (§5).
    private func usualSide(_ terms: LimitTerms) -> (lower: Double?, upper: Double?) {
        guard terms.lower == nil, terms.upper == nil,
            ["z_score", "t_test", "log_normal"].contains(terms.test)
        else { return (terms.lower, terms.upper) }
        return better == .higher ? (0.99, nil) : (nil, 0.99)
    }
}
