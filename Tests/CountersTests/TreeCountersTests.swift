import Counters
import Glibc
import Testing

/// Policy over a kernel that answers as the test says.
@Suite struct TreeCountersTests {
    private static let machine = CounterHost(
        paranoid: 2, isPrivileged: true, units: [CounterHost.Unit(name: "cpu", type: 4)])

    private func groups(_ names: [String]) throws -> [CounterGroup] {
        let events = CounterCatalogue.select(names).events.filter { $0.kind != .software }
        return try #require(CounterPasses.passes(of: events, budget: 6).first)
    }

    private func count(
        _ groups: [CounterGroup], on host: CounterHost = machine, by kernel: FakePerfCalls,
        survivors: Int = 0
    ) -> CounterReport {
        let counters = TreeCounters(groups, on: host, calls: kernel)
        counters.open(on: CountedRun(launcher: 77))
        return counters.finish(survivors: survivors)
    }

    @Test func `a group is opened on the launcher, off until an exec, and inherited`() throws {
        let kernel = FakePerfCalls()
        let report = count(try groups(["core"]), by: kernel)
        let opened = kernel.opened
        try #require(opened.count == 2)
        #expect(opened.allSatisfy { $0.target == .process(77) })
        #expect(
            opened[0].request.flags == [
                .disabled, .inherit, .enableOnExec, .userOnly, .groupRead,
            ])
        #expect(opened[1].request.flags == [.inherit, .userOnly, .groupRead])
        #expect(opened[0].group == -1)
        #expect(opened[1].group == opened[0].descriptor)
        #expect(report.readings.map(\.event.name) == ["instructions:u", "cycles:u"])
        #expect(report.refusals.isEmpty)
    }

    @Test func `an event that is missing leaves its group standing`() throws {
        let kernel = FakePerfCalls { request, _ in request.config == 5 ? ENOENT : 0 }
        let report = count(try groups(["core", "branch"]), by: kernel)
        #expect(report.readings.map(\.event.name) == ["instructions:u", "cycles:u", "branches:u"])
        #expect(report.refusals.map(\.code) == [.eventUnsupported])
        #expect(report.splitGroups.isEmpty)
    }

    @Test func `without its leader a group has another`() throws {
        let kernel = FakePerfCalls { request, _ in request.config == 1 ? ENOENT : 0 }
        let report = count(try groups(["core"]), by: kernel)
        #expect(report.readings.map(\.event.name) == ["cycles:u"])
        #expect(kernel.opened.last?.request.flags.contains(.enableOnExec) == true)
    }

    @Test func `a group that is too large is counted one by one, and said to be`() throws {
        let kernel = FakePerfCalls { _, group in group >= 0 ? EINVAL : 0 }
        let groups = try groups(["core"])
        let report = count(groups, by: kernel)
        #expect(report.splitGroups == groups)
        #expect(report.readings.map(\.event.name) == ["instructions:u", "cycles:u"])
        let singles = kernel.opened.suffix(2)
        #expect(singles.allSatisfy { !$0.request.flags.contains(.groupRead) })
        #expect(singles.allSatisfy { $0.request.flags.contains(.enableOnExec) })
    }

    @Test func `an event that is refused alone, too, has a reason`() throws {
        let kernel = FakePerfCalls { _, _ in EINVAL }
        let report = count(try groups(["core"]), by: kernel)
        #expect(report.readings.isEmpty)
        #expect(report.refusals.map(\.code) == [.badRequest, .badRequest])
        #expect(report.splitGroups.isEmpty)
    }

    @Test(
        arguments: [
            (EMFILE, .fdLimit), (ENOSYS, .kernelNoPerf), (EPERM, .deniedPolicy),
            (EOPNOTSUPP, .featureUnsupported), (ESRCH, .targetGone),
        ] as [(Int32, CounterRefusal.Code)])
    func `a refusal is a reason and no error`(_ errno: Int32, code: CounterRefusal.Code) throws {
        let report = count(try groups(["core"]), by: FakePerfCalls { _, _ in errno })
        #expect(report.readings.isEmpty)
        #expect(report.refusals.map(\.code) == [code, code])
    }

    @Test func `a tree that still lives has no count`() throws {
        let report = count(try groups(["core"]), by: FakePerfCalls(), survivors: 1)
        #expect(report.readings.isEmpty)
        #expect(report.refusals.map(\.code) == [.treeAlive, .treeAlive])
    }

    @Test func `a group that cannot be read at once is read again`() throws {
        let once = count(try groups(["core"]), by: FakePerfCalls(groupReadFailures: 1))
        #expect(once.readings.count == 2)
        let twice = count(try groups(["core"]), by: FakePerfCalls(groupReadFailures: 2))
        #expect(twice.readings.isEmpty)
        #expect(twice.refusals.map(\.code) == [.unreadable, .unreadable])
    }

    @Test func `a group that the kernel gave up is not scheduled`() throws {
        let report = count(try groups(["core"]), by: FakePerfCalls(counts: { _, _ in nil }))
        #expect(report.readings.map(\.state) == [.notScheduled, .notScheduled])
    }

    @Test func `on two kinds of cores the unit is part of the event and of its name`() throws {
        let hybrid = CounterHost(
            paranoid: 2, isPrivileged: true,
            units: [
                CounterHost.Unit(name: "cpu_atom", type: 10),
                CounterHost.Unit(name: "cpu_core", type: 4),
            ])
        let kernel = FakePerfCalls()
        let report = count(try groups(["core"]), on: hybrid, by: kernel)
        #expect(kernel.opened.map(\.request.config) == [4 << 32 | 1, 4 << 32])
        #expect(report.readings.map(\.pmu) == ["cpu_core", "cpu_core"])
    }

    @Test func `Arm cores of two kinds are asked by the names of their own unit`() throws {
        let devices = KernelFolder.devices
        var files = [
            "/sys/devices/system/cpu/cpu0/cpu_capacity": "485\n",
            "/sys/devices/system/cpu/cpu4/cpu_capacity": "1024\n",
        ]
        for (name, type, cpus) in [
            ("armv8_cortex_a53", "8", "0-3"), ("armv8_cortex_a72", "9", "4-5"),
        ] {
            files["\(devices)/\(name)/type"] = type
            files["\(devices)/\(name)/cpus"] = cpus
            files["\(devices)/\(name)/format/event"] = "config:0-15"
            files["\(devices)/\(name)/events/inst_retired"] = "event=0x008"
        }
        try KernelFolder.lend(files) { tree in
            let host = CounterHost(reading: tree)
            let kernel = FakePerfCalls()
            let report = count(try groups(["core"]), on: host, by: kernel)
            #expect(kernel.opened.map(\.request.type) == [9])
            #expect(kernel.opened.map(\.request.config) == [8])
            #expect(report.readings.map(\.pmu) == ["armv8_cortex_a72"])
            #expect(report.refusals.map(\.code) == [.eventAbsent], "there is no cpu_cycles")
            let small = TreeCounters(
                try groups(["core"]), on: host, in: CountingScope(cpus: [1]), calls: kernel)
            small.open(on: CountedRun(launcher: 78))
            #expect(kernel.opened.last?.request.type == 8)
        }
    }

    @Test func `counters that were never opened have nothing to say`() throws {
        let counters = TreeCounters(
            try groups(["core"]), on: Self.machine, calls: FakePerfCalls())
        #expect(counters.finish(survivors: 0) == CounterReport())
    }
}
