import Isolation
import LinuxSystem

/// The agent itself: its user, its launcher, its journal.
enum AgentChecks {
    static func findings(_ host: HostFindings) -> [Finding] {
        user(host) + launcher(host) + journal(host)
    }

    private static func user(_ host: HostFindings) -> [Finding] {
        guard !host.isRoot else { return [] }
        return [
            Finding(
                .limit,
                Degradation(
                    "not-root", subject: "user",
                    message: "the agent is not root: programs run as its own user, and the host "
                        + "cannot be tuned",
                    advice: "run the agent as root, as its systemd unit does"))
        ]
    }

    private static func launcher(_ host: HostFindings) -> [Finding] {
        guard host.launcher == nil else { return [] }
        return [
            Finding(
                .obstacle,
                Degradation(
                    "no-launcher", subject: "fleetmark-launch",
                    message: "the program fleetmark-launch is missing: nothing can be started",
                    advice: "install it beside fleetmark-agent, or name it with --launcher"))
        ]
    }

    private static func journal(_ host: HostFindings) -> [Finding] {
        if let problem = host.journalProblem {
            return [unrestored("the journal of host tuning cannot be read: \(problem)")]
        }
        if let holder = host.lockHolder {
            let process = holder > 0 ? " (pid \(holder))" : ""
            return [
                Finding(
                    .note,
                    Degradation(
                        "tuning-held", subject: "tuning.lock",
                        message: "another agent tunes this host\(process)",
                        advice: "one agent per host: stop the other one if it should not be there"))
            ]
        }
        guard !host.journal.isClear else { return [] }
        let open = host.journal.entries.filter { !$0.isRestored }
        let shown = open.prefix(shownSettings).map { entry in
            let found = host.tree.line(entry.path) ?? "unknown"
            return "\(entry.path) was \(entry.original), is \(found)"
        }
        let rest = open.count > shown.count ? " and \(open.count - shown.count) more" : ""
        let list = shown.isEmpty ? "" : ": " + shown.joined(separator: "; ") + rest
        return [
            unrestored(
                "an agent ended without putting the host back (\(open.count) "
                    + "setting\(open.count == 1 ? "" : "s")\(list)); no work is taken until it is")
        ]
    }

    private static let shownSettings = 5

    private static func unrestored(_ message: String) -> Finding {
        Finding(
            .obstacle,
            Degradation(
                "tuning-not-restored", subject: "tuning.journal", message: message,
                advice: "put them back, or look at the host and take it as it is with "
                    + "fleetmark-agent tune --restore --accept"),
            commands: ["fleetmark-agent tune --restore"])
    }
}
