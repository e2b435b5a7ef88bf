import Counters
import FleetModel
import LinuxSystem
import Testing

/// Raw events, resolved over recorded folders of counting units.
@Suite struct UnitEventTests {
    private func code(_ name: String, on tree: KernelTree) throws -> EventCode {
        try CounterHost(reading: tree).code(of: #require(CounterCatalogue.event(name))).get()
    }

    private func message(_ name: String, on tree: KernelTree) throws -> String {
        let event = try #require(CounterCatalogue.event(name))
        guard case .failure(let refusal) = CounterHost(reading: tree).code(of: event) else {
            return ""
        }
        return refusal.message
    }

    struct Resolved: Sendable {
        let name: String
        let config: UInt64
        var config1: UInt64 = 0
        var config2: UInt64 = 0
    }

    @Test(arguments: [
        Resolved(name: "cpu/event=0x3c/", config: 0x3c),
        Resolved(name: "cpu/event=60,umask=1/", config: 0x13c),
        Resolved(name: "cpu/event=0x3c,umask=0xff,inv,cmask=2/", config: 0x280_ff3c),
        Resolved(name: "cpu/slots/", config: 0x400),
        Resolved(name: "cpu/mem-loads/", config: 0x1cd, config1: 3),
        Resolved(name: "cpu/mem-loads,ldlat=100/", config: 0x1cd, config1: 100),
        Resolved(name: "cpu/split=0xf/", config: 0, config2: 0x3000_0000_0000_0003),
        Resolved(name: "cpu/split=4/", config: 0, config2: 0x1000_0000_0000_0000),
        Resolved(name: "cpu/config=0xffffffffffffffff,config1=7/", config: .max, config1: 7),
        Resolved(name: "msr/event=0xffffffffffffffff/", config: .max),
    ])
    func `terms go where the unit's format says`(_ given: Resolved) throws {
        try KernelFolder.lend(KernelFolder.server) { tree in
            let code = try code(given.name, on: tree)
            #expect(code.config == given.config)
            #expect(code.config1 == given.config1)
            #expect(code.config2 == given.config2)
        }
    }

    @Test(
        arguments: [
            ("cpu/event=0x100/", "'event' has 8 bits: 0x100 is more than 0xff"),
            ("cpu/inv=2/", "'inv' has 1 bits: 0x2 is more than 0x1"),
            ("cpu/event=0x3c,colour=1/", "'colour' is no term of cpu"),
            ("cpu/new=1/", "'new' is no term of cpu"), ("cpu/event=/", "'event' needs a number"),
            ("cpu/event=x/", "'event' needs a number"), ("cpu/event=-1/", "'event' needs a number"),
            ("cpu/event=1,,inv/", "'' is no term"), ("cpu/no-such/", "cpu has no no-such"),
            ("gpu/event=1/", "no counting unit gpu"),
            ("power/energy-gpu/", "power has no energy-gpu on this machine"),
        ] as [(String, String)])
    func `what a unit lacks is named`(_ name: String, words: String) throws {
        try KernelFolder.lend(KernelFolder.server) { tree in
            let message = try message(name, on: tree)
            #expect(message.contains(words), "\(message)")
        }
    }

    @Test(arguments: [
        "", "cpu", "cpu/", "cpu//", "/event=1/", "cpu/event=1", "cpu/event=1/u", "../cpu/event=1/",
        ".cpu/event=1/", "cpu/event 1/", "c/e=1//", "cpu/\u{0}/",
        "cpu/" + String(repeating: "e", count: 200) + "/",
    ])
    func `what is spelled otherwise is no raw event`(_ name: String) {
        #expect(UnitEvent.raw(name) == nil)
    }

    @Test func `bytes of a unit's folder that are no format make no code`() throws {
        for format in ["config", "config:", "config:64", "config:5-1", "config:a", "config4:0-7"] {
            var files = KernelFolder.server
            files["\(KernelFolder.devices)/cpu/format/odd"] = format
            try KernelFolder.lend(files) { tree in
                let message = try message("cpu/odd=1/", on: tree)
                #expect(message.contains("'odd' is no term"), "\(format)")
            }
        }
    }

    @Test func `a raw event is a metric of its own in the canonical unit`() throws {
        let event = try #require(CounterCatalogue.event("cpu/event=0x3c,umask=1/"))
        #expect(event.identity().name == "cpu_event_0x3c_umask_1")
        #expect(event.identity().unit == "count" && event.better == .none)
        try KernelFolder.lend(KernelFolder.server) { tree in
            let energy = try code("energy.pkg", on: tree)
            #expect(energy.measure == "J" && abs(energy.scale - 2.328e-10) < 1e-13)
            #expect(energy.processors == [0])
            let reads = try code("uncore_imc_0/data_reads/", on: tree)
            #expect(reads.measure == "B" && reads.scale == 64)
            let count = PerfCount(count: 3, enabledNanoseconds: 1, runningNanoseconds: 1)
            let reading = CounterReading(
                try #require(CounterCatalogue.event("uncore_imc_0/data_reads/")), count,
                code: reads)
            #expect(reading.value == 192 && reading.identity.unit == "B")
        }
    }

    @Test func `topdown is led by slots and costs one counter`() throws {
        let events = CounterCatalogue.select(["core", "topdown", "cpu/event=0x3c/"]).events
            .filter(\.usesProcessor)
        let passes = CounterPasses.passes(of: events, budget: 6)
        #expect(passes.count == 1)
        let names = passes[0].map { $0.events.map(\.name) }
        #expect(names.contains(["cpu/event=0x3c/"]))
        #expect(names.contains { $0.first == "topdown.slots" && $0.count == 5 })
        #expect(passes[0].reduce(0) { $0 + $1.cost } == 4)
    }
}
