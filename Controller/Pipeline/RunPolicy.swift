import FleetModel
import FoundationEssentials
import ProjectFile

/// The rules by which a run is judged, kept with it so that its decision can be computed again.
struct RunPolicy: Codable, Hashable, Sendable {
    let name: String
    let version: Int
    let rules: [Rule]

    /// What one benchmark's entry says; a metric's own rule stands before the entry's.
    struct Rule: Codable, Hashable, Sendable {
        let benchmark: String
        /// Nil: the entry's rule for all its metrics.
        let metric: String?
        let threshold: Double?
        let warn: Double?
        let q: Double
        let requiresSignificance: Bool
        /// Patterns of the metrics that are judged.
        let watch: [String]
    }

    /// The watched metrics of an entry that names none (project file, §2.3).
    static let usualMetrics = [
        "time", "throughput", "latency", "allocated_bytes", "instructions",
        "instructions_simulated",
    ]

    init(_ file: ProjectFile) {
        name = "default"
        version = 1
        rules = file.benchmarks.flatMap { entry in
            let own = entry.metrics.sorted { $0.key < $1.key }.map { metric, rule in
                Rule(entry, metric: metric, policy: rule.policy)
            }
            return own + [Rule(entry, metric: nil, policy: entry.policy)]
        }
    }

    static func isWatched(_ metric: String, by entry: BenchmarkEntry) -> Bool {
        Glob.selects(metric, by: watch(of: entry))
    }

    fileprivate static func watch(of entry: BenchmarkEntry) -> [String] {
        entry.watch ?? (entry.metrics.isEmpty ? usualMetrics : entry.metrics.keys.sorted())
    }

    /// The rule for a result; a tool's results carry its entry's name as their prefix.
    func rule(benchmark: String, metric: String) -> Rule? {
        let own = rules.filter { rule in
            rule.benchmark == benchmark || benchmark.hasPrefix(rule.benchmark + "/")
        }
        let closest = own.max { $0.benchmark.utf8.count < $1.benchmark.utf8.count }
        let candidates = own.filter { $0.benchmark == closest?.benchmark }
        return candidates.first { $0.metric == metric } ?? candidates.first { $0.metric == nil }
    }

    var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    init(text: String) throws {
        self = try JSONDecoder().decode(RunPolicy.self, from: Data(text.utf8))
    }
}

extension RunPolicy.Rule {
    init(_ entry: BenchmarkEntry, metric: String?, policy: Policy) {
        self.init(
            benchmark: entry.name, metric: metric, threshold: policy.threshold,
            warn: policy.warn, q: policy.falseDiscoveryRate,
            requiresSignificance: policy.requiresSignificance,
            watch: RunPolicy.watch(of: entry))
    }
}
