import Statistics

/// One value against its history, and one against its budget.
enum JudgingOperations {
    static func threshold(_ given: StatsParameters) throws -> [String: JSONTree] {
        let threshold = try Threshold(
            given.word("test", default: .tTest), lower: given.number("lower"),
            upper: given.number("upper"),
            minimumSamples: given.integer("min_sample_size", default: 0),
            maximumSamples: given.integer("max_sample_size", default: 64),
            isMirrored: given.flag("mirror", default: true))
        let found = try threshold.judge(
            given.required("value"), history: given.numbers("history"))
        return [
            "baseline": .figure(found.baseline), "lower": .figure(found.lower),
            "upper": .figure(found.upper),
            "outcome": found.outcome.map { .string($0.rawValue) } ?? .null,
            "evaluated": .bool(found.isEvaluated),
        ]
    }

    static func verdict(_ given: StatsParameters) throws -> [String: JSONTree] {
        let policy: Budget.NoisePolicy = try given.word("noise_policy", default: .warn)
        let noise = try given.number("noise_threshold").map {
            Budget.NoiseRule(threshold: $0, policy: policy)
        }
        var significance: Budget.SignificanceRule?
        if try given.flag("require_significance") {
            significance = try .init(alpha: given.number("alpha", default: 0.05))
        }
        let budget = try Budget(
            threshold: given.number("threshold", default: 0.2),
            warnThreshold: given.number("warn_threshold"),
            warnFactor: given.number("warn_factor", default: 0.9),
            direction: given.word("direction", default: .lower), noise: noise,
            significance: significance)
        let verdict = try budget.judge(
            baseline: given.required("baseline"), current: given.required("current"),
            variation: given.number("cv"), p: given.number("p"))
        return [
            "status": .string(verdict.status.rawValue), "ratio": .figure(verdict.ratio),
            "pct": .figure(verdict.change), "regression": .figure(verdict.regression),
        ]
    }
}
