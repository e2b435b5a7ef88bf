import Isolation
import LinuxSystem

/// Which cores there are to measure on.
enum CoreChecks {
    static func findings(_ host: HostFindings) -> [Finding] {
        few(host) + virtual(host) + alone(host) + siblings(host) + kinds(host) + boot(host)
    }

    private static func few(_ host: HostFindings) -> [Finding] {
        let count = host.topology.allowed.count
        guard count > 0 else {
            return [
                Finding(
                    .obstacle,
                    Degradation(
                        "no-cpus", subject: "processors",
                        message: "the agent may use no processor",
                        advice: "look at its cpuset and at AllowedCPUs= of its unit"))
            ]
        }
        if host.housekeeping.cpus.isEmpty {
            return [
                Finding(
                    .limit,
                    Degradation(
                        "one-core", subject: "processors", actual: "\(count)",
                        message: "only one core: measurements share it with the agent",
                        advice: "use a host with three cores or more"))
            ]
        }
        guard count <= 2 else { return [] }
        return [
            Finding(
                .limit,
                Degradation(
                    "few-cpus", subject: "processors", actual: "\(count)",
                    message: "only \(count) CPUs: one core measures, and a job that asks for more "
                        + "shares cores with the agent",
                    advice: "use a host with three cores or more"))
        ]
    }

    private static func virtual(_ host: HostFindings) -> [Finding] {
        let around = host.surroundings
        guard !around.isMachine else { return [] }
        let isContainer = if case .container = around { true } else { false }
        return [
            Finding(
                .limit,
                Degradation(
                    isContainer ? "container" : "virtual-machine", subject: "host",
                    actual: around.words,
                    message: "this is \(around.words): neighbours on the same machine are not "
                        + "seen, and the processors are not what they seem",
                    advice: "measure on a machine of its own; watch steal time here"))
        ]
    }

    /// Why programs are not alone on their cores, on hosts that have enough of them.
    private static func alone(_ host: HostFindings) -> [Finding] {
        var wish = CoreWish()
        wish.housekeeping = host.housekeeping.cpus.isEmpty ? nil : host.housekeeping.cpus
        guard host.surroundings.isMachine,
            let choice = try? CoreChoice.choose(host.topology, wish), choice.canBeFull
        else { return [] }
        let guards = CoreGuards(
            hasPartition: host.givesPartitions ?? GroupChecks.mayPartition(host),
            hasMovedInterrupts: host.tuning.movesInterrupts)
        let level = choice.guarded(by: guards).level
        guard level != .full else { return [] }
        let reason =
            guards.hasPartition
            ? "interrupts may still come to them"
            : "other programs may use them, since there is no processor partition"
        return [
            Finding(
                .limit,
                Degradation(
                    "isolation-partial", subject: "isolation", actual: level.rawValue,
                    message: "programs are not alone on the cores that measure: \(reason)",
                    advice: guards.hasPartition
                        ? "let the agent tune the host (--tuning default), and see what is refused"
                        : "use control groups of version 2 and a kernel of 6.7 or later"))
        ]
    }

    private static func siblings(_ host: HostFindings) -> [Finding] {
        guard host.topology.hasSiblings else { return [] }
        return [
            Finding(
                .note,
                Degradation(
                    "smt", subject: "hardware threads", actual: "on",
                    message: "each core has two hardware threads; runs use the first and leave "
                        + "the second idle, and other programs may still use it",
                    advice: "the tuning profile strict switches them off while measuring"))
        ]
    }

    private static func kinds(_ host: HostFindings) -> [Finding] {
        guard host.topology.isHybrid else { return [] }
        let best = host.topology.cores.map(\.capacity).max()
        let fast = host.topology.cores.filter { $0.capacity == best && $0.unit != "cpu_atom" }
        let list = CPUList.text(of: fast.flatMap(\.threads))
        return [
            Finding(
                .note,
                Degradation(
                    "hybrid", subject: "processors", actual: list,
                    message: "runs are limited to performance cores \(list)"))
        ]
    }

    /// What the kernel was told at its start (isolation-and-counters.md, section 4.2, knob 16).
    private static func boot(_ host: HostFindings) -> [Finding] {
        var found: [Finding] = []
        let folder = "/sys/devices/system/cpu"
        if let list = host.tree.cpuList("\(folder)/isolated"), !list.isEmpty {
            found.append(
                Finding(
                    .note,
                    Degradation(
                        "isolcpus", subject: "isolcpus", actual: CPUList.text(of: list),
                        message: "isolcpus takes processors \(CPUList.text(of: list)) out of load "
                            + "balancing: threads of one program stay where they start",
                        advice: "use it only for programs with one thread")))
        }
        if let list = host.tree.cpuList("\(folder)/nohz_full"), !list.isEmpty,
            host.tree.line("\(folder)/intel_pstate/status") != nil
        {
            found.append(
                Finding(
                    .note,
                    Degradation(
                        "nohz-full", subject: "nohz_full", actual: CPUList.text(of: list),
                        message: "nohz_full with intel_pstate lets the clock wander",
                        advice: "use the tuning profile fixed-frequency with it")))
        }
        return found
    }
}
