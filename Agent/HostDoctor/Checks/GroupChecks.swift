import Glibc
import Isolation
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
            return [Finding(.limit, .noGroups)]
        }
        return [
            Finding(.limit, .legacyGroups(isHybrid: hybrid != nil), commands: bootCommands)
        ]
    }

    /// Whether the kernel gives partitions where the agent is: below another group from 6.7 on.
    static func mayPartition(_ host: HostFindings) -> Bool {
        let controllers = (try? host.tree.content(of: "\(root)/cgroup.controllers")) ?? ""
        guard controllers.split(whereSeparator: \.isWhitespace).contains("cpuset") else {
            return false
        }
        let folder = own(host)
        return folder == root || host.tree.exists("\(folder)/cpuset.cpus.exclusive")
    }

    /// The group of this process.
    private static func own(_ host: HostFindings) -> String {
        let lines = ((try? host.tree.content(of: "/proc/self/cgroup")) ?? "").split(separator: "\n")
        let own = lines.first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) } ?? "/"
        return root + (own == "/" ? "" : own)
    }

    private static let bootCommands = [
        "sed -i 's/^GRUB_CMDLINE_LINUX=\"/&systemd.unified_cgroup_hierarchy=1 /' /etc/default/grub",
        "update-grub && reboot",
    ]

    private static func unified(_ host: HostFindings, _ controllers: [String]) -> [Finding] {
        var found: [Finding] = []
        if !controllers.contains("cpuset") {
            found.append(Finding(.limit, .controllerMissing("cpuset")))
        }
        let folder = own(host)
        if access(host.tree.root + folder + "/cgroup.procs", W_OK) != 0 {
            found.append(Finding(.limit, .groupsNotDelegated(folder, errno: errno)))
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
