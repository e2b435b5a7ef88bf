import Counters
import FleetModel
import Testing

@Suite struct CounterCatalogueTests {
    @Test func `names and metrics are unique`() {
        let all = CounterCatalogue.all
        #expect(Set(all.map(\.name)).count == all.count)
        #expect(Set(all.map(\.metric)).count == all.count)
    }

    struct Named: Sendable {
        let name: String
        let metric: String
        let unit: String
        let provider: Provider
    }

    @Test(arguments: [
        Named(name: "instructions:u", metric: "instructions", unit: "count", provider: .hardware),
        Named(name: "branch-misses", metric: "branch_misses", unit: "count", provider: .hardware),
        Named(name: "cycles:k", metric: "cycles_k", unit: "count", provider: .hardware),
        Named(name: "task-clock", metric: "task_clock", unit: "s", provider: .softwareEvent),
        Named(
            name: "cpu-migrations", metric: "cpu_migrations", unit: "count",
            provider: .softwareEvent),
    ])
    func `a metric is the slug of its event`(_ given: Named) throws {
        let identity = try #require(CounterCatalogue.event(given.name)).identity()
        #expect(identity.name == given.metric)
        #expect(identity.unit == given.unit)
        #expect(identity.provider == given.provider)
    }

    /// linux/perf_event.h: what the numbers mean is the kernel's contract.
    @Test(
        arguments: [
            ("cycles:u", 0, 0), ("instructions:u", 0, 1), ("cache-references:u", 0, 2),
            ("cache-misses:u", 0, 3), ("branches:u", 0, 4), ("branch-misses:u", 0, 5),
            ("ref-cycles:u", 0, 9), ("l1d-read-misses:u", 3, 0x10000),
            ("llc-read-misses:u", 3, 0x10002), ("dtlb-read-misses:u", 3, 0x10003),
            ("task-clock", 1, 1), ("page-faults", 1, 2), ("context-switches", 1, 3),
            ("cpu-migrations", 1, 4), ("minor-faults", 1, 5), ("major-faults", 1, 6),
            ("cgroup-switches", 1, 11),
        ] as [(String, UInt32, UInt64)])
    func `an event has the kernel's numbers`(_ name: String, type: UInt32, config: UInt64) throws {
        let event = try #require(CounterCatalogue.event(name))
        let host = CounterHost(paranoid: 2, isPrivileged: true, units: [])
        let code = try host.code(of: event).get()
        #expect(code.type == type)
        #expect(code.config == config)
    }

    @Test func `software events count in the kernel, the others in one of the two modes`() {
        for event in CounterCatalogue.all where event.place == .tree {
            #expect((event.scope == .all) == (event.kind == .software), "\(event.name)")
        }
    }

    @Test func `sets and events select, and software events are always there`() {
        let (events, unknown) = CounterCatalogue.select([
            "core", "branch-misses", "llc-read-misses",
        ])
        #expect(unknown.isEmpty)
        #expect(
            events.filter { $0.kind != .software }.map(\.name) == [
                "instructions:u", "cycles:u", "branch-misses:u", "llc-read-misses:u",
            ])
        #expect(events.count { $0.kind == .software } == 7)
    }

    @Test func `what this version cannot count is named`() {
        let (events, unknown) = CounterCatalogue.select(["rubbish", "cpu//", "cycles"])
        #expect(unknown == ["rubbish", "cpu//"])
        #expect(events.contains { $0.name == "cycles:u" })
        #expect(CounterCatalogue.select(["none"]).events.isEmpty)
    }
}

@Suite struct CounterPassesTests {
    private func names(_ passes: [[CounterGroup]]) -> [[[String]]] {
        passes.map { $0.filter { $0.cost > 0 }.map { $0.events.map(\.plainName) } }
    }

    @Test func `the default sets fit one pass of six counters`() {
        let events = CounterCatalogue.select(["core", "branch", "cache"]).events
        let passes = CounterPasses.passes(of: events, budget: 6)
        #expect(
            names(passes) == [
                [
                    ["instructions", "cycles"], ["branches", "branch-misses"],
                    ["cache-references", "cache-misses"],
                ]
            ])
    }

    @Test func `what does not fit takes another pass, with the core in each`() {
        let events = CounterCatalogue.select(["core", "branch", "cache", "memory"]).events
        let passes = CounterPasses.passes(of: events, budget: 5)
        #expect(passes.count == 3)
        for pass in passes {
            #expect(pass.contains { $0.events.map(\.plainName) == ["instructions", "cycles"] })
            #expect(pass.contains { $0.events[0].name == "task-clock" })
            #expect(pass.reduce(0) { $0 + $1.cost } <= 5)
        }
        let counted = Set(passes.flatMap { $0 }.flatMap(\.events))
        #expect(counted == Set(events))
    }

    @Test func `a group beyond the budget has a pass of its own, and nothing gives no pass`() {
        let events = CounterCatalogue.select(["core", "cache"]).events
        #expect(CounterPasses.passes(of: events, budget: 1).count == 1)
        #expect(CounterPasses.passes(of: [], budget: 6).isEmpty)
    }
}
