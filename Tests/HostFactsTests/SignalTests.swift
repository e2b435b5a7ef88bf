import LinuxSystem
import Testing

@testable import HostFacts

/// Every source of noise over recorded files; what is missing is absent and never 0.
@Suite struct SignalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let value: Double
        var testDescription: String { name }
    }

    @Test(arguments: [
        // One tick of ten milliseconds in a tenth of a second.
        Case(name: "steal_share", value: 0.1),
        // Eight ticks of work, all of them the target's own.
        Case(name: "foreign_share", value: 0),
        Case(name: "involuntary_switches", value: 1),
        Case(name: "involuntary_switches_per_s", value: 12.5),
        Case(name: "device_interrupts", value: 3),
        Case(name: "timer_interrupts_per_s", value: 100),
        Case(name: "reschedule_interrupts", value: 1), Case(name: "call_interrupts", value: 0),
        Case(name: "tlb_shootdowns", value: 0), Case(name: "thermal_interrupts", value: 0),
        Case(name: "machine_check_exceptions", value: 0), Case(name: "softirqs_per_s", value: 0),
        Case(name: "psi_cpu_some", value: 0.02), Case(name: "psi_memory_full", value: 0),
        Case(name: "swap_pages", value: 0), Case(name: "major_faults", value: 0),
        Case(name: "runnable", value: 2), Case(name: "runnable_excess", value: 1),
        Case(name: "kernel_machine_checks", value: 0), Case(name: "clock_unexpected", value: 0),
        Case(name: "clock_changed", value: 0), Case(name: "clock_unsynchronised", value: 0),
    ]) func `a recorded machine gives this`(one: Case) throws {
        let found = try SignalTree().findings()
        let value = try #require(found[one.name]?.value, "\(found[one.name]?.absence ?? "")")
        #expect(abs(value - one.value) < 1e-9)
    }

    @Test(arguments: [
        ("temperature_c", "this host shows no temperature of its processors"),
        ("temperature_start_c", "this host shows no temperature of its processors"),
        ("throttle_events", "No such file"), ("frequency_mhz", "No such file"),
        ("frequency_dev_rel", "no counters"), ("smi", "the unit msr"),
        ("migrations_per_s", "cpu-migrations is not among"),
        ("cgroup_throttled", "no control group"), ("group_psi_cpu_some", "no control group"),
    ]) func `what a virtual machine does not show is absent`(name: String, why: String) throws {
        let finding = try #require(try SignalTree().findings()[name])
        #expect(finding.value == nil)
        #expect(finding.absence?.contains(why) == true, "\(finding.absence ?? "")")
    }

    @Test func `work of others on the measured processor is foreign`() throws {
        var measured = SignalTree.busy
        measured.processorNanoseconds = 30_000_000
        let found = try SignalTree().findings(measured: measured)
        #expect(found["foreign_share"]?.value == 0.5)
        #expect(found["foreign_share"]?.amount == 50)
        #expect(found["involuntary_switches_per_s"]?.value == nil)
    }

    @Test func `what the control group counted is taken from it`() throws {
        var measured = SignalTree.busy
        measured.group.throttledPeriods = 2
        measured.group.processorWait = 5000
        let found = try SignalTree().findings(measured: measured)
        #expect(found["cgroup_throttled"]?.value == 2)
        #expect(found["group_psi_cpu_some"]?.value == 0.05)
        #expect(found["group_psi_cpu_some"]?.amount == 5)
        #expect(found["group_psi_io_some"]?.value == nil)
    }

    @Test func `sensors, throttling and frequency are read where a machine has them`() throws {
        let cpu = "/sys/devices/system/cpu/cpu1"
        let machine = [
            "/sys/class/hwmon/hwmon2/name": "k10temp\n",
            "/sys/class/hwmon/hwmon2/temp1_input": "45125\n",
            "/sys/class/hwmon/hwmon2/temp3_input": "48000\n",
            "/sys/class/hwmon/hwmon1/name": "nvme\n",
            "/sys/class/hwmon/hwmon1/temp1_input": "99000\n",
            "\(cpu)/thermal_throttle/core_throttle_count": "7\n",
            "\(cpu)/thermal_throttle/package_throttle_count": "1\n",
            "\(cpu)/cpufreq/scaling_cur_freq": "800000\n",
        ]
        let hot = machine.merging([
            "/sys/class/hwmon/hwmon2/temp3_input": "61000\n",
            "\(cpu)/thermal_throttle/core_throttle_count": "9\n",
            "\(cpu)/cpufreq/scaling_cur_freq": "3200000\n",
        ]) { _, own in own }
        let tree = try SignalTree(before: machine, after: hot)
        let found = tree.findings(reference: .init(celsius: 40))
        #expect(found["temperature_start_c"]?.value == 48)
        #expect(found["temperature_c"]?.value == 61)
        #expect(found["temperature_excess_c"]?.value == 8)
        #expect(found["throttle_events"]?.value == 2)
        #expect(found["frequency_mhz"]?.value == 3200)
        #expect(found["frequency_sampled"]?.value == 1)
        #expect(found["frequency_dev_rel"]?.value == nil)
    }

    @Test func `a counted frequency stands before a look, and beside the first one`() throws {
        var measured = SignalTree.busy
        measured.speed = ProcessorSpeed(megahertz: 3000, source: .cycles)
        measured.migrations = 2
        let found = try SignalTree().findings(
            measured: measured, reference: .init(speed: .init(megahertz: 3100, source: .cycles)))
        #expect(found["frequency_mhz"]?.value == 3000)
        #expect(found["frequency_sampled"]?.value == 0)
        let deviation = try #require(found["frequency_dev_rel"]?.value)
        #expect(abs(deviation + 100.0 / 3100) < 1e-12)
        #expect(found["migrations_pinned"]?.value == 2)
        #expect(found["migrations_per_s"]?.value == 25)
    }

    @Test func `another clock, lost discipline and swapping are seen`() throws {
        let source = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
        let tree = try SignalTree(
            after: [source: "hpet\n", "/proc/vmstat": "pswpin 12\npswpout 27\npgmajfault 704400\n"])
        let found = tree.findings(synchronised: false)
        #expect(found["clock_unexpected"]?.value == 1)
        #expect(found["clock_changed"]?.value == 1)
        #expect(found["clock_unsynchronised"]?.value == 1)
        #expect(found["swap_pages"]?.value == 9)
        #expect(found["system_major_faults"]?.value == 68)
        #expect(tree.findings(synchronised: nil)["clock_unsynchronised"]?.value == nil)
    }

    @Test func `pressure information that is off is absent`() throws {
        let off = ["/proc/pressure/cpu": nil] as [String: String?]
        let found = try SignalTree(before: off, after: off).findings()
        #expect(found["psi_cpu_some"]?.value == nil)
        #expect(found["psi_cpu_some"]?.absence?.contains("No such file") == true)
        #expect(found["psi_memory_full"]?.value == 0)
    }

    @Test(arguments: ["", "garbage", "cpu1 1 2", "CPU0 CPU1\n24: x y\n", "cpu1 -1 2 3 4 5 6 7 8"])
    func `broken files are absent and never trap`(text: String) throws {
        var changes: [String: String?] = [:]
        for path in SignalTree.start.keys { changes[path] = text }
        let found = try SignalTree(before: changes, after: changes).findings()
        for name in ["steal_share", "foreign_share", "device_interrupts", "runnable"] {
            #expect(found[name]?.value == nil, "\(name)")
        }
    }

    @Test func `a counter that went back is absent`() throws {
        let found = try SignalTree(after: ["/proc/vmstat": "pswpin 1\npswpout 1\n"]).findings()
        #expect(found["swap_pages"]?.value == nil)
    }

    @Test func `arm64 numbers its timer like a device and names messages by IPI`() throws {
        let rows = """
                       CPU0       CPU1
             11:        100        200     GICv3  27 Level     arch_timer
             13:          5          6     GICv3  42 Edge      virtio0
            IPI0:         1          2       Rescheduling interrupts
            IPI1:         3          4       Function call interrupts
            Err:          0
            """
        let table = try #require(InterruptTable(Array(rows.utf8), cpus: [1]))
        #expect(table.rows.map(\.count) == [200, 6, 2, 4])
        let later = rows.replacing("200 ", with: "210 ").replacing("  6 ", with: "  7 ")
        let found = try SignalTree(
            before: ["/proc/interrupts": rows], after: ["/proc/interrupts": later]
        ).findings()
        #expect(found["timer_interrupts_per_s"]?.value == 100)
        #expect(found["device_interrupts"]?.value == 1)
        #expect(found["tlb_shootdowns"]?.value == nil)
    }

    @Test func `a processor without a column has no interrupts to add`() {
        #expect(InterruptTable(Array(SignalTree.interruptsBefore.utf8), cpus: [0, 2]) == nil)
        #expect(ProcessorTimes(Array("cpu0 1 2 3 4 5 6 7 8".utf8), cpus: [1]) == nil)
    }

    @Test func `this machine gives its own signals`() throws {
        let place = SignalPlace(tree: .init(), cpus: [0])
        let before = SignalSnapshot(of: place, at: 0)
        let after = SignalSnapshot(of: place, at: 1_000_000)
        let found = SignalSpan(
            place, from: before, to: after, measured: SignalTree.busy, log: .success([]),
            expectedClocks: ["tsc"]
        ).findings()
        #expect(found.contains { $0.name == "steal_share" && $0.value != nil })
        #expect(found.allSatisfy { ($0.value == nil) != ($0.absence == nil) })
    }
}
