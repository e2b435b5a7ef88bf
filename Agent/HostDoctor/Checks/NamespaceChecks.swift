import LinuxSystem

/// What keeps a measured program away from the host.
enum NamespaceChecks {
    static func findings(_ host: HostFindings) -> [Finding] {
        host.launching == nil ? missing(host) + denied(host) + filter(host) : []
    }

    private static func missing(_ host: HostFindings) -> [Finding] {
        let names = Set(host.tree.names(in: "/proc/self/ns"))
        guard !names.isEmpty else { return [] }
        let lacking = ["mnt", "pid", "net", "ipc", "uts", "user"].filter { !names.contains($0) }
        guard !lacking.isEmpty else { return [] }
        return [
            Finding(
                .limit,
                Degradation(
                    "no-namespaces", subject: lacking.joined(separator: ", "),
                    message: "the kernel has no namespaces of the kinds "
                        + lacking.joined(separator: ", "),
                    advice: "use a distribution's kernel"))
        ]
    }

    /// Settings that stand in the way of an agent without CAP_SYS_ADMIN.
    private static func denied(_ host: HostFindings) -> [Finding] {
        guard !host.administers else { return [] }
        let rules = [
            Rule("user", "max_user_namespaces", bad: "0", "15000"),
            Rule("kernel", "unprivileged_userns_clone", bad: "0", "1"),
            Rule("kernel", "apparmor_restrict_unprivileged_userns", bad: "1", "0"),
        ]
        let hindering = rules.filter { host.tree.line($0.path) == $0.bad }
        guard !hindering.isEmpty else { return [] }
        return hindering.map { rule in
            Finding(
                .limit,
                Degradation(
                    "namespaces-denied", subject: rule.name, actual: rule.bad,
                    message: "namespaces unavailable (\(rule.name) is \(rule.bad)): file system, "
                        + "network and process isolation are off",
                    advice: "give the agent CAP_SYS_ADMIN, or set \(rule.name) to \(rule.good)"),
                commands: ["sysctl -w \(rule.name)=\(rule.good)"])
        }
    }

    private struct Rule {
        let name: String
        let path: String
        let bad: String
        let good: String

        init(_ folder: String, _ file: String, bad: String, _ good: String) {
            name = "\(folder).\(file)"
            path = "/proc/sys/\(folder)/\(file)"
            self.bad = bad
            self.good = good
        }
    }

    private static func filter(_ host: HostFindings) -> [Finding] {
        let field = (try? host.tree.field("Seccomp", in: "/proc/self/status")) ?? nil
        guard field == nil else { return [] }
        return [
            Finding(
                .note,
                Degradation(
                    "no-seccomp", subject: "seccomp", message: "system-call filter unavailable",
                    advice: "use a kernel with CONFIG_SECCOMP_FILTER"))
        ]
    }
}
