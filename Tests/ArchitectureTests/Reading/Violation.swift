import Testing

/// One place that breaks a rule.
struct Violation: Hashable, Comparable, CustomStringConvertible {
    /// Relative to the root of the repository.
    let path: String
    /// Counted from 1; 0 where the whole file or folder is meant.
    let line: Int
    let reason: String

    init(_ path: String, line: Int = 0, _ reason: String) {
        self.path = path
        self.line = line
        self.reason = reason
    }

    var description: String { line > 0 ? "\(path):\(line): \(reason)" : "\(path): \(reason)" }

    static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.path, lhs.line, lhs.reason) < (rhs.path, rhs.line, rhs.reason)
    }
}

extension [Violation] {
    /// Fails the test that runs, with one line for each.
    func fail(sourceLocation: SourceLocation = #_sourceLocation) {
        guard !isEmpty else { return }
        let lines = sorted().map { "\n  \($0)" }.joined()
        Issue.record("\(count) found:\(lines)", sourceLocation: sourceLocation)
    }
}
