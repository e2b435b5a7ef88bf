package import Analysis
package import ProjectFile

extension RunPolicy {
    /// What a project file says about its metrics.
    package init(_ file: ProjectFile) {
        self.init(
            name: "default", version: 1,
            rules: file.benchmarks.flatMap { entry in
                let own = entry.metrics.sorted { $0.key < $1.key }.map { metric, rule in
                    Rule(entry, metric: metric, policy: rule.policy)
                }
                return own + [Rule(entry, metric: nil, policy: entry.policy)]
            })
    }

    package static func isWatched(_ metric: String, by entry: BenchmarkEntry) -> Bool {
        Glob.selects(metric, by: watch(of: entry))
    }

    fileprivate static func watch(of entry: BenchmarkEntry) -> [String] {
        entry.watch ?? (entry.metrics.isEmpty ? usualMetrics : entry.metrics.keys.sorted())
    }
}

extension RunPolicy.Rule {
    fileprivate init(_ entry: BenchmarkEntry, metric: String?, policy: Policy) {
        self.init(
            benchmark: entry.name, prefix: entry.prefix, metric: metric,
            threshold: policy.threshold,
            warn: policy.warn, q: policy.falseDiscoveryRate,
            requiresSignificance: policy.requiresSignificance,
            watch: RunPolicy.watch(of: entry))
    }
}
