import Analysis
import ProjectFile

/// Which commit a project file, and behind it the project's policy, wants a revision to be compared
/// with (project file, section 2.4).
enum BaseAsked: Hashable {
    /// Nobody says.
    case usual
    case one(Policy.Baseline)
    /// A run is measured beside one commit.
    case several([Policy.Baseline])

    /// Those that are a commit; `level` and `last_n` are points of the series.
    private static let commits: Set<Policy.Baseline> = [.parent, .forkPoint, .pinned, .release]

    init(_ file: ProjectFile, _ stored: RunPolicy.Stored?) {
        var asked: Set<Policy.Baseline> = []
        for entry in file.benchmarks where entry.isEnabled {
            let own = [entry.policy] + entry.metrics.values.map(\.policy)
            asked.formUnion(own.compactMap(Self.written))
            // Of an entry that says nothing the project's policy decides, a later rule first.
            guard Self.written(entry.policy) == nil, let stored else { continue }
            let general = stored.document.rules.last { rule in
                Self.written(rule.policy) != nil && Glob(rule.benchmark).matches(entry.name)
            }
            if let word = general.flatMap({ Self.written($0.policy) }) { asked.insert(word) }
        }
        let words = asked.intersection(Self.commits).sorted { $0.rawValue < $1.rawValue }
        guard let first = words.first else {
            self = .usual
            return
        }
        self = words.count == 1 ? .one(first) : .several(words)
    }

    private static func written(_ policy: Policy) -> Policy.Baseline? {
        policy.given.contains("baseline") ? policy.baseline : nil
    }
}
