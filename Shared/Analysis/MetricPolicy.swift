/// What counts as worse for one metric.
package struct MetricPolicy: Hashable, Sendable {
    /// Relative change; nil means `auto`.
    package let threshold: Double?
    /// Nil means `warnFactor` × threshold.
    package let warn: Double?
    package let warnFactor: Double
    /// Share of false rows that is borne among the changed ones.
    package let q: Double
    /// Relative change from which an exact count is a change.
    package let minimumExactEffect: Double
    /// The relative spread of the host's own canaries; nil where it is unknown, or where the
    /// metric is nothing that a clock moves.
    package let noiseFloor: Double?
    /// The widest interval around nothing that is still called unchanged. A threshold of `auto`
    /// grows with the noise; this does not.
    package var steadyLimit: Double { max(0.05, threshold ?? 0) }

    package init(
        threshold: Double? = nil, warn: Double? = nil, warnFactor: Double = 0.9, q: Double = 0.05,
        minimumExactEffect: Double = 0.005, noiseFloor: Double? = nil
    ) {
        self.threshold = threshold
        self.warn = warn
        self.warnFactor = warnFactor
        self.q = q
        self.minimumExactEffect = minimumExactEffect
        self.noiseFloor = noiseFloor
    }

    /// Below this a change cannot be told from the host (isolation and counters, §6.3).
    var leastThreshold: Double { 3 * (noiseFloor ?? 0) }

    /// The same, as if the host made no noise.
    var withoutFloor: MetricPolicy {
        MetricPolicy(
            threshold: threshold, warn: warn, warnFactor: warnFactor, q: q,
            minimumExactEffect: minimumExactEffect)
    }
}
