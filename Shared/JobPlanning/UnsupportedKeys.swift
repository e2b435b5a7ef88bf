package import ProjectFile

/// What a valid project file may ask for and this version cannot do. Such a file is refused: its
/// benchmarks are never measured in another way than it says.
package enum UnsupportedKeys {
    /// For people; nil when all of the file can be done.
    ///
    /// `onOneMachine`: there is nothing to compare with but a base.
    package static func refusal(
        of file: ProjectFile, onOneMachine: Bool = false
    ) -> String? {
        let entries = file.benchmarks.filter(\.isEnabled)
        var keys = Self.keys(of: file)
        for entry in entries where !onOneMachine {
            keys += Self.keys(of: entry).map { "\($0) of `\(entry.name)`" }
        }
        guard !keys.isEmpty else { return nil }
        return "This version does not do what the project file asks: "
            + keys.prefix(5).joined(separator: ", ") + "."
    }

    private static func keys(of file: ProjectFile) -> [String] {
        let asked = [
            ("`build.secrets`", !file.build.secrets.isEmpty),
            ("`fetch.lfs`", file.fetch.largeFiles != .off),
        ]
        return asked.filter(\.1).map(\.0)
    }

    private static func keys(of entry: BenchmarkEntry) -> [String] {
        let policies = [entry.policy] + entry.metrics.values.map(\.policy)
        let named = policies.map(\.baseline).first { unknownBaselines.contains($0) }
        return named.map { ["`policy.baseline: \($0.rawValue)`"] } ?? []
    }

    /// They need baselines that somebody names.
    private static let unknownBaselines: Set<Policy.Baseline> = [.forkPoint, .pinned, .release]
}
