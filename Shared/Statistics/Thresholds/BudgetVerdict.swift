/// perfgate's verdict on a metric against its budget.
///
/// Source: statistics specification, section 8, rules 1 to 4. Fleetmark's own default decision
/// stands on tests and intervals and is made where both sides' samples are.
package struct BudgetVerdict: Hashable, Sendable {
    package enum Status: String, Sendable { case pass, warn, fail, skip }

    package let status: Status
    /// Current / baseline; 1 when the baseline is not positive.
    package let ratio: Double
    /// (current − baseline) / baseline; 0 when the baseline is not positive.
    package let change: Double
    /// The change where it is for the worse, else 0.
    package let regression: Double

    /// Overall: any fail, else any warn, else any pass, else skip.
    package static func overall(_ statuses: [Status]) -> Status {
        [.fail, .warn, .pass].first(where: statuses.contains) ?? .skip
    }
}

/// What a metric may cost; limits are fractions of the baseline.
///
/// Source: perfgate's budgets; statistics specification, section 8.
package struct Budget: Hashable, Sendable {
    package enum Direction: String, Sendable { case lower, higher }
    package enum NoisePolicy: String, Sendable { case warn, skip, ignore }

    package let threshold: Double
    package let warnThreshold: Double
    package let direction: Direction
    package let noise: NoiseRule?
    package let significance: SignificanceRule?

    /// What happens when the current run varies by more than it may.
    package struct NoiseRule: Hashable, Sendable {
        /// The coefficient of variation above which the policy applies.
        package let threshold: Double
        package let policy: NoisePolicy

        package init(threshold: Double, policy: NoisePolicy) {
            self.threshold = threshold
            self.policy = policy
        }
    }

    /// A warning or failure needs p ≤ alpha; an unknown p is none.
    package struct SignificanceRule: Hashable, Sendable {
        package let alpha: Double

        /// - Throws: `outOfRange` outside (0, 1).
        package init(alpha: Double = 0.05) throws(StatisticsFailure) {
            try Requirement.openUnit(alpha, named: "alpha")
            self.alpha = alpha
        }
    }

    /// Without `warnThreshold` it is `threshold` × `warnFactor`.
    /// - Throws: `outOfRange` for a limit that is negative or not finite.
    package init(
        threshold: Double = 0.2, warnThreshold: Double? = nil, warnFactor: Double = 0.9,
        direction: Direction = .lower, noise: NoiseRule? = nil,
        significance: SignificanceRule? = nil
    ) throws(StatisticsFailure) {
        let warn = warnThreshold ?? threshold * warnFactor
        for limit in [threshold, warn, warnFactor, noise?.threshold ?? 0] {
            guard limit >= 0, limit.isFinite else {
                throw .outOfRange("a budget's limits must be finite and not negative, not \(limit)")
            }
        }
        self.threshold = threshold
        self.warnThreshold = warn
        self.direction = direction
        self.noise = noise
        self.significance = significance
    }

    /// `variation` is the current run's SD / |mean|, `p` that of a test of the difference.
    /// - Throws: `nonFiniteInput`; `outOfRange` for a p outside [0, 1].
    package func judge(
        baseline: Double, current: Double, variation: Double? = nil, p: Double? = nil
    ) throws(StatisticsFailure) -> BudgetVerdict {
        guard baseline.isFinite else { throw .nonFiniteInput("baseline") }
        guard current.isFinite else { throw .nonFiniteInput("current") }
        if let variation, !variation.isFinite { throw .nonFiniteInput("cv") }
        if let p { try Requirement.unit(p, named: "p") }
        guard baseline > 0 else {
            return BudgetVerdict(status: .skip, ratio: 1, change: 0, regression: 0)
        }
        let change = (current - baseline) / baseline
        let regression = max(0, direction == .lower ? change : -change)
        var status = status(of: regression)
        if let noise, let variation, variation > noise.threshold {
            switch noise.policy {
            case .warn: status = .warn
            case .skip: status = .skip
            case .ignore: break
            }
        }
        if let significance, status == .warn || status == .fail {
            let isSignificant = p.map { $0 <= significance.alpha } ?? false
            if !isSignificant { status = .pass }
        }
        return BudgetVerdict(
            status: status, ratio: current / baseline, change: change, regression: regression)
    }

    private func status(of regression: Double) -> BudgetVerdict.Status {
        if regression > threshold { return .fail }
        return regression >= warnThreshold ? .warn : .pass
    }
}
