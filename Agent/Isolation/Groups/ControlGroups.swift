import Glibc
package import LinuxSystem

/// The control groups that this agent may make for its launches.
///
/// Found once, when the agent starts. Source: isolation-and-counters.md, sections 3.2 and 3.10.
package final class ControlGroups: Sendable {
    package enum Kind: String, Sendable {
        case none
        /// The first version alone.
        case legacy
        /// Limits by the first version; accounting and killing by an empty second one.
        case hybrid
        case unified
    }

    /// What the limits need; the rest is accounting, and counters of whole groups.
    static let controllers = [
        "cpuset", "memory", "pids", "cpu", "cpuacct", "perf_event", "freezer",
    ]
    /// Without these a run is bounded less well.
    private static let needed = ["cpuset", "memory", "pids"]
    static let prefix = "fleetmark-run-"
    private static let supervisor = "supervisor"
    private static let clearances = 10

    package let kind: Kind
    /// What cannot be had of groups here.
    package let degradations: [Degradation]
    /// Where run groups are made in the second version's tree.
    let base: GroupFolder?
    /// The same by controller of the first version.
    let legacy: [String: GroupFolder]

    private init(
        kind: Kind, base: GroupFolder?, legacy: [String: GroupFolder],
        degradations: [Degradation]
    ) {
        self.kind = kind
        self.base = base
        self.legacy = legacy
        self.degradations = degradations
    }

    /// Looks at the groups of this host and makes ready what runs need. With the second version
    /// the agent moves into a group of its own below its own, since one with processes in it
    /// cannot pass controllers on. Groups of agents that are gone are removed.
    package static func find(_ tree: KernelTree = KernelTree()) -> ControlGroups {
        let found = GroupHierarchies(reading: tree)
        var problems: [Degradation] = []
        let own = found.unified.map { GroupFolder(tree: tree, path: $0) }
        let legacy = found.legacy.filter { controllers.contains($0.key) }
            .mapValues { GroupFolder(tree: tree, path: $0) }
            .filter { isWritable($0.value) }
            // Where the second version is there too, its group is ended.
            .filter { $0.key != "freezer" || own == nil }
        let offered = (own?.text("cgroup.controllers") ?? "").split(separator: " ")
        let isUnified = offered.contains("memory") && offered.contains("pids")
        var base: GroupFolder?
        if let own, isUnified {
            base = delegated(own, offered.map(String.init), &problems)
        } else if let own, isWritable(own) {
            base = own
        }
        let kind: Kind =
            switch (isUnified && base != nil, base != nil, legacy.isEmpty) {
            case (true, _, _): .unified
            case (false, true, false): .hybrid
            case (false, false, false): .legacy
            default: .none
            }
        problems += shortcomings(kind, found, legacy: legacy)
        if kind == .unified {
            problems += needed.filter { !offered.contains($0[...]) }.map { .controllerMissing($0) }
        }
        let groups = ControlGroups(
            kind: kind, base: kind == .none ? nil : base,
            legacy: kind == .unified ? [:] : legacy, degradations: problems)
        groups.sweep()
        return groups
    }

    private static func isWritable(_ folder: GroupFolder) -> Bool {
        unsafe access(folder.tree.root + folder.path, W_OK) == 0
    }

    /// Makes the controllers available to groups below the agent's own.
    private static func delegated(
        _ own: GroupFolder, _ offered: [String], _ problems: inout [Degradation]
    ) -> GroupFolder? {
        var base = own
        if own.path.hasSuffix("/" + supervisor) {
            base = GroupFolder(
                tree: own.tree, path: String(own.path.dropLast(supervisor.count + 1)))
        }
        let wanted = ["cpuset", "cpu", "memory", "pids", "io"].filter(offered.contains)
        for controller in wanted {
            do throws(SystemCallFailure) {
                try pass(controller, on: base)
            } catch {
                problems.append(.controllerRefused(controller, base.path, error))
            }
        }
        let granted = (base.text("cgroup.subtree_control") ?? "").split(separator: " ")
        // What somebody else passed on below a group that is not ours helps nobody.
        guard isWritable(base) else { return nil }
        return granted.contains("memory") || granted.contains("pids") ? base : nil
    }

    /// A process that is born while the others are moved makes the group busy once more.
    private static func pass(
        _ controller: String, on base: GroupFolder
    ) throws(SystemCallFailure) {
        for _ in 0..<clearances {
            // The root may have processes beside groups, and has no such file.
            if base.text("cgroup.type") != nil { try clear(base) }
            do throws(SystemCallFailure) {
                return try base.write("+\(controller)", to: "cgroup.subtree_control")
            } catch {
                guard error.errno == EBUSY else { throw error }
            }
        }
        throw SystemCallFailure("write", path: base.path, errno: EBUSY)
    }

    /// Moves the processes of a group, the agent and what started it, into one below it.
    private static func clear(_ base: GroupFolder) throws(SystemCallFailure) {
        let processes = (base.text("cgroup.procs") ?? "").split(separator: "\n")
        guard !processes.isEmpty else { return }
        let shelter = base.below(supervisor)
        try shelter.make()
        for process in processes {
            do throws(SystemCallFailure) {
                try shelter.write(String(process), to: "cgroup.procs")
            } catch {
                // One that has ended meanwhile is out of the way, too.
                guard error.errno == ESRCH else { throw error }
            }
        }
    }

    private static func shortcomings(
        _ kind: Kind, _ found: GroupHierarchies, legacy: [String: GroupFolder]
    ) -> [Degradation] {
        switch kind {
        case .unified: []
        case .none: [found == GroupHierarchies() ? .noGroups : .groupsNotDelegated()]
        case .legacy, .hybrid:
            [.legacyGroups(isHybrid: kind == .hybrid)]
                + needed.filter { legacy[$0] == nil }
                .map { .controllerMissing($0) }
        }
    }

    /// The controllers whose limits hold here.
    var offered: [String] {
        let granted = (base?.text("cgroup.subtree_control") ?? "").split(separator: " ")
        return kind == .unified ? granted.map(String.init) : legacy.keys.sorted()
    }

    /// Makes the groups of one launch. What a group refuses is told, and the launch goes on.
    func make(_ limits: GroupLimits) -> RunGroup? {
        guard kind != .none else { return nil }
        // Not a count: a process may look at its groups more than once.
        let number = String(UInt64.random(in: .min ... .max), radix: 36)
        return RunGroup(
            name: "\(Self.prefix)\(getpid())-\(number)", base: base, isUnified: kind == .unified,
            legacy: legacy, limits: limits)
    }

    /// Why no launch can have these processors for itself; `nil` where it can. Tried, since the
    /// kernel alone knows.
    func partitionProblem(_ cpus: [Int]) -> Degradation? {
        guard kind == .unified, let group = make(GroupLimits(cpus: cpus, ownsCPUs: true)) else {
            return nil
        }
        defer { group.remove() }
        return group.ownsCPUs ? nil : group.refusals.first
    }

    /// Ends and removes the groups of agents that are no longer there, and puts back what they had
    /// set aside above them.
    private func sweep() {
        for folder in [base].compactMap(\.self) + legacy.values {
            for name in folder.children where name.hasPrefix(Self.prefix) && Self.isOrphan(name) {
                let group = folder.below(name)
                GroupEnding(folder: group).run()
                _ = RunGroup.isRemoved(group)
            }
        }
        if let base { PartitionRecord.sweep(base.tree, where: Self.isOrphan) }
    }

    /// Whether the agent that made the group is gone.
    private static func isOrphan(_ name: String) -> Bool {
        let owner = name.dropFirst(prefix.count).prefix { $0 != "-" }
        guard let pid = pid_t(owner) else { return false }
        return kill(pid, 0) != 0 && errno == ESRCH
    }
}
