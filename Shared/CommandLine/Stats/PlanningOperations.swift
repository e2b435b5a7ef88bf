import Statistics

/// How many repetitions a change needs, and where the noise comes from.
enum PlanningOperations {
    static func repetitions(_ given: StatsParameters) throws -> [String: JSONTree] {
        let found = try Power.repetitions(
            deviation: given.required("sd"), delta: given.required("delta"),
            alpha: given.number("alpha", default: 0.05),
            power: given.number("power", default: 0.8))
        return ["n_per_group": .figure(found.perGroup), "power": .figure(found.power)]
    }

    static func minimalDetectableEffect(_ given: StatsParameters) throws -> [String: JSONTree] {
        guard let size = try given.integer("n_per_group") else {
            throw StatsRefusal.badRequest("n_per_group is missing")
        }
        let found = try Power.minimalDetectableEffect(
            deviation: given.required("sd"), perGroup: size,
            alpha: given.number("alpha", default: 0.05),
            power: given.number("power", default: 0.8))
        return ["mde": .figure(found)]
    }

    static func varianceComponents(_ given: StatsParameters) throws -> [String: JSONTree] {
        let found = try VarianceComponents(given.groups("groups"))
        return [
            "ms_within": .figure(found.meanSquareWithin),
            "ms_between": .figure(found.meanSquareBetween), "n0": .figure(found.effectiveSize),
            "var_within": .figure(found.within), "var_between": .figure(found.between),
            "icc": .figure(found.intraclassCorrelation), "f": .figure(found.f),
            "p": .figure(found.p),
        ]
    }
}
