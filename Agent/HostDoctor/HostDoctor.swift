// HostDoctor: what this host cannot give, and what its operator can do. Enters: what the counters,
// the cores and the tuning found, and a tree of kernel files. Leaves: `Finding`s, in the order of
// the catalogue. Nothing on the host is changed.

package import Counters
package import Isolation
package import LinuxSystem

/// One thing that is less than it could be.
package struct Finding: Sendable, Equatable {
    package enum Weight: String, Sendable, CaseIterable {
        /// Worth knowing; results are not worse for it.
        case note
        /// Something is measured less well, or not at all.
        case limit
        /// Nothing can be measured.
        case obstacle
    }

    package let weight: Weight
    package let item: Degradation
    /// Commands for a shell that would help; none where nothing on the host does.
    package let commands: [String]

    package init(_ weight: Weight, _ item: Degradation, commands: [String] = []) {
        self.weight = weight
        self.item = item
        self.commands = commands
    }
}

/// What was found out about a host before anybody judges it.
package struct HostFindings: Sendable {
    package var tree: KernelTree
    package var counters: CounterHost
    /// Tried events; empty where nothing was tried.
    package var verdicts: [CounterVerdict]
    /// Why instructions cannot be simulated; `nil` where they can.
    package var simulatorProblem: String?
    package var topology: CpuTopology
    package var housekeeping: Housekeeping
    /// What tuning would do.
    package var tuning: TuningOutcome
    package var journal: JournalContent
    /// The journal cannot be read: why.
    package var journalProblem: String?
    /// The process that tunes this host now.
    package var lockHolder: Int?
    /// Of this process.
    package var isRoot: Bool
    /// What launches lacked when they were tried; `nil` where none was, and files must tell.
    package var launching: [Degradation]?
    /// Whether launches get processors that nobody else is put on; `nil` where none was tried, and
    /// files must tell.
    package var givesPartitions: Bool?
    /// The path of the launcher; `nil` where it is missing.
    package var launcher: String?

    package init(
        tree: KernelTree, counters: CounterHost, topology: CpuTopology,
        housekeeping: Housekeeping, tuning: TuningOutcome
    ) {
        self.tree = tree
        self.counters = counters
        self.topology = topology
        self.housekeeping = housekeeping
        self.tuning = tuning
        verdicts = []
        journal = JournalContent()
        isRoot = true
    }

    /// Capabilities in effect, as the kernel's mask.
    var capabilities: UInt64 {
        let text = (try? tree.field("CapEff", in: "/proc/self/status")) ?? nil
        return text.flatMap { UInt64($0, radix: 16) } ?? 0
    }

    /// CAP_SYS_ADMIN of capability.h.
    var administers: Bool { capabilities >> 21 & 1 == 1 }

    var surroundings: Surroundings { Surroundings(reading: tree) }
}

/// Whether a host is fit to measure.
package enum HostVerdict: String, Sendable {
    case full
    case limited
    case unable = "cannot_measure"

    package init(_ findings: [Finding]) {
        let weights = Set(findings.map(\.weight))
        self = weights.contains(.obstacle) ? .unable : weights.contains(.limit) ? .limited : .full
    }

    /// The program's exit status.
    package var exitStatus: Int32 {
        switch self {
        case .full: 0
        case .limited: 3
        case .unable: 4
        }
    }
}

/// One line of the catalogue.
struct HostCheck: Sendable {
    let subject: String
    let look: @Sendable (HostFindings) -> [Finding]
}

/// Every check, in the order of reading. Source: isolation-and-counters.md, section 7.
package enum DoctorCatalogue {
    static let checks: [HostCheck] = [
        HostCheck(subject: "agent", look: AgentChecks.findings),
        HostCheck(subject: "counters", look: CounterChecks.findings),
        HostCheck(subject: "cores", look: CoreChecks.findings),
        HostCheck(subject: "tuning", look: TuningChecks.findings),
        HostCheck(subject: "control groups", look: GroupChecks.findings),
        HostCheck(subject: "namespaces", look: NamespaceChecks.findings),
        HostCheck(subject: "memory and clock", look: MachineChecks.findings),
    ]

    package static func findings(on host: HostFindings) -> [Finding] {
        checks.flatMap { $0.look(host) } + (host.launching ?? []).map { Finding(.limit, $0) }
    }
}
