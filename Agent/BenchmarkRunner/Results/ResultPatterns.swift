import Workspaces

/// Several patterns for paths, of which the last one that matches decides.
struct ResultPatterns {
    private var patterns: [(pattern: GlobPattern, isExclusion: Bool)] = []

    init() {}

    init(_ pattern: GlobPattern) { add(pattern, isExclusion: false) }

    mutating func add(_ pattern: GlobPattern, isExclusion: Bool) {
        patterns.append((pattern, isExclusion))
    }

    /// Whether the whole path, name by name, is meant.
    func match(_ path: [[UInt8]]) -> Bool {
        patterns.last { $0.pattern.matches(path) }.map { !$0.isExclusion } ?? false
    }
}
