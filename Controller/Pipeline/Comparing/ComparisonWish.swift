import Analysis
import FleetModel

/// How two runs are to be compared; whatever is nil is as usual.
package struct ComparisonWish: Hashable, Sendable {
    /// In place of the candidate's own.
    package var policy: RunPolicyChoice = .own
    /// `auto`, `mann_whitney`, `t` or `permutation`.
    package var test = "auto"
    /// Of the intervals, between 0 and 1.
    package var level = 0.95
    /// Of what is drawn by chance; nil takes one from the two runs.
    package var seed: UInt64?
    /// Patterns of names; empty: all.
    package var benchmarks: [String] = []
    package var metrics: [String] = []
    /// Runs of different hosts are compared by the ratios of the pairs that each measured.
    package var acrossHosts = false

    package static let usual = ComparisonWish()

    package init() {}

    func admits(_ name: ComparisonMaker.Name) -> Bool {
        (benchmarks.isEmpty || benchmarks.contains { Glob($0).matches(name.benchmark) })
            && (metrics.isEmpty || metrics.contains { Glob($0).matches(name.metric.name) })
    }
}

/// By which rules something is judged.
package enum RunPolicyChoice: Hashable, Sendable {
    /// Those that the run was measured under.
    case own
    /// The project file's, behind which another policy of the project stands, or none.
    case project(RunPolicy.Stored?)

    func policy(of run: RunPolicy) -> RunPolicy {
        switch self {
        case .own: run
        case .project(let stored): run.under(stored)
        }
    }
}

extension RunPolicy.Stored: Hashable {
    package static func == (lhs: Self, rhs: Self) -> Bool {
        (lhs.name, lhs.version, lhs.digest) == (rhs.name, rhs.version, rhs.digest)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(version)
        hasher.combine(digest)
    }
}
