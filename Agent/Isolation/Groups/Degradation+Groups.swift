package import LinuxSystem

/// What control groups cannot give (isolation-and-counters.md, section 7).
extension Degradation {
    package static let noGroups = Degradation(
        "no-cgroups", subject: "cgroup",
        message: "Control groups are not mounted: memory and processes are bounded by resource "
            + "limits only, processors by affinity only.",
        advice: "Mount cgroup2 at /sys/fs/cgroup.")

    /// `folder`: the group that the agent may not write in.
    package static func groupsNotDelegated(
        _ folder: String = "cgroup", errno: Int32? = nil
    ) -> Degradation {
        Degradation(
            "cgroup-not-delegated", subject: folder, errno: errno,
            message: "The agent's cgroup is not delegated: memory and processes are bounded by "
                + "resource limits only, processors by affinity only.",
            advice: "Run the agent as root, or under systemd with Delegate=yes.")
    }

    static func controllerRefused(
        _ controller: String, _ path: String, _ failure: SystemCallFailure
    ) -> Degradation {
        Degradation(
            "cgroup-controller-refused", subject: controller, errno: failure.errno,
            message: "The controller \(controller) cannot be passed on below \(path): "
                + "\(SystemCallFailure.text(of: failure.errno)).",
            advice: "Add \(controller) to Delegate= of the agent's unit.")
    }

    package static func legacyGroups(isHybrid: Bool) -> Degradation {
        isHybrid
            ? Degradation(
                "cgroup-hybrid", subject: "cgroup",
                message: "Hybrid cgroups: limits through v1, no processor partitions.",
                advice: "Boot with systemd.unified_cgroup_hierarchy=1.")
            : Degradation(
                "cgroup-v1", subject: "cgroup",
                message: "Legacy cgroups: per-run pressure and partitions unavailable.",
                advice: "Boot with systemd.unified_cgroup_hierarchy=1.")
    }

    package static func controllerMissing(_ controller: String) -> Degradation {
        let loss =
            switch controller {
            case "cpuset":
                "pinning is soft: processors are held by affinity only, which a program can undo"
            case "memory": "memory is not bounded for a whole run"
            default: "processes are not bounded for a whole run"
            }
        return Degradation(
            "cgroup-controller-absent", subject: controller,
            message: "The controller \(controller) is absent: \(loss).",
            advice: "Mount it, or boot with the unified hierarchy.")
    }

    static func partitionRefused(_ reason: String, errno: Int32?) -> Degradation {
        Degradation(
            "partition-refused", subject: "cpuset.cpus.partition", errno: errno, actual: reason,
            message: "CPU partition refused: \(reason).",
            advice: "Use a kernel of 6.7 or later, which gives partitions below systemd's groups; "
                + "until then set AllowedCPUs= of system.slice and user.slice.")
    }

    static func groupRefused(_ path: String, _ failure: SystemCallFailure) -> Degradation {
        Degradation(
            "cgroup-refused", subject: path, errno: failure.errno,
            message: "\(path): \(SystemCallFailure.text(of: failure.errno)).",
            advice: "See whether another program manages this control group.")
    }
}
