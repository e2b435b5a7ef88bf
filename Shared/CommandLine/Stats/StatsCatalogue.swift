/// The operations of `fleetmark stats`; a new one is a function and a line here.
///
/// Source: statistics specification, section 14.
enum StatsCatalogue {
    static let operations: [StatsOperation] = [
        StatsOperation("summary", SampleOperations.summary),
        StatsOperation("hdr", SampleOperations.hdr),
        StatsOperation("compare", ComparisonOperations.compare),
        StatsOperation("compare_paired", ComparisonOperations.comparePaired),
        StatsOperation("adjust", ComparisonOperations.adjust),
        StatsOperation("best_split", ChangePointOperations.bestSplit),
        StatsOperation("changepoints", ChangePointOperations.changePoints),
        StatsOperation("threshold", JudgingOperations.threshold),
        StatsOperation("verdict", JudgingOperations.verdict),
        StatsOperation("repetitions", PlanningOperations.repetitions),
        StatsOperation("mde", PlanningOperations.minimalDetectableEffect),
        StatsOperation("variance_components", PlanningOperations.varianceComponents),
        StatsOperation("pool", PoolingOperations.pool),
        StatsOperation("trend", PoolingOperations.trend),
    ]
}

/// One operation: parameters in, members of the result out.
struct StatsOperation: Sendable {
    let name: String
    let run: @Sendable (StatsParameters) throws -> [String: JSONTree]

    init(_ name: String, _ run: @escaping @Sendable (StatsParameters) throws -> [String: JSONTree])
    {
        self.name = name
        self.run = run
    }
}

extension JSONTree {
    /// A number, null for none; infinities and NaN by name, since JSON has no others.
    static func figure(_ value: Double?) -> JSONTree {
        guard let value else { return .null }
        if value.isFinite { return .number(value) }
        return .string(value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity")
    }

    static func figure(_ value: Int?) -> JSONTree { value.map { .integer(Int64($0)) } ?? .null }
}
