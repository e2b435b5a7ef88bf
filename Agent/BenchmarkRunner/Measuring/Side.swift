import FleetModel
import Workspaces

/// One revision of a benchmark entry, and what has been measured of it.
struct Side {
    /// One benchmark, of which a tool may report many.
    struct Tally {
        var nextIteration: Int64 = 0
        /// Those that count.
        var measured: Int64 = 0
        /// The same by visit.
        private var measuredIn: [Int: Int64] = [:]
        var invalid: Int64 = 0
        /// Why they do not, as mark reasons.
        var reasons: Set<String> = []
        var headlines: [String: CaseEnd.Headline] = [:]
        var failure: CaseFailure?

        mutating func measure(_ values: Int64, in visit: Int) {
            measured += values
            measuredIn[visit, default: 0] += values
        }

        func measured(from visit: Int) -> Int64 {
            measuredIn.filter { $0.key >= visit }.values.reduce(0, +)
        }
    }

    let role: RevisionRole
    let workspace: Workspace
    var visits = 0
    var executions = 0
    /// Executions of a command that counted, whose number chooses what is counted.
    var accepted = 0
    /// Since this was last asked, an execution was not clean.
    var isDisturbed = false
    /// Of all executions of a command that were not simulated.
    var quickestNanoseconds: Int64?
    /// What was noted once and need not be said again.
    var notes: Set<String> = []
    /// In the order met.
    private(set) var order: [CaseIdentity] = []
    private(set) var tallies: [CaseIdentity: Tally] = [:]
    /// Nothing more can be measured of this side.
    var failure: CaseFailure?

    init(role: RevisionRole, workspace: Workspace) {
        self.role = role
        self.workspace = workspace
    }

    var isActive: Bool { failure == nil }
    var hasSamples: Bool { tallies.values.contains { $0.measured > 0 } }

    subscript(identity: CaseIdentity) -> Tally {
        get { tallies[identity] ?? Tally() }
        set {
            if tallies[identity] == nil { order.append(identity) }
            tallies[identity] = newValue
        }
    }
}
