/// What one launch of a foreign program shall look like.
///
/// Enters: arguments, folder, environment, identity, processors and limits, all from the caller.
/// Leaves: through `Launcher.run`, a `LaunchOutcome` with the receipt of what was in force.
package struct LaunchPlan: Sendable, Equatable {
    /// `arguments[0]` is the program: with a `/` it is a path (relative ones start at
    /// `directory`), without one it is looked up in PATH of `environment`. Never empty.
    package var arguments: [String]
    /// Absolute path. Entered with the rights of the target, not of the agent.
    package var directory: String
    /// The whole environment of the target; nothing is inherited.
    package var environment: [String: String]
    package var standardInput: StandardInput
    /// Required when the agent is root. Otherwise the target keeps the agent's user, and the
    /// receipt names the difference.
    package var identity: ProcessIdentity?
    /// Logical processors the target may use; empty inherits the agent's.
    package var cpus: [Int]
    package var limits: LaunchLimits
    package var disableAddressRandomisation: Bool
    package var phase: LaunchPhase
    /// `nil`: the program sees the whole host, as its user does.
    package var room: LaunchRoom?
    package var scheduling: LaunchScheduling

    package init(
        arguments: [String], directory: String, environment: [String: String],
        standardInput: StandardInput = .null, identity: ProcessIdentity? = nil, cpus: [Int] = [],
        limits: LaunchLimits = LaunchLimits(), disableAddressRandomisation: Bool = false,
        phase: LaunchPhase, room: LaunchRoom? = nil, scheduling: LaunchScheduling = .other
    ) {
        self.arguments = arguments
        self.directory = directory
        self.environment = environment
        self.standardInput = standardInput
        self.identity = identity
        self.cpus = cpus
        self.limits = limits
        self.disableAddressRandomisation = disableAddressRandomisation
        self.phase = phase
        self.room = room
        self.scheduling = scheduling
    }
}

/// How the kernel chooses among processes on one processor (sched(7)).
package enum LaunchScheduling: String, Sendable, CaseIterable {
    case other
    case batch
    /// Before everything else on its processors. The kernel's own threads starve with it, so it is
    /// for hosts with processors to spare.
    case fifo
}

/// Where the target's standard input comes from.
package enum StandardInput: Sendable, Equatable {
    case null
    /// A path that the agent opens, with the agent's rights and never through a symbolic link. The
    /// file that was opened must be `owner`'s: another may lie there since somebody looked.
    case file(String, owner: UInt32)
}

/// The unprivileged user of a target. Zero is refused for both numbers.
package struct ProcessIdentity: Hashable, Sendable {
    package let uid: UInt32
    package let gid: UInt32

    package init?(uid: UInt32, gid: UInt32) {
        guard uid > 0, gid > 0, uid < UInt32.max, gid < UInt32.max else { return nil }
        self.uid = uid
        self.gid = gid
    }
}

/// Which kind of work a launch does; each leaves a receipt of its own.
package enum LaunchPhase: String, Sendable, CaseIterable {
    /// git.
    case fetch
    /// What a build asks for beforehand, with the network.
    case prefetch
    case build
    case setup
    /// Warm-up, too.
    case measure
    case simulate
    /// The profiler, what it starts, and what reads its file.
    case profile
    case cleanup
    /// A program of the agent's own: canaries, the probe of counters.
    case host
}
