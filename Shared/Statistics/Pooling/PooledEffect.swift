/// One effect over several projects, with how much it differs between them.
///
/// Source: DerSimonian & Laird 1986; statistics specification, section 12.
package struct PooledEffect: Hashable, Sendable {
    package struct Estimate: Hashable, Sendable {
        package let value: Double
        package let error: Double
        package let interval: Interval
    }

    /// As if every project had the same effect.
    package let fixed: Estimate
    /// As if each project's effect were drawn around a common one.
    package let random: Estimate
    /// Cochran's Q.
    package let q: Double
    package let degrees: Int
    /// Nil for a single effect.
    package let heterogeneityP: Double?
    /// Share of the variation that lies between projects; 0 when Q is 0.
    package let iSquared: Double
    /// The variance between projects.
    package let tauSquared: Double
    /// Where the next project's effect may lie; nil below three effects.
    package let prediction: Interval?
    /// The random estimate's error by Hartung and Knapp, for few effects; nil for one.
    package let hartungKnappError: Double?

    /// Takes one effect per project, such as ln(after / before), and their variances, positive.
    /// - Throws: `emptySample`, `nonFiniteInput`, `lengthMismatch`, `outOfRange`.
    package init(
        effects: [Double], variances: [Double], level: ConfidenceLevel = .standard
    ) throws(StatisticsFailure) {
        guard effects.count == variances.count else {
            throw .lengthMismatch(baseline: effects.count, candidate: variances.count)
        }
        try Requirement.sample(effects, named: "effects")
        try Requirement.sample(variances, named: "variances")
        for variance in variances { try Requirement.positive(variance, named: "a variance") }
        let weights = variances.map { 1 / $0 }
        try Requirement.sample(weights, named: "weights")
        let plain = Weighted(effects, weights)
        let spread = plain.spread
        let df = Double(effects.count - 1)
        let squared = Moments.sum(weights) { $0 * $0 }
        let scale = plain.total - squared / plain.total
        let between = scale > 0 ? max(0, (spread - df) / scale) : 0
        let mixed = Weighted(effects, variances.map { 1 / ($0 + between) })
        fixed = plain.estimate(level)
        random = mixed.estimate(level)
        q = spread
        degrees = effects.count - 1
        heterogeneityP =
            effects.count > 1 ? TailDistributions.chiSquared(spread, degrees: df) : nil
        iSquared = spread > 0 ? max(0, (spread - df) / spread) : 0
        tauSquared = between
        prediction = mixed.prediction(between: between, level)
        hartungKnappError =
            effects.count > 1 ? (mixed.spread / df / mixed.total).squareRoot() : nil
    }

    /// Whether the random-effects estimate keeps its sign whichever effect is left out; false
    /// for fewer than two effects.
    /// - Throws: as the initialiser.
    package static func keepsSign(
        effects: [Double], variances: [Double]
    ) throws(StatisticsFailure) -> Bool {
        let all = try PooledEffect(effects: effects, variances: variances).random.value
        guard effects.count > 1 else { return false }
        for left in effects.indices {
            var others = effects
            var theirs = variances
            others.remove(at: left)
            theirs.remove(at: left)
            let value = try PooledEffect(effects: others, variances: theirs).random.value
            guard value * all > 0 else { return false }
        }
        return true
    }
}

private struct Weighted {
    let effects: [Double]
    let weights: [Double]
    let total: Double
    let mean: Double

    init(_ effects: [Double], _ weights: [Double]) {
        self.effects = effects
        self.weights = weights
        total = Moments.sum(weights) { $0 }
        let reference = effects[0]
        let pairs = zip(effects, weights).map { ($0 - reference) * $1 }
        mean = reference + Moments.sum(pairs) { $0 } / total
    }

    /// Σ w (y − mean)².
    var spread: Double {
        let terms = zip(effects, weights).map { ($0 - mean) * ($0 - mean) * $1 }
        return Moments.sum(terms) { $0 }
    }

    var error: Double { 1 / total.squareRoot() }

    func estimate(_ level: ConfidenceLevel) -> PooledEffect.Estimate {
        let half = NormalDistribution.upperQuantile(level.tail) * error
        return PooledEffect.Estimate(
            value: mean, error: error, interval: Interval(lower: mean - half, upper: mean + half))
    }

    func prediction(between: Double, _ level: ConfidenceLevel) -> Interval? {
        guard effects.count >= 3 else { return nil }
        let point = StudentDistribution.upperQuantile(
            level.tail, degrees: Double(effects.count - 2))
        let half = point * (between + error * error).squareRoot()
        return Interval(lower: mean - half, upper: mean + half)
    }
}
