import FleetModel
import FoundationEssentials
import JobPlanning
import ProjectFile

/// The rules by which a run is judged, kept with it so that its decision can be computed again.
package struct RunPolicy: Codable, Hashable, Sendable {
    package let name: String
    /// Of the project's policy; 0 for the default that needs none.
    package let version: Int
    let rules: [Rule]
    /// Of the text of the project's policy.
    package let digest: String?
    /// The correction for many comparisons; absent means `auto`.
    let family: String?
    /// The project's policy, whose rules stand behind the file's.
    let project: [ProjectRule]?

    /// What one benchmark's entry says; a metric's own rule stands before the entry's.
    struct Rule: Codable, Hashable, Sendable {
        let benchmark: String
        /// What the names begin with that the entry's tool gives.
        let prefix: String
        /// Nil: the entry's rule for all its metrics.
        let metric: String?
        /// Patterns of the metrics that are judged.
        let watch: [String]
        let terms: PolicyTerms
    }

    /// A rule of the project's policy, by patterns of names.
    struct ProjectRule: Codable, Hashable, Sendable {
        let benchmark: String
        let metric: String
        let terms: PolicyTerms
        let line: Int
    }

    /// A stored version of a project's policy.
    package struct Stored: Sendable {
        let name: String
        /// 0 for one that is only tried.
        let version: Int
        /// Of its text.
        let digest: String
        let document: PolicyDocument

        init(name: String, version: Int, digest: String, document: PolicyDocument) {
            self.name = name
            self.version = version
            self.digest = digest
            self.document = document
        }
    }

    init(_ file: ProjectFile, _ stored: Stored? = nil) {
        let rules = file.benchmarks.flatMap { entry in
            let own = entry.metrics.sorted { $0.key < $1.key }.map { metric, rule in
                Rule(entry, metric: metric, policy: rule.policy)
            }
            return own + [Rule(entry, metric: nil, policy: entry.policy)]
        }
        self.init(rules: rules, stored)
    }

    /// Of results that no project file describes: each metric that has a better side is judged.
    static func ofSubmitted(_ stored: Stored?) -> RunPolicy {
        let all = Rule(
            benchmark: "", prefix: "", metric: nil, watch: ["*"], terms: PolicyTerms())
        return RunPolicy(rules: [all], stored)
    }

    private init(rules: [Rule], _ stored: Stored?) {
        self.rules = rules
        name = stored?.name ?? "default"
        version = stored?.version ?? 0
        digest = stored?.digest
        family = stored.flatMap { $0.document.family == "auto" ? nil : $0.document.family }
        project = stored?.document.rules.map { rule in
            ProjectRule(
                benchmark: rule.benchmark, metric: rule.metric, terms: PolicyTerms(rule.policy),
                line: rule.line)
        }
    }

    /// The same file under another policy of the project, or under none.
    package func under(_ stored: Stored?) -> RunPolicy {
        RunPolicy(rules: rules, stored)
    }

    package var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    package init(text: String) throws {
        self = try JSONDecoder().decode(RunPolicy.self, from: Data(text.utf8))
    }
}

extension RunPolicy.Rule {
    init(_ entry: BenchmarkEntry, metric: String?, policy: Policy) {
        self.init(
            benchmark: entry.name, prefix: entry.prefix, metric: metric,
            watch: entry.watchList, terms: PolicyTerms(policy))
    }

    private enum CodingKeys: String, CodingKey { case benchmark, prefix, metric, watch }

    /// The terms lie beside the names, where texts of earlier versions have them.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            benchmark: try container.decode(String.self, forKey: .benchmark),
            prefix: try container.decode(String.self, forKey: .prefix),
            metric: try container.decodeIfPresent(String.self, forKey: .metric),
            watch: try container.decode([String].self, forKey: .watch),
            terms: try PolicyTerms(from: decoder))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(benchmark, forKey: .benchmark)
        try container.encode(prefix, forKey: .prefix)
        try container.encodeIfPresent(metric, forKey: .metric)
        try container.encode(watch, forKey: .watch)
        try terms.encode(to: encoder)
    }
}
