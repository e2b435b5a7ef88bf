import Counters
import Isolation
import LinuxSystem

/// What can be counted.
enum CounterChecks {
    static func findings(_ host: HostFindings) -> [Finding] {
        hardware(host) + tried(host) + simulated(host)
    }

    private static func hardware(_ host: HostFindings) -> [Finding] {
        let counters = host.counters
        guard let paranoid = counters.paranoid else {
            return [
                Finding(
                    .limit,
                    Degradation(
                        "kernel-no-perf", subject: "perf_event_open",
                        message: "this kernel has no performance events: only times are measured",
                        advice: "use a kernel with CONFIG_PERF_EVENTS"))
            ]
        }
        var found: [Finding] = []
        if counters.units.isEmpty { found.append(noUnit(host)) }
        if paranoid > 2, !counters.isPrivileged {
            found.append(
                Finding(
                    .limit,
                    Degradation(
                        "denied-paranoid", subject: "kernel.perf_event_paranoid",
                        actual: "\(paranoid)",
                        message: "kernel.perf_event_paranoid is \(paranoid), so nothing can be "
                            + "counted without privileges",
                        advice: "2 or less is enough, or give the agent CAP_PERFMON"),
                    commands: ["sysctl -w kernel.perf_event_paranoid=2"]))
        }
        if counters.watchdogCounts {
            found.append(
                Finding(
                    .note,
                    Degradation(
                        "watchdog-counts", subject: "kernel.nmi_watchdog", actual: "1",
                        message: "the NMI watchdog uses one hardware counter",
                        advice: "host tuning frees it while measuring")))
        }
        return found
    }

    private static func noUnit(_ host: HostFindings) -> Finding {
        let advice =
            host.surroundings.isMachine
            ? "look for a setting of the firmware that hides the performance monitoring unit"
            : "measure on a machine of its own, or give the virtual machine a PMU (QEMU: "
                + "-cpu host,pmu=on)"
        return Finding(
            .limit,
            Degradation(
                "no-pmu", subject: "performance monitoring unit", message: CounterRefusal.noPMU,
                advice: advice))
    }

    /// One for each reason, not for each event.
    private static func tried(_ host: HostFindings) -> [Finding] {
        var seen = Set<String>()
        if host.counters.units.isEmpty { seen.insert("no-pmu") }
        return host.verdicts.compactMap { verdict -> Finding? in
            switch verdict.finding {
            case .available: return nil
            case .missing(let refusal):
                guard seen.insert(refusal.code.rawValue).inserted else { return nil }
                let weight: Finding.Weight =
                    refusal.code == .eventUnsupported ? .note : .limit
                return Finding(
                    weight,
                    Degradation(
                        refusal.code.rawValue, subject: verdict.event.name,
                        errno: refusal.errno == 0 ? nil : refusal.errno,
                        message: refusal.message, advice: advice(for: refusal.code)))
            case .stubbed(let words):
                guard seen.insert("stubbed").inserted else { return nil }
                return Finding(
                    .limit,
                    Degradation(
                        "stubbed-pmu", subject: verdict.event.name, message: words,
                        advice: "a virtual PMU that counts wrongly is worse than none: measure on "
                            + "a machine of its own"))
            }
        }
    }

    private static func advice(for code: CounterRefusal.Code) -> String {
        switch code {
        case .deniedParanoid: "sysctl -w kernel.perf_event_paranoid=2, or CAP_PERFMON"
        case .deniedPolicy: "allow perf_event_open in the container's seccomp profile"
        case .fdLimit: "raise LimitNOFILE= of the agent's unit"
        case .counterBusy: "end other profilers; the NMI watchdog is one"
        default: ""
        }
    }

    private static func simulated(_ host: HostFindings) -> [Finding] {
        guard let problem = host.simulatorProblem else { return [] }
        return [
            Finding(
                host.counters.units.isEmpty ? .limit : .note,
                Degradation(
                    "no-valgrind", subject: "valgrind", message: problem,
                    advice: "instructions_simulated needs valgrind ≥ 3.19"),
                commands: ["apt-get install valgrind"])
        ]
    }
}
