import Glibc
import Isolation
import LinuxSystem

/// Whether the host can be tuned.
enum TuningChecks {
    static func findings(_ host: HostFindings) -> [Finding] {
        place(host) + readOnly(host) + irqbalance(host)
    }

    private static func place(_ host: HostFindings) -> [Finding] {
        guard let reason = host.tuning.reason, host.lockHolder == nil else { return [] }
        let knobs = host.tuning.lines.filter { $0.word == "left" && !$0.holds }.map(\.knob)
        guard !knobs.isEmpty else { return [] }
        return [
            Finding(
                .limit,
                Degradation(
                    "tuning-observe", subject: "host tuning", actual: reason,
                    message: "\(reason), so the host is not tuned; these stay as they are: "
                        + knobs.joined(separator: ", "),
                    advice: "set what matters on the machine below; fleetmark-agent tune "
                        + "--dry-run shows the values"))
        ]
    }

    /// Without a write: whether the file systems would take one.
    private static func readOnly(_ host: HostFindings) -> [Finding] {
        guard host.isRoot else { return [] }
        let closed = host.tuning.reports.filter { report in
            guard report.outcome.isOpen, report.path.hasPrefix("/") else { return false }
            let status = access(host.tree.root + report.path, W_OK)
            return status != 0 && errno == EROFS
        }
        guard let first = closed.first else { return [] }
        return [
            Finding(
                .limit,
                Degradation(
                    "tuning-read-only", subject: first.path, errno: EROFS,
                    message: "host tuning not possible: \(closed.count) knobs are read-only",
                    advice: "give the agent a writable /sys and /proc/sys (ProtectKernelTunables=no"
                        + "; a container needs --privileged)"))
        ]
    }

    private static func irqbalance(_ host: HostFindings) -> [Finding] {
        let faults = host.tuning.faults.filter { $0.knob == "irqbalance" }
        return faults.map { report in
            Finding(
                .limit,
                Degradation(
                    "irqbalance", subject: "irqbalance", message: report.outcome.words,
                    advice: "end irqbalance on benchmark hosts: it moves interrupts back"))
        }
    }
}

extension KnobReport.Outcome {
    /// Whether the setting is not as the profile wants it, and nobody has tried yet: containers are
    /// left alone before a write could fail.
    fileprivate var isOpen: Bool {
        switch self {
        case .wouldApply, .left: true
        default: false
        }
    }
}
