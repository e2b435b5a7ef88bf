import Counters
import Glibc
import LinuxSystem
import Testing

@Suite struct CounterHostTests {
    /// A tree of files below a folder that goes away with the test.
    private func lend(
        _ files: [String: String], _ body: (KernelTree) throws -> Void
    ) throws {
        var name = Array("/tmp/fleetmark-host-XXXXXX".utf8CString)
        try #require(mkdtemp(&name) != nil)
        let root = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { Workload.remove(root) }
        for (path, text) in files {
            var folder = root
            for part in path.split(separator: "/").dropLast() {
                folder += "/\(part)"
                mkdir(folder, 0o755)
            }
            let file = try OwnedDescriptor.open(root + path, O_WRONLY | O_CREAT, mode: 0o644)
            try file.write(Array(text.utf8))
        }
        try body(KernelTree(root: root))
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
            #expect(host == CounterHost(paranoid: 2, isPrivileged: false, units: []))
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
            #expect(host.chosenUnit == CounterHost.Unit(name: "cpu_core", type: 4))
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
            #expect(refusal.errno != 0 || refusal.code == .counterBusy)
            if host.units.isEmpty, verdict.event.kind != .software, refusal.errno == ENOENT {
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
        where verdict.event.kind != .software {
            guard case .missing(let refusal) = verdict.finding else {
                Issue.record("\(verdict.event.name) is \(verdict.finding)")
                continue
            }
            #expect([.noPMU, .deniedPolicy, .deniedParanoid].contains(refusal.code))
        }
    }

    @Test func `a loop of known length is counted to a thousandth`() {
        let verdicts = CounterProbe(Self.machine, calls: FakePerfCalls()).verdicts()
        #expect(verdicts.allSatisfy { $0.isAvailable })
    }

    @Test func `a wrong count takes all hardware events along, and no software event`() throws {
        let kernel = FakePerfCalls(counts: { _, rounds in
            PerfCount(count: rounds, enabledNanoseconds: 5, runningNanoseconds: 5)
        })
        for verdict in CounterProbe(Self.machine, calls: kernel).verdicts() {
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
