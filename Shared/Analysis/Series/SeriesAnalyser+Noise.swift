import FleetModel
import Statistics

// How the newest level varies, and where it is heading.
extension SeriesAnalyser {
    /// Of the newest points of the epoch; levels before the newest count while they vary alike.
    func noise(of stretch: EpochLevels, _ points: [Point]) throws -> SeriesNoise {
        let start = max(0, stretch.places.count - Self.noiseWindow)
        let runs = stretch.places[start...].map { place in
            points[place].visits.isEmpty ? [points[place].value] : points[place].visits
        }
        let model = try NoiseModel(
            runs: runs,
            levels: stretch.changes.map { $0.index - start }.filter { $0 > 0 })
        var flags: Set<SeriesFlag> = []
        if model.isProvisional { flags.insert(.provisional) }
        if model.shape.isBimodal { flags.insert(.bimodal) }
        if model.shape.isDrifting { flags.insert(.drift) }
        if model.shape.isQuantised { flags.insert(.quantised) }
        let detectable = try model.relative.map {
            try Power.minimalDetectableEffect(deviation: $0, perGroup: Self.comparedRuns)
        }
        return SeriesNoise(
            deviation: model.deviation, relative: model.relative,
            detectable: model.isProvisional ? nil : detectable, correlation: model.correlation,
            runs: model.count, flags: flags)
    }

    /// Runs that a trend looks back on: every pair of them is compared.
    static let trendWindow = 500
    private static let month = 30.0 * 86_400_000_000

    /// Of the newest level. A slow drift is found as a flight of small steps; where a straight
    /// line tells the newest points better than those, it is a drift of all of them.
    func trend(
        of stretch: EpochLevels, _ points: [Point], noise: SeriesNoise?
    ) throws -> SeriesTrend? {
        let segment =
            try stretch.drift(within: Self.trendWindow)
            ?? stretch.newest.suffix(Self.trendWindow)
        guard segment.count >= MannKendall.fewest else { return nil }
        let values = Array(stretch.values[segment])
        let trend = try Trend(of: values)
        let test = try MannKendall(values)
        let isDrifting = test.p <= MannKendall.alpha
        let level = try Quantile.median(of: values)
        let times = segment.map { points[stretch.places[$0]].committedAt.microseconds }
        let months = Double((times.max() ?? 0) - (times.min() ?? 0)) / Self.month
        var perMonth: Double?
        if months >= 1 / 30.0, level != 0 {
            perMonth = trend.theilSen * Double(values.count - 1) / months / abs(level)
        }
        let breach = isDrifting ? runsToBreach(trend, noise) : nil
        return SeriesTrend(
            runs: values.count, slope: trend.slope, theilSen: trend.theilSen, p: test.p,
            drift: drift(trend, isDrifting: isDrifting, breach: breach), perMonth: perMonth,
            runsToBreach: breach)
    }

    /// Until the line has left its beginning by the policy's threshold.
    private func runsToBreach(_ trend: Trend, _ noise: SeriesNoise?) -> Int? {
        guard let better = metric.better.asBudget else { return nil }
        let comparator = Comparator(
            policy: MetricPolicy(threshold: threshold), better: metric.better,
            provider: metric.provider)
        let distance = comparator.threshold(noise: noise?.relative) * abs(trend.intercept)
        let limit = trend.intercept + (better == .lower ? distance : -distance)
        return trend.runsToBreach(limit: limit, better: better)
    }

    private func drift(_ trend: Trend, isDrifting: Bool, breach: Int?) -> SeriesTrend.Drift {
        guard isDrifting, trend.theilSen != 0, let better = metric.better.asBudget else {
            return .stable
        }
        guard (better == .lower) == (trend.theilSen > 0) else { return .improving }
        return breach.map { $0 <= 10 } ?? false ? .critical : .degrading
    }

    /// Whether the newest point lies outside of what the rest of its level allows, or the newest
    /// level is not confirmed yet.
    func suspicion(of stretch: EpochLevels) throws -> SeriesSuspicion? {
        if let last = stretch.changes.last, !last.isConfirmed {
            return last.meanAfter < last.meanBefore ? .lower : .upper
        }
        let level = Array(stretch.values[stretch.newest])
        guard let value = level.last else { return nil }
        let rule = try Threshold(
            .tTest, lower: 0.999, upper: 0.999, minimumSamples: NoiseModel.fewestRuns)
        switch try rule.judge(value, history: level.dropLast()).outcome {
        case .lower: return .lower
        case .upper: return .upper
        case nil: return nil
        }
    }
}

extension Better {
    /// Nil where neither way is better.
    var asBudget: Budget.Direction? {
        switch self {
        case .lower: .lower
        case .higher: .higher
        case .none: nil
        }
    }
}
