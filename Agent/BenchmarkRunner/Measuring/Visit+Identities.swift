import BenchmarkFormats
import FleetModel

/// What a visit's values are values of.
extension Visit {
    /// A file about one program bears the benchmark's own name.
    func prefixed(_ name: String) -> String {
        FormatCatalogue.entry(entry.format)?.isSingle == true ? entry.name : entry.prefix + name
    }

    func identity(
        _ name: String, _ parameters: [String: String], _ role: RevisionRole
    ) -> CaseIdentity {
        let merged = entry.parameters.values.merging(parameters) { _, tool in tool }
        return CaseIdentity(benchmark: name, parameters: Parameters(merged), role: role)
    }

    func metric(of result: BenchmarkResult) -> MetricIdentity {
        let said = Better(rawValue: result.better.rawValue) ?? .none
        return MetricIdentity(
            name: result.metric, unit: result.unit,
            better: entry.better(of: result.metric, toolSays: said), provider: .toolReported)
    }

    /// The medians of the series that decide when to stop.
    func watched(_ found: [(CaseIdentity, MetricIdentity, [Double])]) -> Values {
        let named = Set(entry.metrics.filter(\.isWatched).map(\.metric))
        var chosen = found.filter { named.contains($0.1.name) }
        if chosen.isEmpty {
            let standard = PrecisionTracker.standardMetrics
            chosen = found.filter { standard.contains($0.1.name) && $0.1.better != .none }
        }
        if chosen.isEmpty { chosen = Array(found.prefix(1)) }
        var values: Values = [:]
        for (identity, metric, samples) in chosen where !samples.isEmpty {
            let series = PrecisionTracker.Series(
                benchmark: identity.benchmark, parameters: identity.parameters,
                metric: metric.name, better: metric.better)
            values[series] = samples.sorted()[samples.count / 2]
        }
        return values
    }
}
