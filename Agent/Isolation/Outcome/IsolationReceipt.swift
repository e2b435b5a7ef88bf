/// What was asked of one launch and what was in force when the target began.
///
/// Plain values; the agent maps them to the record of api.md, section 4.6. The facts were read
/// back from the kernel inside the target's process just before its exec.
package struct IsolationReceipt: Sendable, Equatable {
    /// Something that the launch could not give.
    package struct Missing: Sendable, Equatable {
        /// A slug: `identity`, `network`, `cgroup`, …
        package let item: String
        package let reason: String
        package let advice: String

        package init(item: String, reason: String, advice: String) {
            self.item = item
            self.reason = reason
            self.advice = advice
        }
    }

    package enum Level: String, Sendable {
        case none
        case partial
        case full
    }

    package var phase: LaunchPhase
    package var levelReached: Level
    package var uid: UInt32
    package var gid: UInt32
    package var noNewPrivileges: Bool
    /// Names such as `cap_net_raw`, ascending by number; effective or permitted ones. Empty is
    /// what a target should have.
    package var capabilities: [String]
    /// The bounding set as the kernel's mask; 0 when all were dropped.
    package var boundingSet: UInt64
    package var cpusAsked: [Int]
    /// `sched_getaffinity` of the target's process, ascending.
    package var cpus: [Int]
    package var addressRandomisation: Bool
    /// Kinds of namespaces that are not the agent's.
    package var namespaces: [String]
    package var seccomp: Bool
    /// `off`: a loopback device and nothing else. `on`: the host's, as asked. `host`: the host's,
    /// for want of a namespace.
    package var network: String
    package var scheduler: String
    package var group: Group?
    package var missing: [Missing]

    /// The control group in which all processes of the launch were.
    package struct Group: Sendable, Equatable {
        /// 1 or 2: whose limits hold.
        package let version: Int
        /// Of the folder that holds the groups of all launches.
        package let path: String
        package let memoryMaxBytes: Int64?
        package let ownsCPUs: Bool
        /// The program cannot leave its processors (cpuset).
        package let holdsCPUs: Bool

        package init(
            version: Int, path: String, memoryMaxBytes: Int64? = nil, ownsCPUs: Bool = false,
            holdsCPUs: Bool = false
        ) {
            self.version = version
            self.path = path
            self.memoryMaxBytes = memoryMaxBytes
            self.ownsCPUs = ownsCPUs
            self.holdsCPUs = holdsCPUs
        }
    }

    /// `hard`: held by a control group. `soft`: by affinity alone, which the program can undo.
    /// `nil`: no processors were asked for.
    package var pinning: String? {
        cpusAsked.isEmpty ? nil : group?.holdsCPUs == true ? "hard" : "soft"
    }

    package init(
        phase: LaunchPhase, levelReached: Level, uid: UInt32, gid: UInt32, noNewPrivileges: Bool,
        capabilities: [String], boundingSet: UInt64, cpusAsked: [Int], cpus: [Int],
        addressRandomisation: Bool, namespaces: [String] = [], seccomp: Bool = false,
        network: String = "host", scheduler: String = "other", group: Group? = nil,
        missing: [Missing]
    ) {
        self.phase = phase
        self.levelReached = levelReached
        self.uid = uid
        self.gid = gid
        self.noNewPrivileges = noNewPrivileges
        self.capabilities = capabilities
        self.boundingSet = boundingSet
        self.cpusAsked = cpusAsked
        self.cpus = cpus
        self.addressRandomisation = addressRandomisation
        self.namespaces = namespaces
        self.seccomp = seccomp
        self.network = network
        self.scheduler = scheduler
        self.group = group
        self.missing = missing
    }
}
