import FleetModel
import FoundationEssentials
import JobPlanning
import ProjectFile

/// The rules by which a run is judged, kept with it so that its decision can be computed again.
struct RunPolicy: Codable, Hashable, Sendable {
    let name: String
    let version: Int
    let rules: [Rule]

    /// What one benchmark's entry says; a metric's own rule stands before the entry's.
    struct Rule: Codable, Hashable, Sendable {
        let benchmark: String
        /// What the names begin with that the entry's tool gives.
        let prefix: String
        /// Nil: the entry's rule for all its metrics.
        let metric: String?
        let threshold: Double?
        let warn: Double?
        let q: Double
        let requiresSignificance: Bool
        /// Patterns of the metrics that are judged.
        let watch: [String]
    }

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

    /// The rule for a result: of the entry of its name, else of the longest prefix.
    func rule(benchmark: String, metric: String) -> Rule? {
        let named = rules.filter { $0.benchmark == benchmark }
        let prefixed = rules.filter { benchmark.hasPrefix($0.prefix) }
        let longest = prefixed.max { $0.prefix.utf8.count < $1.prefix.utf8.count }
        let candidates =
            named.isEmpty ? prefixed.filter { $0.benchmark == longest?.benchmark } : named
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
            benchmark: entry.name, prefix: entry.prefix, metric: metric,
            threshold: policy.threshold,
            warn: policy.warn, q: policy.falseDiscoveryRate,
            requiresSignificance: policy.requiresSignificance,
            watch: entry.watchList)
    }
}
