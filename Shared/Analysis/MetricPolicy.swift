/// What counts as worse for one metric.
package struct MetricPolicy: Hashable, Sendable {
    /// Relative change; nil means `auto`.
    package var threshold: Double?
    /// Nil means `warnFactor` × threshold.
    package var warn: Double?
    package var warnFactor = 0.9
    /// Share of false rows that is borne among the changed ones.
    package var q = 0.05
    /// Relative change from which an exact count is a change.
    package var minimumExactEffect = 0.005
    /// The relative spread of the host's own canaries; nil where it is unknown, or where the
    /// metric is nothing that a clock moves.
    package var noiseFloor: Double?
    package var rule = JudgingRule.standard

    package init(
        threshold: Double? = nil, warn: Double? = nil, q: Double = 0.05,
        noiseFloor: Double? = nil, rule: JudgingRule = .standard
    ) {
        self.threshold = threshold
        self.warn = warn
        self.q = q
        self.noiseFloor = noiseFloor
        self.rule = rule
    }

    /// The widest interval around nothing that is still called unchanged. A threshold of `auto`
    /// grows with the noise; this does not.
    package var steadyLimit: Double { max(0.05, threshold ?? 0) }

    /// Below this a change cannot be told from the host (isolation and counters, §6.3).
    var leastThreshold: Double { 3 * (noiseFloor ?? 0) }

    /// The same, as if the host made no noise.
    var withoutFloor: MetricPolicy {
        var policy = self
        policy.noiseFloor = nil
        return policy
    }
}

/// By what a decision is made.
package enum JudgingRule: Hashable, Sendable {
    /// Threshold, significance and interval together.
    case standard
    /// A limit alone, as perfgate has it.
    case budget(BudgetTerms)
    /// A new point against those before it, as Bencher has it.
    case limit(LimitTerms)

    /// The points that a candidate is held against are needed.
    package var needsHistory: Bool {
        if case .limit = self { true } else { false }
    }
}

/// A budget's terms beside its threshold.
package struct BudgetTerms: Hashable, Sendable {
    package let noiseThreshold: Double?
    /// `ignore`, `warn` or `skip`.
    package let noisePolicy: String
    package let requiresSignificance: Bool

    package init(noiseThreshold: Double?, noisePolicy: String, requiresSignificance: Bool) {
        self.noiseThreshold = noiseThreshold
        self.noisePolicy = noisePolicy
        self.requiresSignificance = requiresSignificance
    }
}

/// A threshold test over history; its word and its boundaries are the statistics specification's
/// (section 5).
package struct LimitTerms: Hashable, Sendable {
    /// `static`, `percentage`, `z_score`, `t_test`, `log_normal`, `iqr` or `delta_iqr`.
    package let test: String
    package let lower: Double?
    package let upper: Double?
    package let minimumSamples: Int
    package let maximumSamples: Int
    package let isMirrored: Bool

    package init(
        test: String, lower: Double?, upper: Double?, minimumSamples: Int, maximumSamples: Int,
        isMirrored: Bool
    ) {
        self.test = test
        self.lower = lower
        self.upper = upper
        self.minimumSamples = minimumSamples
        self.maximumSamples = maximumSamples
        self.isMirrored = isMirrored
    }
}
