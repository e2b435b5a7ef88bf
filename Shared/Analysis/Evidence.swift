/// What two sides' samples say about their difference.
package struct Evidence: Hashable, Sendable {
    package let base: SideStatistic?
    package let candidate: SideStatistic?
    /// Nil when a side has no valid sample, or the base's median is 0.
    package var effect: Effect?
    /// Two-sided.
    package var p: Double?
    /// What gave the p-value.
    package var test = TestName.mannWhitney
    /// Whether the test looks at pairs of visits.
    package var isPaired = false
    /// The smallest p that so many visits can give.
    package var smallestP: Double?
    package var cliffsDelta: Double?
    /// Relative σ: of the series' points, or the robust spread of the visits, the larger of both
    /// sides.
    package var noise: Double?
    /// Relative σ of what is compared, which the automatic threshold grows with. Of pairs it is
    /// what their differences leave to one side's median: what drifts is not in it, and more
    /// pairs make it smaller. Elsewhere it is `noise`.
    package var comparedNoise: Double?
    /// The candidate's visits' standard deviation over their mean.
    package var variation: Double?
    /// Relative change that would have been seen four times out of five.
    package var detectable: Double?
    /// What a decision between two attempts rests on.
    package var seriesNoise: PointNoise?
    /// Why nothing can be decided, however clear it looks; a slug.
    package var caveat: String?
    /// The points that the candidate is held against, oldest first; empty where the base's own
    /// samples are at hand.
    package var history: [Double] = []

    package init(base: SideStatistic?, candidate: SideStatistic?) {
        self.base = base
        self.candidate = candidate
    }

    package enum TestName: String, Sendable {
        case wilcoxon
        case mannWhitney = "mann_whitney"
        /// Student's, of pairs or of the visits.
        case t
        case permutation
        /// The difference of two points against the noise of their series.
        case noiseModel = "noise_model"
        /// A point against those before it.
        case prediction
        /// An exact count is not tested.
        case exact
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
