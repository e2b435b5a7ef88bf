import Analysis
import ProjectFile

/// What a rule says of how to judge; nil where it says nothing. Kept with each run as JSON, and
/// texts of earlier versions say less.
struct PolicyTerms: Codable, Hashable, Sendable {
    var threshold: Double?
    /// `threshold: auto` was written, which stands before another rule's number.
    var isAutomatic: Bool?
    var warn: Double?
    var q: Double?
    var requiresSignificance: Bool?
    var test: String?
    var lower: Double?
    var upper: Double?
    var minimumSamples: Int?
    var maximumSamples: Int?
    var isMirrored: Bool?
    var noiseThreshold: Double?
    var noisePolicy: String?
    var baseline: String?
    var baselineCount: Int?

    init() {}

    /// What somebody wrote; defaults are left to whoever reads it.
    init(_ policy: Policy) {
        func written<Value>(_ key: String, _ value: Value?) -> Value? {
            policy.given.contains(key) ? value : nil
        }
        threshold = written("threshold", policy.threshold)
        isAutomatic = written("threshold", policy.threshold == nil ? true : nil)
        warn = written("warn", policy.warn)
        q = written("q", policy.falseDiscoveryRate)
        requiresSignificance = written("require_significance", policy.requiresSignificance)
        test = written("test", policy.test.rawValue)
        lower = written("lower", policy.lower)
        upper = written("upper", policy.upper)
        minimumSamples = written("min_sample_size", policy.minSampleSize)
        maximumSamples = written("max_sample_size", policy.maxSampleSize)
        isMirrored = written("mirror", policy.isMirrored)
        noiseThreshold = written("noise_threshold", policy.noiseThreshold)
        noisePolicy = written("noise_policy", policy.noisePolicy.rawValue)
        baseline = written("baseline", policy.baseline.rawValue)
        baselineCount = written("n", policy.baselineCount)
    }

    /// These terms, and the others' where these say nothing.
    func over(_ other: PolicyTerms) -> PolicyTerms {
        var result = other
        if threshold != nil || isAutomatic == true {
            result.threshold = threshold
            result.isAutomatic = isAutomatic
        }
        // A distance to warn at belongs to its threshold.
        if threshold != nil || warn != nil { result.warn = warn }
        result.q = q ?? other.q
        result.requiresSignificance = requiresSignificance ?? other.requiresSignificance
        if test != nil {
            result.test = test
            result.lower = nil
            result.upper = nil
        }
        result.lower = lower ?? result.lower
        result.upper = upper ?? result.upper
        result.minimumSamples = minimumSamples ?? other.minimumSamples
        result.maximumSamples = maximumSamples ?? other.maximumSamples
        result.isMirrored = isMirrored ?? other.isMirrored
        result.noiseThreshold = noiseThreshold ?? other.noiseThreshold
        result.noisePolicy = noisePolicy ?? other.noisePolicy
        result.baseline = baseline ?? other.baseline
        result.baselineCount = baselineCount ?? other.baselineCount
        return result
    }

    /// For the engine, which knows the host's noise besides.
    func metricPolicy(noiseFloor: Double?) -> MetricPolicy {
        MetricPolicy(
            threshold: threshold, warn: warn, q: q ?? 0.05, noiseFloor: noiseFloor, rule: rule)
    }

    private var rule: JudgingRule {
        switch test {
        case nil, "change_point"?: .standard
        case "budget"?:
            .budget(
                BudgetTerms(
                    noiseThreshold: noiseThreshold, noisePolicy: noisePolicy ?? "ignore",
                    requiresSignificance: requiresSignificance ?? true))
        case let word?:
            .limit(
                LimitTerms(
                    test: word, lower: lower, upper: upper, minimumSamples: minimumSamples ?? 0,
                    maximumSamples: maximumSamples ?? 64, isMirrored: isMirrored ?? false))
        }
    }

    /// How many of the points before the candidate are needed; nil where it is compared with its
    /// base alone.
    var historyLength: Int? {
        if case .limit(let terms) = rule { return terms.maximumSamples }
        return baseline == "last_n" ? baselineCount ?? 5 : nil
    }

    /// A history of a level ends where the level began; the last few runs are the last few.
    var isHistoryCut: Bool { baseline != "last_n" }
}
