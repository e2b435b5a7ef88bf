import Foundation
import Glibc
import LinuxSystem
import Testing

@testable import Isolation

@Suite struct HostTunerTests {
    @Test func `the default profile is applied, held and put back to the byte`() async throws {
        try await ScratchFolder.lend { folder in
            let host = try TuningTree(below: folder)
            let before = host.values()
            let tuner = host.tuner()
            let outcome = tuner.begin(host.wish())
            #expect(outcome.profile == .default)
            #expect(outcome.faults == [])
            #expect(host.text("\(TuningTree.cpu)/intel_pstate/no_turbo") == "1")
            #expect(
                host.text("\(TuningTree.cpu)/cpufreq/policy3/scaling_governor") == "performance")
            #expect(host.text("/proc/irq/130/smp_affinity_list") == "0")
            #expect(host.text("/proc/irq/default_smp_affinity") == "1")
            #expect(host.text("/sys/devices/virtual/workqueue/cpumask") == "1")
            #expect(host.text("/sys/kernel/mm/transparent_hugepage/enabled") == "madvise")
            #expect(host.text("/units/irqbalance.service") == "inactive")
            #expect(host.text("/proc/sys/vm/swappiness") == "10")
            // Another profile's, and one that nobody may touch.
            #expect(host.text("/proc/sys/kernel/timer_migration") == "1")
            #expect(host.text("/proc/sys/kernel/randomize_va_space") == "2")
            let latency = try Data(contentsOf: URL(filePath: host.root + "/dev/cpu_dma_latency"))
            #expect(Array(latency) == [10, 0, 0, 0])
            let report = tuner.end()
            #expect(report.isRestored)
            #expect(host.values() == before)
            #expect(try tuner.journal() == JournalContent())
        }
    }

    @Test(arguments: TuningProfile.allCases)
    func `every profile puts everything back`(_ profile: TuningProfile) async throws {
        try await ScratchFolder.lend { folder in
            let host = try TuningTree(below: folder)
            let before = host.values()
            let tuner = host.tuner()
            let outcome = tuner.begin(host.wish(profile))
            #expect(outcome.profile == profile)
            #expect((host.values() == before) == (profile == .observe))
            #expect(tuner.end().isRestored)
            #expect(host.values() == before)
        }
    }

    @Test func `the clock is held at its base, the lower limit first when lowering`() async throws {
        try await ScratchFolder.lend { folder in
            let policy = "\(TuningTree.cpu)/cpufreq/policy0"
            let host = try TuningTree(
                below: folder,
                [
                    "\(policy)/scaling_min_freq": "1000000\n",
                    "\(policy)/scaling_max_freq": "2000000\n",
                ])
            let knob = try #require(KnobCatalogue.knob("frequency"))
            let tuned = TuningHost(
                files: host.tree, profile: .fixedFrequency, housekeeping: [0], measuring: [1],
                span: "1")
            let first = knob.settings(on: tuned).prefix(2).map(\.path)
            #expect(first == ["\(policy)/scaling_max_freq", "\(policy)/scaling_min_freq"])
            let other = knob.settings(on: tuned).dropFirst(2).prefix(2).map(\.path)
            #expect(other.first?.hasSuffix("scaling_min_freq") == true)
            #expect(knob.settings(on: tuned).allSatisfy { $0.wanted == "2500000" })
        }
    }

    @Test func `the share of the profiler is lowered before its rate`() throws {
        let knob = try #require(KnobCatalogue.knob("perf_sampling"))
        let host = TuningHost(
            files: KernelTree(root: "/nowhere"), profile: .strict, housekeeping: [], measuring: [],
            span: "1")
        #expect(
            knob.settings(on: host).map(\.path) == [
                "/proc/sys/kernel/perf_cpu_time_max_percent",
                "/proc/sys/kernel/perf_event_max_sample_rate",
            ])
    }

    @Test func `a value that stands already is neither saved nor written`() async throws {
        try await ScratchFolder.lend { folder in
            let host = try TuningTree(below: folder, ["/proc/sys/vm/swappiness": "10\n"])
            let tuner = host.tuner()
            let outcome = tuner.begin(host.wish(only: ["swappiness"]))
            #expect(outcome.reports.map(\.outcome) == [.unchanged])
            #expect(try tuner.journal() == JournalContent())
            try host.set("/proc/sys/vm/swappiness", "33\n")
            #expect(tuner.end().isRestored)
            #expect(host.text("/proc/sys/vm/swappiness") == "33")
        }
    }

    @Test func `what somebody else changed meanwhile is left, and said`() async throws {
        try await ScratchFolder.lend { folder in
            let host = try TuningTree(below: folder)
            let tuner = host.tuner()
            _ = tuner.begin(host.wish(only: ["swappiness", "watchdogs"]))
            try host.set("/proc/sys/vm/swappiness", "33\n")
            let report = tuner.end()
            #expect(report.isRestored)
            #expect(report.steps.map(\.outcome) == [.drifted(actual: "33"), .restored, .restored])
            #expect(host.text("/proc/sys/vm/swappiness") == "33")
            #expect(host.text("/proc/sys/kernel/nmi_watchdog") == "1")
        }
    }

    @Test func `a managed interrupt is counted and no fault`() async throws {
        try await ScratchFolder.lend { folder in
            let host = try TuningTree(below: folder)
            var kernel = ScriptedKernel(tree: host.tree)
            kernel.refusals["/proc/irq/24/smp_affinity_list"] = EIO
            let tuner = host.tuner(kernel)
            let outcome = tuner.begin(host.wish(only: ["irq_affinity"]))
            #expect(outcome.faults == [])
            let line = try #require(outcome.lines.first)
            #expect(
                line.result == "4 applied; 1 left: managed by its driver or bound to its processor")
            #expect(line.holds)
            #expect(tuner.end().isRestored)
        }
    }

    @Test func `a refused knob is said with its number and holds nobody up`() async throws {
        try await ScratchFolder.lend { folder in
            let host = try TuningTree(below: folder)
            var kernel = ScriptedKernel(tree: host.tree)
            kernel.refusals["\(TuningTree.cpu)/intel_pstate/no_turbo"] = EPERM
            let tuner = host.tuner(kernel)
            let outcome = tuner.begin(host.wish(only: ["turbo_intel", "swappiness"]))
            #expect(outcome.faults.map(\.knob) == ["turbo_intel"])
            guard case .refused(let errno, let reason)? = outcome.faults.first?.outcome else {
                Issue.record("not refused")
                return
            }
            #expect(errno == EPERM)
            #expect(reason.contains("not permitted"))
            #expect(host.text("/proc/sys/vm/swappiness") == "10")
            #expect(tuner.end().isRestored)
        }
    }

    @Test func `other programs are held to the housekeeping cores, not the agent's own slice`()
        async throws
    {
        try await ScratchFolder.lend { folder in
            let host = try TuningTree(
                below: folder, ["/proc/self/cgroup": "0::/system.slice/agent.service\n"])
            let tuner = host.tuner()
            let outcome = tuner.begin(host.wish(.strict, only: ["other_slices"]))
            #expect(outcome.reports.map(\.outcome) == [.recorded, .applied])
            #expect(outcome.reports.map(\.now) == ["", "0-1,3"])
            #expect(host.text("/units/user.slice") == "0")
            #expect(tuner.end().isRestored)
            #expect(host.text("/units/user.slice") == "0-1,3")
            let apart = host.tuner()
            try host.set("/proc/self/cgroup", "0::/fleetmark.slice/agent.service\n")
            let both = apart.begin(host.wish(.strict, only: ["other_slices"]))
            #expect(both.reports.map(\.outcome) == [.applied, .applied])
            #expect(apart.end().isRestored)
            #expect(host.text("/units/system.slice") == "")
        }
    }

    @Test func `a part of the cache is given away and taken back`() async throws {
        try await ScratchFolder.lend { folder in
            let host = try TuningTree(
                below: folder,
                [
                    "/sys/fs/resctrl/schemata": "    L3:0=fff;1=fff\n    MB:0=100;1=100\n",
                    "/sys/fs/resctrl/info/L3/cbm_mask": "fff\n",
                    "/sys/fs/resctrl/info/L3/min_cbm_bits": "2\n",
                    "/proc/filesystems": "nodev\tresctrl\n", "/proc/mounts": "\n",
                ])
            let tuner = host.tuner(ScriptedKernel(tree: host.tree))
            let outcome = tuner.begin(host.wish(.strict, only: ["resctrl_mount", "cache_share"]))
            #expect(outcome.faults == [])
            #expect(host.text("/proc/mounts") == "resctrl /sys/fs/resctrl resctrl rw 0 0")
            #expect(host.text("/sys/fs/resctrl/schemata") == "L3:0=7;1=7")
            #expect(host.text("/sys/fs/resctrl/fm-42/schemata") == "L3:0=ff8;1=ff8")
            #expect(host.text("/sys/fs/resctrl/fm-42/cpus_list") == "1-3")
            #expect(tuner.end().isRestored)
            #expect(host.text("/sys/fs/resctrl/schemata") == "L3:0=fff;1=fff")
            #expect(host.text("/sys/fs/resctrl/fm-42/schemata") == nil)
            #expect(host.text("/proc/mounts") == "")
        }
    }

    @Test func `without a core to spare nothing is moved`() async throws {
        try await ScratchFolder.lend { folder in
            let host = try TuningTree(below: folder)
            let tuner = host.tuner()
            var wish = host.wish(only: ["irq_affinity", "workqueues", "irqbalance"])
            wish.housekeeping = []
            let outcome = tuner.begin(wish)
            #expect(outcome.reports.allSatisfy { $0.outcome == .recorded })
            #expect(tuner.end().isRestored)
        }
    }

    @Test func `a dry run says what it would do and does nothing`() async throws {
        try await ScratchFolder.lend { folder in
            let host = try TuningTree(below: folder)
            let before = host.values()
            let outcome = host.tuner().preview(host.wish())
            let line = try #require(outcome.lines.first { $0.knob == "governor" })
            #expect(line.now == "powersave balance_performance")
            #expect(line.wanted == "performance")
            #expect(line.word == "would_apply")
            #expect(host.values() == before)
            #expect(!FileManager.default.fileExists(atPath: host.places.journal))
            #expect(!FileManager.default.fileExists(atPath: host.places.lock))
        }
    }

    @Test func `a second tuner is told who holds the host, and changes nothing`() async throws {
        try await ScratchFolder.lend { folder in
            let host = try TuningTree(below: folder)
            let first = host.tuner()
            _ = first.begin(host.wish(only: ["swappiness"]))
            let second = host.tuner()
            let outcome = second.begin(host.wish())
            #expect(outcome.profile == .observe)
            #expect(outcome.holder == Int(getpid()))
            #expect(outcome.reason == "another agent tunes this host (pid \(getpid()))")
            #expect(throws: TuningLock.Failure.held(by: Int(getpid()))) { try second.replay() }
            #expect(TuningLock.holder(of: host.places.lock) == Int(getpid()))
            #expect(first.end().isRestored)
            #expect(TuningLock.holder(of: host.places.lock) == nil)
            #expect(second.begin(host.wish(only: ["swappiness"])).profile == .default)
            #expect(second.end().isRestored)
        }
    }

    struct Place: Sendable, CustomTestStringConvertible {
        let name: String
        let files: [String: String]
        let words: String
        var testDescription: String { name }
    }

    @Test(arguments: [
        Place(
            name: "virtual machine",
            files: ["/proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu hypervisor\n"],
            words: "this is a virtual machine"),
        Place(
            name: "named virtual machine", files: ["/sys/class/dmi/id/sys_vendor": "QEMU\n"],
            words: "this is a virtual machine (QEMU)"),
        Place(
            name: "container", files: ["/.dockerenv": "x"],
            words: "this is a container (docker)"),
        Place(
            name: "container of systemd", files: ["/run/systemd/container": "lxc\n"],
            words: "this is a container (lxc)"),
    ])
    func `no machine of its own is left alone, each knob with its reason`(
        _ given: Place
    ) async throws {
        try await ScratchFolder.lend { folder in
            let host = try TuningTree(below: folder, given.files.mapValues { $0 })
            let before = host.values()
            let tuner = host.tuner()
            let outcome = tuner.begin(host.wish())
            #expect(outcome.profile == .observe)
            #expect(outcome.reason == given.words)
            #expect(host.values() == before)
            let left = outcome.lines.filter { $0.word == "left" }
            #expect(left.contains { $0.knob == "swappiness" && $0.found == "60" && !$0.holds })
            #expect(Set(left.map(\.knob)).count == left.count)
            var forced = host.wish(only: ["swappiness"])
            forced.isForced = true
            #expect(tuner.begin(forced).profile == .default)
            #expect(tuner.end().isRestored)
        }
    }
}
