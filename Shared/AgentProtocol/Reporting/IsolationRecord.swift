/// The receipt of isolation: what was asked, what was reached, what is missing and why.
package struct IsolationRecord: Codable, Sendable, Equatable {
    /// Since the attempt's start.
    package let at: Nanoseconds
    package let levelAsked: JobDescription.Isolation.Level
    package let levelReached: JobDescription.Isolation.Level
    package let cgroup: Cgroup
    package let cpus: [Int]
    package let siblingsIdle: Bool
    package let numaNode: Int?
    package let namespaces: [String]
    package let uid: UInt32
    package let capabilities: [String]
    package let seccomp: Bool
    package let noNewPrivileges: Bool
    package let network: String
    package let addressRandomisation: String
    package let scheduler: String
    package let memoryMaxBytes: Int64?
    package let tuning: [Knob]
    package let missing: [MissingItem]

    package init(
        at: Nanoseconds, levelAsked: JobDescription.Isolation.Level,
        levelReached: JobDescription.Isolation.Level, cgroup: Cgroup, cpus: [Int],
        siblingsIdle: Bool, numaNode: Int? = nil, namespaces: [String], uid: UInt32,
        capabilities: [String], seccomp: Bool, noNewPrivileges: Bool, network: String,
        addressRandomisation: String, scheduler: String, memoryMaxBytes: Int64? = nil,
        tuning: [Knob], missing: [MissingItem]
    ) {
        self.at = at
        self.levelAsked = levelAsked
        self.levelReached = levelReached
        self.cgroup = cgroup
        self.cpus = cpus
        self.siblingsIdle = siblingsIdle
        self.numaNode = numaNode
        self.namespaces = namespaces
        self.uid = uid
        self.capabilities = capabilities
        self.seccomp = seccomp
        self.noNewPrivileges = noNewPrivileges
        self.network = network
        self.addressRandomisation = addressRandomisation
        self.scheduler = scheduler
        self.memoryMaxBytes = memoryMaxBytes
        self.tuning = tuning
        self.missing = missing
    }

    private enum CodingKeys: String, CodingKey {
        case at = "at_ns"
        case levelAsked = "level_asked"
        case levelReached = "level_reached"
        case cgroup
        case cpus
        case siblingsIdle = "siblings_idle"
        case numaNode = "numa_node"
        case namespaces
        case uid
        case capabilities
        case seccomp
        case noNewPrivileges = "no_new_privs"
        case network
        case addressRandomisation = "aslr"
        case scheduler
        case memoryMaxBytes = "memory_max_bytes"
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
    /// One host setting, as wanted and as read back.
    package struct Knob: Codable, Sendable, Equatable {
        package let knob: String
        package let wanted: String
        package let found: String
        package let holds: Bool

        package init(
            knob: String, wanted: String, found: String, holds: Bool
        ) {
            self.knob = knob
            self.wanted = wanted
            self.found = found
            self.holds = holds
        }

        private enum CodingKeys: String, CodingKey {
            case knob
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
    func validate() throws(FieldProblem) {
        for (index, cpu) in cpus.enumerated() { try FieldCheck.count("cpus/\(index)", cpu) }
        if let numaNode { try FieldCheck.count("numa_node", numaNode) }
        if let memoryMaxBytes { try FieldCheck.count("memory_max_bytes", memoryMaxBytes) }
        for (index, knob) in tuning.enumerated() {
            try FieldCheck.name("tuning/\(index)/knob", knob.knob)
        }
        for (index, item) in missing.enumerated() {
            try FieldCheck.name("missing/\(index)/item", item.item)
        }
    }
}
