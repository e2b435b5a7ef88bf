// BenchmarkRunner: one attempt from checkout to samples. Enters: an `AttemptPlan`, what this host
// offers, and a sink. Leaves: `RunnerEvent`s in order of happening and one `AttemptEnd`. All
// foreign code runs through the launcher; nothing here speaks to the network or the spool.

package import FleetModel

/// Everything that one attempt needs to know, free of the wire and of the disk.
package struct AttemptPlan: Sendable {
    package var attempt: AttemptID
    /// The matrix cell, axis and value; none without a matrix.
    package var cell: Parameters
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
        attempt: AttemptID, cell: Parameters = .none, repository: RepositorySource,
        revisions: [RevisionPlan], build: BuildWish, benchmarks: [BenchmarkPlan],
        repetitions: RepetitionWish,
        order: OrderWish = OrderWish(), isolation: IsolationWish = IsolationWish(),
        limits: PhaseLimits = PhaseLimits(), canary: CanaryWish = CanaryWish(),
        lockfiles: [String]? = nil
    ) {
        self.attempt = attempt
        self.cell = cell
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

extension AttemptPlan {
    /// What each benchmark asks for, in their order; never empty.
    var wishes: [IsolationWish] {
        let own = benchmarks.map { $0.isolation ?? isolation }
        return own.isEmpty ? [isolation] : own
    }

    /// Each side is built as its own project file says.
    func build(of role: RevisionRole) -> BuildWish {
        revisions.first { $0.role == role }?.build ?? build
    }

    /// Builds are kept from the host unless no benchmark wants to be.
    var buildIsolation: IsolationWish {
        let wishes = wishes
        return wishes.first { $0.level != "none" } ?? wishes[0]
    }
}

/// Where the commits come from.
package struct RepositorySource: Sendable {
    package var id: RepositoryID
    /// Not checked yet.
    package var address: String
    /// Reaches the fetch phase only.
    package var token: String?
    package var submodules: Submodules
    /// Commits of history that the build sees; `nil` for all.
    package var depth: Int?

    /// Which submodules are filled (project file, §2.2).
    package enum Submodules: Sendable {
        case none, top, recursive
    }

    package init(
        id: RepositoryID, address: String, token: String? = nil,
        submodules: Submodules = .none, depth: Int? = nil
    ) {
        self.id = id
        self.address = address
        self.token = token
        self.submodules = submodules
        self.depth = depth
    }
}

package struct RevisionPlan: Sendable, Equatable {
    package var role: RevisionRole
    package var commit: CommitHash
    /// A unified diff on top of the commit.
    package var patch: [UInt8]?
    /// `nil` for the plan's.
    package var build: BuildWish?

    package init(
        role: RevisionRole, commit: CommitHash, patch: [UInt8]? = nil, build: BuildWish? = nil
    ) {
        self.role = role
        self.commit = commit
        self.patch = patch
        self.build = build
    }
}

/// What turns a checkout into programs; each step is text for `/bin/sh -eu -c`.
package struct BuildWish: Sendable, Equatable {
    /// When a build that was kept may be used, and what is kept of one.
    package struct Cache: Sendable, Equatable {
        /// Digest of all that the project file says of the build.
        package var recipe: String
        /// Globs of the tracked files that decide; none means all.
        package var files: [String]
        /// What is kept besides the outputs.
        package var paths: [String]
        /// Whether to build although one fits.
        package var isFresh: Bool

        package init(
            recipe: String, files: [String] = [], paths: [String] = [], isFresh: Bool = false
        ) {
            self.recipe = recipe
            self.files = files
            self.paths = paths
            self.isFresh = isFresh
        }
    }

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
    /// Globs of what benchmarks may use; none means all.
    package var outputs: [String]
    /// `nil` builds anew each time and keeps nothing.
    package var cache: Cache?

    package init(
        prefetch: [Step] = [], steps: [Step] = [], hasNetwork: Bool = false,
        outputs: [String] = [], cache: Cache? = nil
    ) {
        self.prefetch = prefetch
        self.steps = steps
        self.hasNetwork = hasNetwork
        self.outputs = outputs
        self.cache = cache
    }

    var isEmpty: Bool { steps.isEmpty && prefetch.isEmpty }
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
