import Counters
import Glibc
import LinuxSystem
import Testing

@Suite struct CounterHostTests {
    private func lend(
        _ files: [String: String], _ body: (KernelTree) throws -> Void
    ) throws {
        try KernelFolder.lend(files, body)
    }

    private static let devices = "/sys/bus/event_source/devices"

    @Test func `a virtual machine without a counting unit`() throws {
        try lend([
            "/proc/sys/kernel/perf_event_paranoid": "2\n",
            "/proc/self/status": "Name:\tx\nCapEff:\t0000000000000000\n",
            "\(Self.devices)/software/type": "1\n", "\(Self.devices)/msr/type": "6\n",
            "\(Self.devices)/power/type": "7\n", "\(Self.devices)/power/cpumask": "0\n",
        ]) {
            let host = CounterHost(reading: $0)
            #expect(host.paranoid == 2 && !host.isPrivileged && host.units.isEmpty)
            #expect(host.chosenUnit == nil)
            #expect(host.budget == 6)
        }
    }

    @Test func `a plain x86 machine whose watchdog holds a counter`() throws {
        try lend([
            "/proc/sys/kernel/perf_event_paranoid": "-1\n",
            "/proc/sys/kernel/nmi_watchdog": "1\n",
            "/proc/self/status": "CapEff:\t0000004000000000\n",
            "\(Self.devices)/cpu/type": "4\n", "\(Self.devices)/uncore_imc/type": "20\n",
            "\(Self.devices)/uncore_imc/cpumask": "0\n",
        ]) {
            let host = CounterHost(reading: $0)
            #expect(host.paranoid == -1)
            #expect(host.isPrivileged)
            #expect(host.units == [CounterHost.Unit(name: "cpu", type: 4)])
            #expect(!host.isHybrid)
            #expect(host.budget == 5)
        }
    }

    @Test func `a hybrid machine counts on its big cores`() throws {
        try lend([
            "\(Self.devices)/cpu_core/type": "4\n", "\(Self.devices)/cpu_core/cpus": "0-7\n",
            "\(Self.devices)/cpu_atom/type": "10\n", "\(Self.devices)/cpu_atom/cpus": "8-15\n",
        ]) {
            let host = CounterHost(reading: $0)
            #expect(host.isHybrid)
            #expect(host.chosenUnit?.name == "cpu_core" && host.chosenUnit?.cpus == Array(0...7))
            #expect(host.unit(for: [9, 10])?.name == "cpu_atom")
            #expect(host.unit(for: [7, 8])?.name == "cpu_core")
            #expect(host.paranoid == nil)
        }
    }

    @Test func `an Arm unit is one by its name, and a type that is no number is none`() throws {
        try lend([
            "\(Self.devices)/armv8_pmuv3_0/type": "8\n", "\(Self.devices)/cpu/type": "what\n",
        ]) {
            let host = CounterHost(reading: $0)
            #expect(host.units == [CounterHost.Unit(name: "armv8_pmuv3_0", type: 8)])
        }
    }
}

@Suite struct CounterProbeTests {
    private static let machine = CounterHost(
        paranoid: 2, isPrivileged: true, units: [CounterHost.Unit(name: "cpu", type: 4)])

    /// This machine, whatever it is: what is missing has a reason that fits it.
    @Test func `each event of this machine is there or has its reason`() throws {
        let host = CounterHost()
        let verdicts = CounterProbe(host).verdicts()
        #expect(verdicts.map(\.event) == CounterCatalogue.all)
        for verdict in verdicts {
            guard case .missing(let refusal) = verdict.finding else { continue }
            #expect(refusal.event == verdict.event.name)
            let codes: Set<CounterRefusal.Code> = [.counterBusy, .eventAbsent, .noPMU]
            #expect(refusal.errno != 0 || codes.contains(refusal.code))
            if host.units.isEmpty, verdict.event.usesProcessor, refusal.errno == ENOENT {
                #expect(refusal.code == .noPMU)
                #expect(refusal.message == CounterRefusal.noPMU)
            }
        }
    }

    @Test(.enabled(if: CounterHost().isPrivileged))
    func `software events are there for a privileged agent`() throws {
        let names = [
            "task-clock", "page-faults", "context-switches", "cpu-migrations", "minor-faults",
            "major-faults",
        ]
        let events = names.compactMap(CounterCatalogue.event)
        for verdict in CounterProbe(CounterHost()).verdicts(on: events) {
            #expect(verdict.isAvailable, "\(verdict)")
        }
    }

    @Test(.enabled(if: CounterHost().units.isEmpty))
    func `a machine without a counting unit has no hardware event`() throws {
        for verdict in CounterProbe(CounterHost()).verdicts()
        where verdict.event.usesProcessor {
            guard case .missing(let refusal) = verdict.finding else {
                Issue.record("\(verdict.event.name) is \(verdict.finding)")
                continue
            }
            #expect([.noPMU, .deniedPolicy, .deniedParanoid].contains(refusal.code))
        }
    }

    @Test func `a loop of known length is counted to a thousandth`() {
        let events = CounterCatalogue.all.filter { $0.kind != .unit }
        let verdicts = CounterProbe(Self.machine, calls: FakePerfCalls()).verdicts(on: events)
        #expect(verdicts.allSatisfy { $0.isAvailable })
    }

    @Test func `a wrong count takes all hardware events along, and no software event`() throws {
        let kernel = FakePerfCalls(counts: { _, rounds in
            PerfCount(count: rounds, enabledNanoseconds: 5, runningNanoseconds: 5)
        })
        let events = CounterCatalogue.all.filter { $0.kind != .unit }
        for verdict in CounterProbe(Self.machine, calls: kernel).verdicts(on: events) {
            guard verdict.event.kind != .software else {
                #expect(verdict.isAvailable)
                continue
            }
            guard case .stubbed(let words) = verdict.finding else {
                Issue.record("\(verdict)")
                continue
            }
            #expect(words.contains("expected 2000000, got 1000000"))
        }
    }

    @Test func `a counter that stays 0 is a stub`() throws {
        let kernel = FakePerfCalls(counts: { _, _ in
            PerfCount(count: 0, enabledNanoseconds: 5, runningNanoseconds: 5)
        })
        let events = ["cycles", "task-clock"].compactMap(CounterCatalogue.event)
        for verdict in CounterProbe(Self.machine, calls: kernel).verdicts(on: events) {
            #expect(verdict.finding == .stubbed("\(verdict.event.name) opens and stays 0."))
        }
    }

    @Test func `a counter that another user holds is busy`() throws {
        let kernel = FakePerfCalls(counts: { _, rounds in
            PerfCount(count: rounds * 2, enabledNanoseconds: 9, runningNanoseconds: 5)
        })
        let event = try #require(CounterCatalogue.event("instructions"))
        guard
            case .missing(let refusal) = CounterProbe(Self.machine, calls: kernel)
                .verdicts(on: [event])[0].finding
        else {
            Issue.record("it is believed")
            return
        }
        #expect(refusal.code == .counterBusy)
    }
}
