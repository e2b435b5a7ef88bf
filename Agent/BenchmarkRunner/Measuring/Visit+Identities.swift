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
        CaseIdentity(
            benchmark: name, parameters: entry.parameters.joined(withTool: parameters), role: role)
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

extension Parameters {
    /// What the project file says of an execution stands, so that no two executions share a series.
    /// A tool's own parameter of such a name and another value is called `tool.NAME`.
    func joined(withTool parameters: [String: String]) -> Parameters {
        let given = values
        var all = given
        for (name, value) in parameters where given[name] != value {
            var free = name
            while given[free] != nil || free != name && parameters[free] != nil {
                free = "tool." + free
            }
            all[free] = value
        }
        return Parameters(all)
    }
}
