/// The rules by which a run is judged, kept with it so that its decision can be computed again.
package struct RunPolicy: Codable, Hashable, Sendable {
    package let name: String
    package let version: Int
    package let rules: [Rule]

    /// What one benchmark's entry says; a metric's own rule stands before the entry's.
    package struct Rule: Codable, Hashable, Sendable {
        package let benchmark: String
        /// What the names begin with that the entry's tool gives.
        package let prefix: String
        /// Nil: the entry's rule for all its metrics.
        package let metric: String?
        package let threshold: Double?
        package let warn: Double?
        package let q: Double
        package let requiresSignificance: Bool
        /// Patterns of the metrics that are judged.
        package let watch: [String]

        package init(
            benchmark: String, prefix: String, metric: String?, threshold: Double?,
            warn: Double?, q: Double, requiresSignificance: Bool, watch: [String]
        ) {
            self.benchmark = benchmark
            self.prefix = prefix
            self.metric = metric
            self.threshold = threshold
            self.warn = warn
            self.q = q
            self.requiresSignificance = requiresSignificance
            self.watch = watch
        }
    }

    /// The watched metrics of an entry that names none (project file, §2.3).
    package static let usualMetrics = [
        "time", "throughput", "latency", "allocated_bytes", "instructions",
        "instructions_simulated",
    ]

    package init(name: String, version: Int, rules: [Rule]) {
        self.name = name
        self.version = version
        self.rules = rules
    }

    /// The rule for a result: of the entry of its name, else of the longest prefix.
    package func rule(benchmark: String, metric: String) -> Rule? {
        let named = rules.filter { $0.benchmark == benchmark }
        let prefixed = rules.filter { benchmark.hasPrefix($0.prefix) }
        let longest = prefixed.max { $0.prefix.utf8.count < $1.prefix.utf8.count }
        let candidates =
            named.isEmpty ? prefixed.filter { $0.benchmark == longest?.benchmark } : named
        return candidates.first { $0.metric == metric } ?? candidates.first { $0.metric == nil }
    }
}
