package import FleetModel

/// The receipt of isolation: what was asked, what was reached, what is missing and why.
package struct IsolationRecord: WireMessage {
    /// Since the attempt's start.
    package let at: Nanoseconds
    /// The kind of launch: `fetch`, `prefetch`, `build`, `setup`, `measure`, `simulate`, `profile`
    /// or `cleanup`; an agent of an earlier version does not say it.
    package let phase: String?
    /// Whose programs were launched.
    package let role: RevisionRole?
    /// The first benchmark that it holds for; those after it have the same until the next record.
    package let benchmark: String?
    package let levelAsked: JobDescription.Isolation.Level
    package let levelReached: JobDescription.Isolation.Level
    package let cgroup: Cgroup
    package let cpus: [Int]
    /// `hard`, or `soft` where the programs can leave their processors.
    package let pinning: String?
    package let siblingsIdle: Bool
    package let numaNode: Int?
    package let namespaces: [String]
    package let uid: UInt32
    package let capabilities: [String]
    package let seccomp: Bool
    package let noNewPrivileges: Bool
    package let network: String
    package let addressRandomisation: String
    package let layout: Layout?
    package let scheduler: String
    package let memoryMaxBytes: Int64?
    package let processesMax: Int64?
    package let diskMaxBytes: Int64?
    package let deterministic: Bool?
    package let pageCache: JobDescription.Isolation.PageCache?
    package let home: Home?
    /// The profile of host tuning in force.
    package let tuningProfile: String?
    package let tuning: [Knob]
    package let missing: [MissingItem]

    package init(
        at: Nanoseconds, phase: String? = nil, role: RevisionRole? = nil, benchmark: String? = nil,
        levelAsked: JobDescription.Isolation.Level, levelReached: JobDescription.Isolation.Level,
        cgroup: Cgroup, cpus: [Int], pinning: String? = nil, siblingsIdle: Bool,
        numaNode: Int? = nil, namespaces: [String], uid: UInt32, capabilities: [String],
        seccomp: Bool, noNewPrivileges: Bool, network: String, addressRandomisation: String,
        layout: Layout? = nil, scheduler: String, memoryMaxBytes: Int64? = nil,
        processesMax: Int64? = nil, diskMaxBytes: Int64? = nil, deterministic: Bool? = nil,
        pageCache: JobDescription.Isolation.PageCache? = nil, home: Home? = nil,
        tuningProfile: String? = nil, tuning: [Knob], missing: [MissingItem]
    ) {
        self.at = at
        self.phase = phase
        self.role = role
        self.benchmark = benchmark
        self.levelAsked = levelAsked
        self.levelReached = levelReached
        self.cgroup = cgroup
        self.cpus = cpus
        self.pinning = pinning
        self.siblingsIdle = siblingsIdle
        self.numaNode = numaNode
        self.namespaces = namespaces
        self.uid = uid
        self.capabilities = capabilities
        self.seccomp = seccomp
        self.noNewPrivileges = noNewPrivileges
        self.network = network
        self.addressRandomisation = addressRandomisation
        self.layout = layout
        self.scheduler = scheduler
        self.memoryMaxBytes = memoryMaxBytes
        self.processesMax = processesMax
        self.diskMaxBytes = diskMaxBytes
        self.deterministic = deterministic
        self.pageCache = pageCache
        self.home = home
        self.tuningProfile = tuningProfile
        self.tuning = tuning
        self.missing = missing
    }

    private enum CodingKeys: String, CodingKey {
        case at = "at_ns"
        case phase
        case role
        case benchmark
        case levelAsked = "level_asked"
        case levelReached = "level_reached"
        case cgroup
        case cpus
        case pinning
        case siblingsIdle = "siblings_idle"
        case numaNode = "numa_node"
        case namespaces
        case uid
        case capabilities
        case seccomp
        case noNewPrivileges = "no_new_privs"
        case network
        case addressRandomisation = "aslr"
        case layout
        case scheduler
        case memoryMaxBytes = "memory_max_bytes"
        case processesMax = "pids_max"
        case diskMaxBytes = "disk_max_bytes"
        case deterministic
        case pageCache = "page_cache"
        case home
        case tuningProfile = "tuning_profile"
        case tuning
        case missing
    }
}

extension IsolationRecord {
    /// Where the measured processes ran.
    package struct Cgroup: Codable, Sendable, Equatable {
        package let version: Int
        package let path: String

        package init(
            version: Int, path: String
        ) {
            self.version = version
            self.path = path
        }

        private enum CodingKeys: String, CodingKey {
            case version
            case path
        }
    }
}

extension IsolationRecord {
    /// How the address space and the environment were laid out.
    package struct Layout: Codable, Sendable, Equatable {
        package let policy: Policy
        /// What the sizes of a random layout were drawn from.
        package let seed: UInt64?

        package init(
            policy: Policy, seed: UInt64? = nil
        ) {
            self.policy = policy
            self.seed = seed
        }

        private enum CodingKeys: String, CodingKey {
            case policy
            case seed
        }
    }

    package enum Policy: String, Sendable, CaseIterable, Codable {
        case fixed, random, host
    }

    /// What a benchmark found as its HOME.
    package enum Home: String, Sendable, CaseIterable, Codable {
        /// The build's, each execution with changes of its own that are thrown away.
        case view
        /// A copy of the build's.
        case copy
        /// An empty folder.
        case empty
    }
}

extension IsolationRecord {
    /// One host setting, as wanted and as read back.
    package struct Knob: Codable, Sendable, Equatable {
        package let knob: String
        /// Before the host was tuned; absent from agents before 0.3.
        package let original: String?
        package let wanted: String
        package let found: String
        package let holds: Bool

        package init(
            knob: String, original: String? = nil, wanted: String, found: String, holds: Bool
        ) {
            self.knob = knob
            self.original = original
            self.wanted = wanted
            self.found = found
            self.holds = holds
        }

        private enum CodingKeys: String, CodingKey {
            case knob
            case original
            case wanted = "want"
            case found
            case holds = "ok"
        }
    }
}

extension IsolationRecord {
    /// Something that was asked for and not given.
    package struct MissingItem: Codable, Sendable, Equatable {
        package let item: String
        package let reason: String
        package let advice: String

        package init(
            item: String, reason: String, advice: String
        ) {
            self.item = item
            self.reason = reason
            self.advice = advice
        }

        private enum CodingKeys: String, CodingKey {
            case item
            case reason
            case advice
        }
    }
}

extension IsolationRecord {
    package func validate() throws(FieldProblem) {
        for (index, cpu) in cpus.enumerated() { try FieldCheck.count("cpus/\(index)", cpu) }
        if let numaNode { try FieldCheck.count("numa_node", numaNode) }
        if let phase { try FieldCheck.name("phase", phase) }
        if let benchmark { try FieldCheck.name("benchmark", benchmark) }
        if let tuningProfile { try FieldCheck.name("tuning_profile", tuningProfile) }
        if let memoryMaxBytes { try FieldCheck.count("memory_max_bytes", memoryMaxBytes) }
        if let processesMax { try FieldCheck.count("pids_max", processesMax) }
        if let diskMaxBytes { try FieldCheck.count("disk_max_bytes", diskMaxBytes) }
        for (index, knob) in tuning.enumerated() {
            try FieldCheck.name("tuning/\(index)/knob", knob.knob)
        }
        for (index, item) in missing.enumerated() {
            try FieldCheck.name("missing/\(index)/item", item.item)
        }
    }
}
