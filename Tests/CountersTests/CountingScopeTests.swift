import Counters
import FleetModel
import Glibc
import LinuxSystem
import Testing

/// Where events are opened in each mode, over a kernel that answers as the test says.
@Suite struct CountingScopeTests {
    private func count(
        _ names: [String], in scope: CountingScope, by kernel: FakePerfCalls,
        files: [String: String] = KernelFolder.server, group: String? = "/tmp"
    ) throws -> CounterReport {
        var report = CounterReport()
        try KernelFolder.lend(files) { tree in
            let events = names.compactMap(CounterCatalogue.event)
            let groups = try #require(CounterPasses.passes(of: events, budget: 6).first)
            let counters = TreeCounters(
                groups, on: CounterHost(reading: tree), in: scope, calls: kernel)
            counters.open(on: CountedRun(launcher: 77, groupFolder: group))
            report = counters.finish(survivors: 0)
        }
        return report
    }

    private static let wholePackage = CountingScope(cpus: [0, 1])
    private static let onePerCPU: FakePerfCalls.Counts = { _, _ in
        PerfCount(count: 10, enabledNanoseconds: 100, runningNanoseconds: 100)
    }

    @Test func `a control group is counted on each processor of the run, and added up`() throws {
        let kernel = FakePerfCalls(counts: Self.onePerCPU)
        let report = try count(
            ["instructions", "cycles"], in: CountingScope(mode: .group, cpus: [1, 3]), by: kernel)
        let opened = kernel.opened
        try #require(opened.count == 4)
        let cpus = opened.map { opened -> Int32? in
            guard case .group(_, let cpu) = opened.target else { return nil }
            return cpu
        }
        #expect(cpus == [1, 1, 3, 3])
        #expect(opened.allSatisfy { !$0.request.flags.contains(.inherit) })
        #expect(opened.allSatisfy { !$0.request.flags.contains(.enableOnExec) })
        #expect(opened.map { $0.request.flags.contains(.disabled) } == [true, false, true, false])
        #expect(kernel.started == [opened[0].descriptor, opened[2].descriptor])
        #expect(report.readings.map(\.count) == [20, 20])
        #expect(report.readings.map(\.state) == [.exact, .exact])
    }

    @Test func `without a control group the reason is said, and nothing is opened`() throws {
        let kernel = FakePerfCalls()
        let report = try count(
            ["instructions"], in: CountingScope(mode: .group, cpus: [1]), by: kernel, group: nil)
        #expect(kernel.opened.isEmpty)
        #expect(report.refusals.map(\.code) == [.noGroup])
        let missing = try count(
            ["instructions"], in: CountingScope(mode: .group, cpus: [1]), by: kernel,
            group: "/no-such-group")
        #expect(missing.refusals.map(\.code) == [.noGroup])
    }

    @Test func `one processor that refuses takes the event along`() throws {
        let kernel = FakePerfCalls(refuseTarget: { $0 == .processor(3) ? ENODEV : 0 })
        let report = try count(
            ["instructions"], in: CountingScope(mode: .processors, cpus: [1, 3]), by: kernel)
        #expect(report.readings.isEmpty)
        #expect(report.refusals.map(\.code) == [.cpuOffline])
    }

    @Test func `processors are counted whoever works on them`() throws {
        let kernel = FakePerfCalls(counts: Self.onePerCPU)
        let report = try count(
            ["cycles", "task-clock"], in: CountingScope(mode: .processors, cpus: [0, 2]),
            by: kernel)
        #expect(
            kernel.opened.map(\.target) == [
                .processor(0), .processor(2), .processor(0), .processor(2),
            ])
        #expect(report.readings.map(\.count) == [20, 20])
    }

    @Test func `energy belongs to the run that owns its package`() throws {
        let kernel = FakePerfCalls(counts: Self.onePerCPU)
        let owned = try count(["energy.pkg"], in: Self.wholePackage, by: kernel)
        #expect(kernel.opened.map(\.target) == [.processor(0)])
        #expect(kernel.opened.map(\.request.type) == [23])
        #expect(owned.readings.first?.identity.unit == "J")
        let value = try #require(owned.readings.first?.value)
        #expect(abs(value - 2.328e-9) < 1e-12)
        let shared = try count(["energy.pkg"], in: CountingScope(cpus: [1]), by: kernel)
        #expect(shared.readings.isEmpty)
        #expect(shared.refusals.map(\.code) == [.sharedPackage])
        #expect(shared.refusals.first?.message.contains("CPUs 0,2") == true)
        let everybody = try count(
            ["energy.pkg"], in: CountingScope(mode: .processors, cpus: [1]), by: kernel)
        #expect(everybody.readings.count == 1, "who counts processors asks for others' work")
    }

    @Test func `frequency is read on the run's processors in every mode`() throws {
        for mode in [CountingMode.tree, .group, .processors] {
            let kernel = FakePerfCalls(counts: Self.onePerCPU)
            let report = try count(
                ["aperf", "tsc"], in: CountingScope(mode: mode, cpus: [1, 3]), by: kernel)
            #expect(Set(kernel.opened.map(\.target)) == [.processor(1), .processor(3)])
            #expect(kernel.opened.allSatisfy { !$0.request.flags.contains(.userOnly) })
            #expect(report.readings.map(\.count) == [20, 20])
        }
    }

    @Test func `a unit of the package is asked like energy, a processor's like any event`() throws {
        let kernel = FakePerfCalls(counts: Self.onePerCPU)
        _ = try count(
            ["uncore_imc_0/data_reads/", "cpu/event=0x3c/"], in: Self.wholePackage, by: kernel)
        #expect(kernel.opened.map(\.target) == [.processor(0), .process(77)])
        #expect(!kernel.opened[0].request.flags.contains(.userOnly))
        #expect(kernel.opened[1].request.flags.contains(.userOnly))
    }

    @Test func `an unprivileged agent hears what whole processors need`() throws {
        let kernel = FakePerfCalls { _, _ in EACCES }
        let wide = try count(
            ["cycles"], in: CountingScope(mode: .processors, cpus: [1]), by: kernel)
        #expect(wide.refusals.first?.message.contains("0 or less is required") == true)
        let own = try count(["cycles"], in: CountingScope(), by: kernel)
        #expect(own.refusals.first?.message.contains("2 or less is required") == true)
    }
}

/// What is believed of units that a machine shows.
@Suite struct UnitProbeTests {
    private func verdicts(
        _ names: [String], _ kernel: FakePerfCalls
    ) throws -> [CounterVerdict.Finding] {
        var found: [CounterVerdict.Finding] = []
        try KernelFolder.lend(KernelFolder.server) { tree in
            let events = names.compactMap(CounterCatalogue.event)
            found = CounterProbe(CounterHost(reading: tree), calls: kernel)
                .verdicts(on: events).map(\.finding)
        }
        return found
    }

    @Test func `what moves is there, also a unit's event`() throws {
        let names = ["topdown.slots", "topdown.retiring", "energy.pkg", "tsc", "cpu/event=0x3c/"]
        #expect(try verdicts(names, FakePerfCalls()) == names.map { _ in .available })
    }

    @Test func `energy and clocks that stay 0 are stubs, and no interrupt is a good sign`() throws {
        let kernel = FakePerfCalls(counts: { _, _ in
            PerfCount(count: 0, enabledNanoseconds: 5, runningNanoseconds: 5)
        })
        #expect(
            try verdicts(["energy.pkg", "aperf", "smi"], kernel) == [
                .stubbed("energy.pkg opens and stays 0."), .stubbed("aperf opens and stays 0."),
                .available,
            ])
    }

    @Test func `only what a unit lists is opened, once each`() throws {
        let kernel = FakePerfCalls()
        let found = try verdicts(["energy.psys", "energy.pkg"], kernel)
        #expect(kernel.opened.count == 1)
        guard case .missing(let refusal) = found[0] else {
            Issue.record("energy.psys is not in the folder")
            return
        }
        #expect(refusal.code == .eventAbsent)
    }

    @Test func `a top-down event stands behind slots`() throws {
        let kernel = FakePerfCalls()
        _ = try verdicts(["topdown.retiring"], kernel)
        #expect(kernel.opened.map(\.request.config) == [0x400, 0x8000])
        #expect(kernel.opened.last?.group == kernel.opened.first?.descriptor)
    }
}
