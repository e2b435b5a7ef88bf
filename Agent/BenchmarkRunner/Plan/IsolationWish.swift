import Isolation

/// How the measured processes shall be kept apart.
package struct IsolationWish: Sendable, Equatable {
    /// How the kernel chooses among processes on one processor (sched(7)).
    package enum Scheduling: String, Sendable {
        case other, batch, fifo
    }

    /// The layout of the address space.
    package enum Layout: String, Sendable {
        case auto, fixed, random, host
    }

    package struct Cores: Sendable, Equatable {
        /// Whole ones.
        package var count: Int
        /// All that can measure, whatever the count says.
        package var takesAll: Bool
        /// More of them than a memory node has.
        package var spansNodes: Bool
        /// All hardware threads of each, and not the first alone.
        package var usesAllThreads: Bool

        package init(
            count: Int = 1, takesAll: Bool = false, spansNodes: Bool = false,
            usesAllThreads: Bool = false
        ) {
            self.count = count
            self.takesAll = takesAll
            self.spansNodes = spansNodes
            self.usesAllThreads = usesAllThreads
        }
    }

    package struct Limits: Sendable, Equatable {
        /// RLIMIT_NPROC; `nil` for the host's own.
        package var processes: Int64?
        /// For all processes of an execution; `nil` for the host's own bound.
        package var memoryBytes: Int64?
        /// What an execution may write to its workspace; `nil` for what the host can spare.
        package var diskBytes: Int64?

        package init(
            processes: Int64? = nil, memoryBytes: Int64? = nil, diskBytes: Int64? = nil
        ) {
            self.processes = processes
            self.memoryBytes = memoryBytes
            self.diskBytes = diskBytes
        }
    }

    package var level: String
    package var cores: Cores
    package var layout: Layout
    /// Hash seeds are the same in every execution.
    package var fixesSeeds: Bool
    /// Files come from the disk.
    package var dropsPageCache: Bool
    /// A profile of host tuning; `nil` for what the host's operator chose.
    package var tuning: String?
    package var limits: Limits
    package var hasNetwork: Bool
    package var scheduling: Scheduling
    /// Items without which the attempt is refused.
    package var required: [String]

    package init(
        level: String = "partial", cores: Cores = Cores(), layout: Layout = .fixed,
        fixesSeeds: Bool = true, dropsPageCache: Bool = false, tuning: String? = nil,
        limits: Limits = Limits(), hasNetwork: Bool = false, scheduling: Scheduling = .other,
        required: [String] = []
    ) {
        self.level = level
        self.cores = cores
        self.layout = layout
        self.fixesSeeds = fixesSeeds
        self.dropsPageCache = dropsPageCache
        self.tuning = tuning
        self.limits = limits
        self.hasNetwork = hasNetwork
        self.scheduling = scheduling
        self.required = required
    }

    /// `nil` for what the host's operator chose.
    var profile: TuningProfile? { tuning.flatMap(TuningProfile.init(rawValue:)) }

    /// Whether nobody else shall be put on its processors.
    var ownsCores: Bool { level == "full" }

    /// Whether this agent has such a profile.
    package static func knows(tuning: String) -> Bool { TuningProfile(rawValue: tuning) != nil }

    /// `none` asks for the host's own files and network.
    func view(_ possible: LaunchView) -> LaunchView { level == "none" ? .host : possible }
}
