/// What the analysis of a series says: where its level changed, how noisy it is, where it is
/// heading. Places are indices of the analysed points, in the order of their commits.
package struct SeriesFindings: Hashable, Sendable {
    /// By place.
    package let boundaries: [SeriesBoundary]
    /// By first place; those of different epochs may overlap.
    package let levels: [SeriesLevel]
    /// Nil without a point.
    package let noise: SeriesNoise?
    /// Of the newest level; nil while it is too short to tell.
    package let trend: SeriesTrend?
    /// The side on which the newest point lies outside of what its level allows.
    package let suspect: SeriesSuspicion?

    package init(
        boundaries: [SeriesBoundary], levels: [SeriesLevel], noise: SeriesNoise?,
        trend: SeriesTrend?, suspect: SeriesSuspicion?
    ) {
        self.boundaries = boundaries
        self.levels = levels
        self.noise = noise
        self.trend = trend
        self.suspect = suspect
    }

    package static let nothing = SeriesFindings(
        boundaries: [], levels: [], noise: nil, trend: nil, suspect: nil)
}

/// A new point beyond the 0.999 prediction interval of its level: worth a look, no message.
package enum SeriesSuspicion: String, Hashable, Sendable { case lower, upper }

/// A place at which a new level begins.
package struct SeriesBoundary: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// The measured code changed.
        case change
        /// The host's platform changed, which says nothing of the code.
        case epochBreak = "epoch_break"
    }

    package let kind: Kind
    /// First point of the new level.
    package let place: Int
    /// Last point of the level before.
    package let before: Int
    /// Where the change may as well have happened, as first places of the new level.
    package let range: ClosedRange<Int>
    /// Of the new level's points; empty where no host said.
    package let epoch: String
    package let levelBefore: Double
    package let levelAfter: Double
    /// Nil where the level before is 0.
    package let shift: RelativeInterval?
    /// Corrected for having searched the place; nil for an epoch.
    package let p: Double?
    /// `unclear` for an epoch, and where neither way is better.
    package let direction: Direction

    package init(
        kind: Kind, place: Int, before: Int, range: ClosedRange<Int>, epoch: String,
        levelBefore: Double, levelAfter: Double, shift: RelativeInterval?, p: Double?,
        direction: Direction
    ) {
        self.kind = kind
        self.place = place
        self.before = before
        self.range = range
        self.epoch = epoch
        self.levelBefore = levelBefore
        self.levelAfter = levelAfter
        self.shift = shift
        self.p = p
        self.direction = direction
    }
}

/// A relative change with the interval it lies in, where one can be given.
package struct RelativeInterval: Hashable, Sendable {
    package let value: Double
    package let low: Double?
    package let high: Double?
    /// The confidence that the interval really has.
    package let level: Double?

    package init(value: Double, low: Double? = nil, high: Double? = nil, level: Double? = nil) {
        self.value = value
        self.low = low
        self.high = high
        self.level = level
    }
}

/// A stretch of points of one epoch between two changes.
package struct SeriesLevel: Hashable, Sendable {
    package let epoch: String
    package let first: Int
    package let last: Int
    package let count: Int
    /// Median of the points.
    package let median: Double

    package init(epoch: String, first: Int, last: Int, count: Int, median: Double) {
        self.epoch = epoch
        self.first = first
        self.last = last
        self.count = count
        self.median = median
    }
}

/// How much a series varies without anything having changed (statistics specification, §4).
package struct SeriesNoise: Hashable, Sendable {
    /// σ of a point, in the metric's unit.
    package let deviation: Double
    /// σ of a point as a share of the newest level; nil where that is 0.
    package let relative: Double?
    /// The smallest change that a comparison of five runs a side sees in four of five cases, as a
    /// share of the level.
    package let detectable: Double?
    /// Lag-1 autocorrelation of points within their levels.
    package let correlation: Double
    /// Runs that it was taken from.
    package let runs: Int
    package let flags: Set<SeriesFlag>

    package init(
        deviation: Double, relative: Double?, detectable: Double?, correlation: Double,
        runs: Int, flags: Set<SeriesFlag>
    ) {
        self.deviation = deviation
        self.relative = relative
        self.detectable = detectable
        self.correlation = correlation
        self.runs = runs
        self.flags = flags
    }
}

/// What is odd about a series.
package enum SeriesFlag: String, Hashable, Sendable, CaseIterable {
    case bimodal, drift, quantised, provisional
}

/// Where the newest level is heading (statistics specification, §10).
package struct SeriesTrend: Hashable, Sendable {
    package enum Drift: String, Hashable, Sendable, CaseIterable {
        case stable, improving, degrading, critical
    }

    /// Runs that it was taken from.
    package let runs: Int
    /// Of the least-squares line, per run, in the metric's unit.
    package let slope: Double
    /// Median of the slopes between all pairs of runs.
    package let theilSen: Double
    /// Of the Mann–Kendall test, for correlated neighbours.
    package let p: Double
    package let drift: Drift
    /// Change of the level in 30 days at the Theil–Sen slope, as a share of it; nil where the runs'
    /// commits span less than a day.
    package let perMonth: Double?
    /// Runs until the line has moved as far as the policy's threshold allows; nil when it moves
    /// away from it or is stable.
    package let runsToBreach: Int?

    package init(
        runs: Int, slope: Double, theilSen: Double, p: Double, drift: Drift, perMonth: Double?,
        runsToBreach: Int?
    ) {
        self.runs = runs
        self.slope = slope
        self.theilSen = theilSen
        self.p = p
        self.drift = drift
        self.perMonth = perMonth
        self.runsToBreach = runsToBreach
    }
}
