import Glibc

extension IsolationReceipt {
    /// Compares what a plan asked with what the launcher read back.
    init(of plan: LaunchPlan, reading facts: LauncherReport.Receipt) {
        let cpusAsked = Set(plan.cpus).sorted()
        var missing: [Missing] = []
        if plan.identity == nil {
            missing.append(.identity(uid: facts.uid))
        }
        if facts.boundingSet != 0 {
            missing.append(.boundingSet)
        }
        let hasCpus = cpusAsked.isEmpty || facts.cpus == cpusAsked
        if !hasCpus {
            missing.append(.processors)
        }
        if plan.disableAddressRandomisation && facts.addressRandomisation {
            missing.append(.fixedAddresses)
        }
        missing += [.network, .cgroup]
        let isUnprivileged =
            plan.identity != nil && facts.noNewPrivileges && facts.capabilities == 0
        self.init(
            phase: plan.phase, levelReached: isUnprivileged && hasCpus ? .partial : .none,
            uid: facts.uid, gid: facts.gid, noNewPrivileges: facts.noNewPrivileges,
            capabilities: CapabilityNames.names(in: facts.capabilities),
            boundingSet: facts.boundingSet, cpusAsked: cpusAsked, cpus: facts.cpus,
            addressRandomisation: facts.addressRandomisation, missing: missing)
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

    static let network = Self(
        item: "network",
        reason: "this version makes no network namespace: the program has the host's network",
        advice: "keep the host away from networks that the program must not reach")

    static let cgroup = Self(
        item: "cgroup",
        reason: "this version makes no control group: memory and processors are not reserved",
        advice: "run nothing else on the host while it measures")
}
