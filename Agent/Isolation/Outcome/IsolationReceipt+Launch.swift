import Glibc
import LinuxSystem

extension IsolationReceipt {
    /// Compares what a plan asked with what the launcher read back.
    init(
        of plan: LaunchPlan, _ enclosure: LaunchEnclosure, reading facts: LauncherReport.Receipt
    ) {
        let cpusAsked = Set(plan.cpus).sorted()
        let hasCpus = cpusAsked.isEmpty || facts.cpus == cpusAsked
        let isUnprivileged =
            plan.identity != nil && facts.noNewPrivileges && facts.capabilities == 0
        let group = enclosure.group
        self.init(
            phase: plan.phase, levelReached: .none, uid: facts.uid, gid: facts.gid,
            noNewPrivileges: facts.noNewPrivileges,
            capabilities: CapabilityNames.names(in: facts.capabilities),
            boundingSet: facts.boundingSet, cpusAsked: cpusAsked, cpus: facts.cpus,
            addressRandomisation: facts.addressRandomisation,
            namespaces: LaunchNamespace.allCases.filter(facts.namespaces.contains)
                .map(\.rawValue), seccomp: facts.filtersCalls,
            network: Self.network(plan.room, facts), scheduler: Self.scheduler(facts.policy),
            group: group.map {
                Group(
                    version: $0.version, path: $0.parent,
                    memoryMaxBytes: $0.limitsMemory ? plan.limits.group?.memoryBytes : nil,
                    ownsCPUs: $0.ownsCPUs, holdsCPUs: $0.holdsCPUs)
            }, missing: [])
        missing = Self.missing(plan, enclosure, facts, hasCpus: hasCpus)
        guard isUnprivileged && hasCpus else { return }
        let isEnclosed =
            facts.namespaces.isSuperset(of: [.mount, .pid, .ipc, .uts]) && facts.filtersCalls
            && network != "host" && group?.limitsMemory == true && group?.ownsCPUs == true
        levelReached = isEnclosed ? .full : .partial
    }

    private static func network(
        _ room: LaunchRoom?, _ facts: LauncherReport.Receipt
    ) -> String {
        if facts.namespaces.contains(.net) { return "off" }
        return room?.hasNetwork == true ? "on" : "host"
    }

    /// SCHED_* of sched(7).
    private static func scheduler(_ policy: UInt32) -> String {
        switch policy {
        case 0: "other"
        case 1: "fifo"
        case 3: "batch"
        default: "policy \(policy)"
        }
    }

    private static func missing(
        _ plan: LaunchPlan, _ enclosure: LaunchEnclosure, _ facts: LauncherReport.Receipt,
        hasCpus: Bool
    ) -> [Missing] {
        var missing: [Missing] = []
        if plan.identity == nil { missing.append(.identity(uid: facts.uid)) }
        if facts.boundingSet != 0 { missing.append(.boundingSet) }
        if !hasCpus { missing.append(.processors) }
        if plan.disableAddressRandomisation && facts.addressRandomisation {
            missing.append(.fixedAddresses)
        }
        if facts.sharesProcesses { missing.append(.sharedProcesses) }
        if plan.room == nil { missing.append(.room) }
        if plan.limits.group == nil { missing.append(.group) }
        let lacks = enclosure.hostLacks + (enclosure.group?.refusals ?? [])
        return missing
            + lacks.map { Missing(item: $0.code, reason: $0.message, advice: $0.advice) }
    }
}

extension IsolationReceipt.Missing {
    static func identity(uid: UInt32) -> Self {
        Self(
            item: "identity",
            reason: "the agent is not root, so the program runs as the agent's user \(uid)",
            advice: "run the agent as root with a user of its own for each phase")
    }

    static let boundingSet = Self(
        item: "bounding-set",
        reason: "the capability bounding set needs CAP_SETPCAP to be dropped",
        advice: "give the agent CAP_SETPCAP; without new privileges the set gives nothing")

    static let processors = Self(
        item: "affinity",
        reason: "the kernel gave other processors than were asked",
        advice: "compare the agent's cpuset with the processors it is to measure on")

    static let fixedAddresses = Self(
        item: "address-randomisation",
        reason: "address randomisation is still on",
        advice: "see whether a security module forbids personality(2)")

    static let sharedProcesses = Self(
        item: "proc-shared",
        reason: "the kernel refused a fresh /proc, so the host's is shown, read-only",
        advice: "run the agent outside of a container that hides parts of /proc")

    static let room = Self(
        item: "room", reason: "the program was launched with the host's files and network",
        advice: "")

    static let group = Self(
        item: "cgroup", reason: "the launch asked for no control group", advice: "")
}
