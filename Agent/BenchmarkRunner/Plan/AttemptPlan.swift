// BenchmarkRunner: one attempt from checkout to samples. Enters: an `AttemptPlan`, what this host
// offers, and a sink. Leaves: `RunnerEvent`s in order of happening and one `AttemptEnd`. All
// foreign code runs through the launcher; nothing here speaks to the network or the spool.

package import FleetModel
import Isolation

/// Everything that one attempt needs to know, free of the wire and of the disk.
package struct AttemptPlan: Sendable {
    package var attempt: AttemptID
    package var repository: RepositorySource
    /// One, or two when base and candidate are interleaved; roles differ.
    package var revisions: [RevisionPlan]
    package var build: BuildWish
    package var benchmarks: [BenchmarkPlan]
    package var repetitions: RepetitionWish
    package var order: OrderWish
    package var isolation: IsolationWish
    package var limits: PhaseLimits
    package var canary: CanaryWish
    /// Globs in a checkout; `nil` for all that are known.
    package var lockfiles: [String]?

    package init(
        attempt: AttemptID, repository: RepositorySource, revisions: [RevisionPlan],
        build: BuildWish, benchmarks: [BenchmarkPlan], repetitions: RepetitionWish,
        order: OrderWish = OrderWish(), isolation: IsolationWish = IsolationWish(),
        limits: PhaseLimits = PhaseLimits(), canary: CanaryWish = CanaryWish(),
        lockfiles: [String]? = nil
    ) {
        self.attempt = attempt
        self.repository = repository
        self.revisions = revisions
        self.build = build
        self.benchmarks = benchmarks
        self.repetitions = repetitions
        self.order = order
        self.isolation = isolation
        self.limits = limits
        self.canary = canary
        self.lockfiles = lockfiles
    }
}

/// Where the commits come from.
package struct RepositorySource: Sendable {
    package var id: RepositoryID
    /// Not checked yet.
    package var address: String
    /// Reaches the fetch phase only.
    package var token: String?
    package var withSubmodules: Bool
    /// Commits of history that the build sees; `nil` for all.
    package var depth: Int?

    package init(
        id: RepositoryID, address: String, token: String? = nil, withSubmodules: Bool = false,
        depth: Int? = nil
    ) {
        self.id = id
        self.address = address
        self.token = token
        self.withSubmodules = withSubmodules
        self.depth = depth
    }
}

package struct RevisionPlan: Sendable, Equatable {
    package var role: RevisionRole
    package var commit: CommitHash

    package init(role: RevisionRole, commit: CommitHash) {
        self.role = role
        self.commit = commit
    }
}

/// What turns a checkout into programs; each step is text for `/bin/sh -eu -c`.
package struct BuildWish: Sendable {
    package struct Step: Sendable, Equatable {
        package var script: String
        /// Relative to the checkout.
        package var directory: String
        package var environment: [String: String]
        package var timeout: Duration?

        package init(
            _ script: String, directory: String = ".", environment: [String: String] = [:],
            timeout: Duration? = nil
        ) {
            self.script = script
            self.directory = directory
            self.environment = environment
            self.timeout = timeout
        }
    }

    /// Run first, in the fetch phase.
    package var prefetch: [Step]
    package var steps: [Step]
    /// Whether the steps have the network, too.
    package var hasNetwork: Bool

    package init(prefetch: [Step] = [], steps: [Step] = [], hasNetwork: Bool = false) {
        self.prefetch = prefetch
        self.steps = steps
        self.hasNetwork = hasNetwork
    }
}

/// How long the parts of an attempt may take.
package struct PhaseLimits: Sendable, Equatable {
    package var fetch: Duration
    package var build: Duration
    package var measure: Duration
    package var cleanup: Duration
    package var job: Duration
    /// Between TERM and KILL.
    package var grace: Duration

    package init(
        fetch: Duration = .seconds(900), build: Duration = .seconds(1800),
        measure: Duration = .seconds(3600), cleanup: Duration = .seconds(60),
        job: Duration = .seconds(7200), grace: Duration = .seconds(10)
    ) {
        self.fetch = fetch
        self.build = build
        self.measure = measure
        self.cleanup = cleanup
        self.job = job
        self.grace = grace
    }
}

/// How the measured processes shall be kept apart.
package struct IsolationWish: Sendable, Equatable {
    /// How the kernel chooses among processes on one processor (sched(7)).
    package enum Scheduling: String, Sendable {
        case other, batch, fifo
    }

    package var level: String
    /// Whole cores.
    package var cores: Int
    /// More of them than a memory node has.
    package var spansNodes: Bool
    package var randomisesAddresses: Bool
    /// RLIMIT_NPROC; `nil` for the host's own.
    package var processes: Int64?
    /// For all processes of an execution; `nil` for the host's own bound.
    package var memoryBytes: Int64?
    package var hasNetwork: Bool
    package var scheduling: Scheduling
    /// Items without which the attempt is refused.
    package var required: [String]

    package init(
        level: String = "partial", cores: Int = 1, spansNodes: Bool = false,
        randomisesAddresses: Bool = false, processes: Int64? = nil, memoryBytes: Int64? = nil,
        hasNetwork: Bool = false, scheduling: Scheduling = .other, required: [String] = []
    ) {
        self.level = level
        self.cores = cores
        self.spansNodes = spansNodes
        self.randomisesAddresses = randomisesAddresses
        self.processes = processes
        self.memoryBytes = memoryBytes
        self.hasNetwork = hasNetwork
        self.scheduling = scheduling
        self.required = required
    }

    /// `none` asks for the host's own files and network.
    func view(_ possible: LaunchView) -> LaunchView { level == "none" ? .host : possible }
}
