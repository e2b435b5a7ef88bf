import Statistics

/// Many projects together, and one series over time.
enum PoolingOperations {
    static func pool(_ given: StatsParameters) throws -> [String: JSONTree] {
        let found = try PooledEffect(
            effects: given.numbers("effects"), variances: given.numbers("variances"),
            level: ConfidenceLevel(given.number("level", default: 0.95)))
        return [
            "fixed": estimate(found.fixed), "random": estimate(found.random),
            "q": .figure(found.q), "df": .figure(found.degrees),
            "p_heterogeneity": .figure(found.heterogeneityP), "i2": .figure(found.iSquared),
            "tau2": .figure(found.tauSquared), "prediction": .ends(found.prediction),
            "se_hartung_knapp": .figure(found.hartungKnappError),
        ]
    }

    private static func estimate(_ estimate: PooledEffect.Estimate) -> JSONTree {
        .object([
            "estimate": .figure(estimate.value), "se": .figure(estimate.error),
            "lo": .figure(estimate.interval.lower), "hi": .figure(estimate.interval.upper),
        ])
    }

    static func trend(_ given: StatsParameters) throws -> [String: JSONTree] {
        let values = try given.numbers("values")
        let trend = try Trend(of: values)
        let limit = try given.required("threshold")
        guard limit.isFinite else { throw StatisticsFailure.nonFiniteInput("threshold") }
        let better: Budget.Direction = try given.word("direction", default: .lower)
        return [
            "slope": .figure(trend.slope), "intercept": .figure(trend.intercept),
            "r2": .figure(trend.rSquared), "theil_sen": .figure(trend.theilSen),
            "drift": .string(trend.drift(limit: limit, better: better).rawValue),
            "runs_to_breach": .figure(trend.runsToBreach(limit: limit, better: better)),
            "mann_kendall_p": .figure(try MannKendall(values).p),
        ]
    }
}
