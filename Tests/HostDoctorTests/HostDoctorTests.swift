import Counters
import Foundation
import HostDoctor
import LinuxSystem
import Testing

@testable import Isolation

@Suite struct HostDoctorTests {
    /// A machine of its own, with everything.
    private static let good: [String: String] = [
        "/proc/self/status":
            "Name:\tx\nCapEff:\t000001ffffffffff\nSeccomp:\t0\nCpus_allowed_list:\t0-3\n",
        "/proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu sse\n",
        "/sys/devices/system/cpu/online": "0-3\n",
        "/sys/devices/system/cpu/cpufreq/policy0/scaling_governor": "performance\n",
        "/sys/class/thermal/thermal_zone0/temp": "40000\n",
        "/sys/class/powercap/intel-rapl:0/name": "package-0\n",
        "/sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
        "/proc/sys/kernel/osrelease": "6.12.30\n",
        "/proc/sys/kernel/perf_event_paranoid": "2\n",
        "/sys/bus/event_source/devices/cpu/type": "4\n",
        "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n",
        "/sys/fs/cgroup/cgroup.procs": "1\n",
        "/proc/self/cgroup": "0::/\n",
        "/proc/irq/default_smp_affinity": "f\n",
        "/proc/pressure/cpu": "some avg10=0.00\n",
        "/proc/swaps": "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n",
    ]

    private func examine(
        _ changes: [String: String?] = [:], _ adapt: (inout HostFindings) -> Void = { _ in }
    ) throws -> [Finding] {
        let root = "/tmp/fleetmark-doctor-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        var files = Self.good
        for (path, text) in changes { files[path] = text }
        for (path, text) in files {
            let place = URL(filePath: root + path)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: place, atomically: false, encoding: .utf8)
        }
        let tree = KernelTree(root: root)
        let topology = try CpuTopology(reading: tree)
        let house = Housekeeping(topology, asked: nil)
        let tuner = HostTuner(
            HostTuner.Parts(
                files: tree,
                services: ServiceControl(root: root, files: tree, runner: HostPrograms()),
                places: TuningPlaces(journal: root + "/journal", lock: root + "/lock"),
                agentVersion: "0", wallClock: { 1 }))
        var host = HostFindings(
            tree: tree, counters: CounterHost(reading: tree), topology: topology,
            housekeeping: house,
            tuning: tuner.preview(
                HostTuner.Wish(
                    profile: .default, housekeeping: house.cpus, measuring: house.measurableCPUs)))
        host.launcher = "/usr/bin/fleetmark-launch"
        adapt(&host)
        return DoctorCatalogue.findings(on: host)
    }

    @Test func `nothing is missing on a good machine`() throws {
        let findings = try examine()
        #expect(findings == [])
        #expect(HostVerdict(findings) == .full)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let code: String
        let changes: [String: String?]
        var weight = Finding.Weight.limit
        let words: String
        var testDescription: String { "\(code): \(words)" }
    }

    private static let cpu = "/sys/devices/system/cpu"
    static let cases = [
        Case(
            code: "isolation-partial", changes: ["/proc/irq/default_smp_affinity": nil],
            words: "interrupts may still come to them"),
        Case(
            code: "isolation-partial",
            changes: [
                "/proc/self/cgroup": "0::/a.service\n",
                "/sys/fs/cgroup/a.service/cgroup.procs": "1\n",
            ], words: "other programs may use them"),
        Case(
            code: "no-pmu", changes: ["/sys/bus/event_source/devices/cpu/type": nil],
            words: "exposes no hardware performance counters"),
        Case(
            code: "kernel-no-perf", changes: ["/proc/sys/kernel/perf_event_paranoid": nil],
            words: "no performance events"),
        Case(
            code: "denied-paranoid",
            changes: [
                "/proc/sys/kernel/perf_event_paranoid": "3\n",
                "/proc/self/status": "CapEff:\t0\nSeccomp:\t0\nCpus_allowed_list:\t0-3\n",
            ], words: "kernel.perf_event_paranoid is 3"),
        Case(
            code: "watchdog-counts", changes: ["/proc/sys/kernel/nmi_watchdog": "1\n"],
            weight: .note, words: "one hardware counter"),
        Case(
            code: "virtual-machine", changes: ["/sys/class/dmi/id/sys_vendor": "QEMU\n"],
            words: "virtual machine (QEMU)"),
        Case(
            code: "tuning-observe",
            changes: [
                "/sys/class/dmi/id/sys_vendor": "QEMU\n", "/proc/sys/vm/swappiness": "60\n",
            ], words: "stay as they are: irq_affinity, swappiness"),
        Case(
            code: "few-cpus",
            changes: [
                "\(cpu)/online": "0-1\n",
                "/proc/self/status":
                    "CapEff:\t000001ffffffffff\nSeccomp:\t0\nCpus_allowed_list:\t0-1\n",
            ], words: "only 2 CPUs"),
        Case(
            code: "one-core",
            changes: [
                "\(cpu)/online": "0\n",
                "/proc/self/status":
                    "CapEff:\t000001ffffffffff\nSeccomp:\t0\nCpus_allowed_list:\t0\n",
            ], words: "share it with the agent"),
        Case(
            code: "smt", changes: ["\(cpu)/cpu0/topology/core_cpus_list": "0,2\n"], weight: .note,
            words: "two hardware threads"),
        Case(
            code: "hybrid",
            changes: [
                "/sys/bus/event_source/devices/cpu_core/cpus": "0-1\n",
                "/sys/bus/event_source/devices/cpu_atom/cpus": "2-3\n",
            ], weight: .note, words: "limited to performance cores 0-1"),
        Case(
            code: "isolcpus", changes: ["\(cpu)/isolated": "2-3\n"], weight: .note,
            words: "out of load balancing"),
        Case(
            code: "cgroup-v1",
            changes: [
                "/sys/fs/cgroup/cgroup.controllers": nil,
                "/proc/cgroups": "#subsys_name\thierarchy\nmemory\t1\t1\t1\n",
            ], words: "Legacy cgroups: per-run pressure and partitions unavailable"),
        Case(
            code: "cgroup-hybrid",
            changes: [
                "/sys/fs/cgroup/cgroup.controllers": nil,
                "/sys/fs/cgroup/unified/cgroup.controllers": "\n",
                "/proc/cgroups": "#subsys_name\thierarchy\nmemory\t1\t1\t1\n",
            ], words: "Hybrid cgroups: limits through v1"),
        Case(
            code: "no-cgroups",
            changes: ["/sys/fs/cgroup/cgroup.controllers": nil, "/proc/cgroups": "#subsys\n"],
            words: "Control groups are not mounted"),
        Case(
            code: "cgroup-controller-absent",
            changes: ["/sys/fs/cgroup/cgroup.controllers": "cpu memory\n"],
            words: "The controller cpuset is absent"),
        Case(
            code: "cgroup-not-delegated",
            changes: ["/proc/self/cgroup": "0::/system.slice/x.service\n"],
            words: "agent's cgroup is not delegated"),
        Case(
            code: "no-psi", changes: ["/proc/pressure/cpu": nil], weight: .note, words: "psi=1"),
        Case(
            code: "namespaces-denied",
            changes: [
                "/proc/self/status": "CapEff:\t0\nSeccomp:\t0\nCpus_allowed_list:\t0-3\n",
                "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n",
            ], words: "kernel.apparmor_restrict_unprivileged_userns is 1"),
        Case(
            code: "no-seccomp",
            changes: [
                "/proc/self/status": "CapEff:\t000001ffffffffff\nCpus_allowed_list:\t0-3\n"
            ], weight: .note, words: "filter unavailable"),
        Case(
            code: "old-kernel", changes: ["/proc/sys/kernel/osrelease": "5.10.0-28-amd64\n"],
            words: "peaks of memory are sampled each 50 ms (no memory.peak), groups are frozen"),
        Case(
            code: "old-kernel", changes: ["/proc/sys/kernel/osrelease": "5.19.0-1\n"],
            words: "older than 6.1: some events are missing"),
        Case(
            code: "slow-clock",
            changes: [
                "/sys/devices/system/clocksource/clocksource0/current_clocksource": "hpet\n",
                "/sys/devices/system/clocksource/clocksource0/available_clocksource": "tsc hpet\n",
            ], words: "clock source is hpet"),
        Case(
            code: "no-sensors",
            changes: [
                "\(cpu)/cpufreq/policy0/scaling_governor": nil,
                "/sys/class/thermal/thermal_zone0/temp": nil,
                "/sys/class/powercap/intel-rapl:0/name": nil,
            ], words: "frequency, temperature and energy cannot be read on this machine"),
        Case(
            code: "swap",
            changes: ["/proc/swaps": "Filename Type Size\n/swapfile file 8 0 -2\n"],
            words: "swap is on"),
    ]

    @Test(arguments: cases)
    func `what is missing is named, weighed and advised`(_ given: Case) throws {
        let findings = try examine(given.changes)
        let finding = try #require(
            findings.first { $0.item.code == given.code }, "\(findings.map(\.item.code))")
        #expect(finding.item.message.contains(given.words))
        #expect(finding.weight == given.weight)
        #expect(HostVerdict(findings).exitStatus == (given.weight == .limit ? 3 : 0))
        if given.weight == .limit { #expect(!finding.item.advice.isEmpty) }
    }

    @Test func `values that are not put back stand in the way`() throws {
        let findings = try examine { $0.journalProblem = "no permission" }
        #expect(findings.map(\.item.code) == ["tuning-not-restored"])
        #expect(HostVerdict(findings).exitStatus == 4)
        #expect(try examine { $0.launcher = nil }.map(\.weight) == [.obstacle])
    }

    @Test func `settings that were not put back are listed with what they are now`() throws {
        let path = "/proc/sys/vm/swappiness"
        let findings = try examine([path: "10\n"]) { host in
            host.journal.entries = [
                JournalContent.Entry(
                    sequence: 1, knob: "swappiness", path: path, kind: .file, form: .text,
                    original: "60", wanted: "10")
            ]
        }
        let finding = try #require(findings.first { $0.item.code == "tuning-not-restored" })
        #expect(finding.item.message.contains("(1 setting: \(path) was 60, is 10)"))
        #expect(finding.weight == .obstacle)
    }

    @Test func `another agent that tunes this host is named`() throws {
        let finding = try #require(try examine { $0.lockHolder = 71 }.first)
        #expect(finding.item.code == "tuning-held")
        #expect(finding.item.message == "another agent tunes this host (pid 71)")
    }

    @Test func `without valgrind instructions are not simulated`() throws {
        let finding = try #require(
            try examine { $0.simulatorProblem = "valgrind is missing" }.first)
        #expect(finding.item.code == "no-valgrind")
        #expect(finding.item.advice == "instructions_simulated needs valgrind ≥ 3.19")
    }

    @Test func `counters that count wrongly are disabled, and what they gave is told`() throws {
        let words =
            "The counters failed the known-count check (expected 2000, got 7); hardware metrics "
            + "are disabled."
        let finding = try #require(
            try examine { host in
                host.verdicts = [CounterVerdict(CounterCatalogue.all[0], .stubbed(words))]
            }.first)
        #expect(finding.item.code == "stubbed-pmu")
        #expect(finding.item.message == words && finding.weight == .limit)
    }

    /// What launches lacked when they were tried takes the place of what files tell.
    @Test func `what a launch met stands in the list as it is`() throws {
        let met = Degradation(
            "no-pid-namespace", subject: "pid namespace", message: "No process namespace.",
            advice: "Run the agent as root.")
        let findings = try examine(["/proc/pressure/cpu": "x\n"]) { $0.launching = [met] }
        #expect(findings == [Finding(.limit, met)])
    }

    @Test func `one reason stands for all events`() throws {
        let findings = try examine { host in
            let refusal = CounterRefusal(
                event: "cycles:u", code: .deniedPolicy, errno: 1, message: "blocked")
            host.verdicts = CounterCatalogue.all.map { CounterVerdict($0, .missing(refusal)) }
        }
        #expect(findings.map(\.item.code) == ["denied-policy"])
        #expect(findings.first?.item.errno == 1)
    }
}
