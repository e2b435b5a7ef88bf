import Glibc
package import LinuxSystem

extension LaunchAbilities {
    /// A folder that every room has.
    private static let viewed = LaunchRoom.View("/etc", bytes: 1 << 20)
    private static let all: Set<LaunchNamespace> = [.mount, .pid, .net, .ipc, .uts]

    /// Tries what this host gives, by launches of a program that does nothing.
    ///
    /// `identity`: whose rights the attempts have later; needed by root only.
    package static func probe(
        programPath: String, identity: ProcessIdentity?, tree: KernelTree = KernelTree()
    ) async -> LaunchAbilities {
        var found = LaunchAbilities()
        let groups = ControlGroups.find(tree)
        found.groups = groups
        found.degradations = groups.degradations
        found.tryPartition(groups, tree)
        var failure: LaunchFailure?
        // An agent that is not root can make namespaces only inside one of users.
        for namespaces in geteuid() == 0 ? [all, all.union([.user])] : [all.union([.user])] {
            var wanted = LaunchAbilities()
            wanted.namespaces = namespaces
            failure = await refusal(of: wanted, programPath, identity)
            guard failure != nil else {
                found.namespaces = namespaces
                break
            }
        }
        if let failure { found.degradations.append(.namespacesRefused(failure, tree)) }
        if !found.namespaces.contains(.pid) {
            found.degradations.append(.processTree(groups.kind))
        }
        if found.view == .room {
            var viewing = found
            viewing.makesViews = true
            let refusal = await refusal(of: viewing, programPath, identity, views: [viewed])
            found.makesViews = refusal == nil
            if let refusal { found.degradations.append(.viewsRefused(refusal)) }
        }
        var filtering = LaunchAbilities()
        filtering.filtersCalls = true
        if await refusal(of: filtering, programPath, identity) == nil {
            found.filtersCalls = true
        } else {
            found.degradations.append(.filterRefused)
        }
        return found
    }

    /// With the processor that is the likeliest to measure; one core cannot be given away.
    private mutating func tryPartition(_ groups: ControlGroups, _ tree: KernelTree) {
        guard groups.kind == .unified, let topology = try? CpuTopology(reading: tree)
        else { return }
        let house = Housekeeping(topology, asked: nil)
        guard !house.cpus.isEmpty, let cpu = house.measurableCPUs.last else { return }
        if let problem = groups.partitionProblem([cpu]) {
            degradations.append(problem)
        } else {
            givesPartitions = true
        }
    }

    private static func refusal(
        of abilities: LaunchAbilities, _ programPath: String, _ identity: ProcessIdentity?,
        views: [LaunchRoom.View] = []
    ) async -> LaunchFailure? {
        let launcher = Launcher(programPath: programPath, abilities: abilities)
        let plan = LaunchPlan(
            arguments: ["true"], directory: "/",
            environment: ["PATH": CleanEnvironment.standardPath],
            identity: identity, limits: LaunchLimits(wall: .seconds(20)), phase: .host,
            room: LaunchRoom(views: views, temporary: .memory(bytes: 1 << 20)))
        do {
            let outcome = try await launcher.run(plan) { _ in }
            return outcome.succeeded ? nil : .launcherMisspoke("`true` failed in a room")
        } catch let failure as LaunchFailure {
            return failure
        } catch {
            return .launcherMisspoke("\(error)")
        }
    }
}

extension Degradation {
    /// Names the setting that stands in the way, where one is known.
    static func namespacesRefused(_ failure: LaunchFailure, _ tree: KernelTree) -> Degradation {
        let settings = [
            ("/proc/sys/user/max_user_namespaces", "0", "user.max_user_namespaces"),
            ("/proc/sys/kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone"),
            (
                "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1",
                "kernel.apparmor_restrict_unprivileged_userns"
            ),
        ]
        let culprit = settings.first {
            (try? tree.text($0.0))?.trimmingWhitespace() == $0.1
        }
        var code: Int32?
        if case .setupFailed(_, let errno, _) = failure { code = errno }
        let message =
            "Namespaces unavailable (\(failure)): file system, network and process isolation are "
            + "off."
        return Degradation(
            "namespaces-unavailable", subject: culprit?.2 ?? "namespaces", errno: code,
            actual: culprit?.1, message: message,
            advice: culprit.map {
                "Set \($0.2)=\($0.1 == "0" ? "1" : "0"), or run the agent as root."
            }
                ?? "Run the agent as root on the host itself, outside of a container.")
    }

    /// How the end of a process tree is found without a process namespace.
    static func processTree(_ groups: ControlGroups.Kind) -> Degradation {
        let how =
            groups == .none
            ? "by looking for descendants only, and one that hides among strangers is missed"
            : "by cgroup only"
        return Degradation(
            "no-pid-namespace", subject: "pid namespace",
            message: "No process namespace: a process tree's end is detected \(how).",
            advice: groups == .none
                ? "Run the agent as root on the host itself, and mount cgroup2 at /sys/fs/cgroup."
                : "Run the agent as root on the host itself, outside of a container.")
    }

    static func viewsRefused(_ failure: LaunchFailure) -> Degradation {
        var code: Int32?
        if case .setupFailed(_, let errno, _) = failure { code = errno }
        return Degradation(
            "overlay-unavailable", subject: "overlay", errno: code,
            message: "The kernel lays no overlay over a folder (\(failure)): a benchmark gets a "
                + "copy of its build's HOME, or an empty one where that is large.",
            advice: "Use a kernel with CONFIG_OVERLAY_FS; without root it takes Linux 5.11.")
    }

    static let filterRefused = Degradation(
        "seccomp-absent", subject: "seccomp",
        message: "System-call filter unavailable: programs may try every system call that their "
            + "user may make.",
        advice: "Use a kernel with CONFIG_SECCOMP_FILTER.")
}
