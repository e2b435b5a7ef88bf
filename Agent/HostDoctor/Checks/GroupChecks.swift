import Glibc
import LinuxSystem

/// Control groups and pressure.
enum GroupChecks {
    private static let root = "/sys/fs/cgroup"

    static func findings(_ host: HostFindings) -> [Finding] {
        (host.launching == nil ? groups(host) : []) + pressure(host)
    }

    private static func groups(_ host: HostFindings) -> [Finding] {
        if let controllers = try? host.tree.content(of: "\(root)/cgroup.controllers") {
            return unified(host, controllers.split(whereSeparator: \.isWhitespace).map(String.init))
        }
        let hybrid = try? host.tree.content(of: "\(root)/unified/cgroup.controllers")
        let legacy = ((try? host.tree.content(of: "/proc/cgroups")) ?? "").split(separator: "\n")
        guard legacy.count > 1 || hybrid != nil else {
            return [
                Finding(
                    .limit,
                    Degradation(
                        "no-cgroups", subject: "control groups",
                        message: "no control groups: memory and processors of a run are not "
                            + "limited, and its end is found by walking its processes",
                        advice: "mount cgroup2 on /sys/fs/cgroup"))
            ]
        }
        return [hybrid == nil ? oldGroups(host) : bothGroups()]
    }

    private static func oldGroups(_ host: HostFindings) -> Finding {
        Finding(
            .limit,
            Degradation(
                "cgroup-v1", subject: "control groups", actual: "version 1",
                message: "legacy cgroups: per-run pressure and partitions unavailable",
                advice: unifiedAdvice),
            commands: bootCommands)
    }

    private static func bothGroups() -> Finding {
        Finding(
            .limit,
            Degradation(
                "cgroup-hybrid", subject: "control groups", actual: "version 1 and 2",
                message: "hybrid cgroups: limits through v1, no processor partition",
                advice: unifiedAdvice),
            commands: bootCommands)
    }

    private static let unifiedAdvice =
        "boot with systemd.unified_cgroup_hierarchy=1 for version 2 alone"
    private static let bootCommands = [
        "sed -i 's/^GRUB_CMDLINE_LINUX=\"/&systemd.unified_cgroup_hierarchy=1 /' /etc/default/grub",
        "update-grub && reboot",
    ]

    private static func unified(_ host: HostFindings, _ controllers: [String]) -> [Finding] {
        var found: [Finding] = []
        if !controllers.contains("cpuset") {
            found.append(
                Finding(
                    .limit,
                    Degradation(
                        "no-cpuset", subject: "cpuset controller",
                        message: "no cpuset controller: a program can leave its processors",
                        advice: "use a kernel with CONFIG_CPUSETS")))
        }
        let lines = ((try? host.tree.content(of: "/proc/self/cgroup")) ?? "").split(separator: "\n")
        let own = lines.first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) } ?? "/"
        let folder = root + (own == "/" ? "" : own)
        if access(host.tree.root + folder + "/cgroup.procs", W_OK) != 0 {
            let code = errno
            found.append(
                Finding(
                    .limit,
                    Degradation(
                        "cgroup-not-delegated", subject: folder, errno: code,
                        message: "agent's cgroup is not delegated: runs have limits of the "
                            + "process only",
                        advice: "add Delegate=yes to the agent's unit")))
        }
        return found
    }

    private static func pressure(_ host: HostFindings) -> [Finding] {
        guard (try? host.tree.content(of: "/proc/pressure/cpu")) == nil else { return [] }
        return [
            Finding(
                .note,
                Degradation(
                    "no-psi", subject: "/proc/pressure",
                    message: "pressure information disabled (boot option psi=1)",
                    advice: "boot with psi=1"))
        ]
    }
}
