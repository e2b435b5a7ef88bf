import Analysis

/// A run's policy, arranged so that a rule is found quickly among many.
struct PolicyTable {
    private let byName: [String: [RunPolicy.Rule]]
    /// Of each prefix the rules of its first entry; longest prefix first.
    private let byPrefix: [(prefix: String, rules: [RunPolicy.Rule])]
    private let project: [(benchmark: Glob, metric: Glob, terms: PolicyTerms)]

    init(_ policy: RunPolicy) {
        byName = Dictionary(grouping: policy.rules, by: \.benchmark)
        let prefixes = Dictionary(grouping: policy.rules, by: \.prefix)
        byPrefix = prefixes.sorted { $1.key.utf8.count < $0.key.utf8.count }.map { prefix, rules in
            (prefix, rules.filter { $0.benchmark == rules.first?.benchmark })
        }
        project = (policy.project ?? []).map { (Glob($0.benchmark), Glob($0.metric), $0.terms) }
    }

    /// What holds for one result, and whether it is judged at all.
    struct Terms: Hashable, Sendable {
        let terms: PolicyTerms
        let isWatched: Bool
    }

    /// The rule of the entry of its name, else of the longest prefix; what it leaves open the
    /// project's policy says, a later rule before an earlier one.
    func terms(benchmark: String, metric: String) -> Terms {
        let found = byName[benchmark] ?? byPrefix.first { benchmark.hasPrefix($0.prefix) }?.rules
        let rule =
            found?.first { $0.metric == metric } ?? found?.first { $0.metric == nil }
        var general = PolicyTerms()
        for entry in project
        where entry.benchmark.matches(benchmark) && entry.metric.matches(metric) {
            general = entry.terms.over(general)
        }
        return Terms(
            terms: rule?.terms.over(general) ?? general,
            isWatched: rule.map { Glob.selects(metric, by: $0.watch) } ?? false)
    }
}
