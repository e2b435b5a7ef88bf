/// What two sides' samples say about their difference.
package struct Evidence: Hashable, Sendable {
    package let base: SideStatistic?
    package let candidate: SideStatistic?
    /// Nil when a side has no valid sample, or the base's median is 0.
    package let effect: Effect?
    /// Two-sided, of the Mann–Whitney test.
    package let p: Double?
    /// The smallest p that so many visits can give.
    package let smallestP: Double?
    package let cliffsDelta: Double?
    /// Robust relative spread of the visits, the larger of both sides.
    package let noise: Double?
    /// Relative change that would have been seen four times out of five.
    package let detectable: Double?

    package init(
        base: SideStatistic?, candidate: SideStatistic?, effect: Effect? = nil, p: Double? = nil,
        smallestP: Double? = nil, cliffsDelta: Double? = nil, noise: Double? = nil,
        detectable: Double? = nil
    ) {
        self.base = base
        self.candidate = candidate
        self.effect = effect
        self.p = p
        self.smallestP = smallestP
        self.cliffsDelta = cliffsDelta
        self.noise = noise
        self.detectable = detectable
    }
}

/// The Hodges–Lehmann shift of the candidate against the base, with its interval.
package struct Effect: Hashable, Sendable {
    /// In the metric's unit.
    package let shift: Double
    /// Relative to the base's median.
    package let relative: Double
    package let low: Double?
    package let high: Double?
    /// The confidence that the interval really has.
    package let level: Double

    package init(shift: Double, relative: Double, low: Double?, high: Double?, level: Double) {
        self.shift = shift
        self.relative = relative
        self.low = low
        self.high = high
        self.level = level
    }

    /// The same effect of a metric whose larger values are better, as a loss.
    var mirrored: Effect {
        Effect(
            shift: -shift, relative: -relative, low: high.map { -$0 }, high: low.map { -$0 },
            level: level)
    }
}
