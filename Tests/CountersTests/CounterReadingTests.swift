import Counters
import Testing

@Suite struct CounterReadingTests {
    private static let event = CounterCatalogue.all[0]

    private static func raw(_ count: UInt64, _ enabled: UInt64, _ running: UInt64) -> PerfCount {
        PerfCount(count: count, enabledNanoseconds: enabled, runningNanoseconds: running)
    }

    struct Case: Sendable {
        let raw: PerfCount?
        let state: CounterReading.State
        let count: UInt64?
        var pmu: String?
    }

    @Test(arguments: [
        Case(raw: nil, state: .notScheduled, count: nil),
        Case(raw: raw(0, 0, 0), state: .neverEnabled, count: nil),
        Case(raw: raw(0, 10, 0), state: .notScheduled, count: nil),
        Case(raw: raw(7, 10, 10), state: .exact, count: 7),
        Case(raw: raw(7, 10_000, 9990), state: .exact, count: 7),
        Case(raw: raw(98, 100, 98), state: .multiplexed, count: 100),
        Case(raw: raw(1000, 1000, 950), state: .multiplexed, count: 1053),
        Case(raw: raw(50, 100, 50), state: .unreliable, count: 100),
        Case(raw: raw(50, 100, 50), state: .partialPMU, count: 50, pmu: "cpu_core"),
        Case(raw: raw(50, 100, 100), state: .exact, count: 50, pmu: "cpu_core"),
        Case(raw: raw(.max, .max, .max), state: .exact, count: .max),
        Case(raw: raw(.max, 100, 98), state: .multiplexed, count: nil),
        Case(raw: raw(.max, .max, 1), state: .unreliable, count: nil),
        Case(raw: raw(1, .max, 1), state: .unreliable, count: .max),
        Case(raw: raw(1 << 62, 100, 99), state: .multiplexed, count: 4_658_268_705_482_210_004),
    ])
    func `the times say what a count is worth`(_ given: Case) {
        let reading = CounterReading(Self.event, given.raw, pmu: given.pmu)
        #expect(reading.state == given.state)
        #expect(reading.count == given.count)
        #expect((reading.value == nil) == (given.count == nil))
    }

    @Test func `a clock is given in seconds`() throws {
        let clock = try #require(CounterCatalogue.event("task-clock"))
        let reading = CounterReading(clock, Self.raw(1_500_000_000, 10, 10))
        #expect(reading.value == 1.5)
    }

    @Test func `unreliable counts and parts of a hybrid processor are not compared`() {
        #expect(CounterReading(Self.event, Self.raw(98, 100, 98)).isComparable)
        #expect(!CounterReading(Self.event, Self.raw(50, 100, 50)).isComparable)
        #expect(!CounterReading(Self.event, Self.raw(50, 100, 50), pmu: "cpu_core").isComparable)
        #expect(!CounterReading(Self.event, nil).isComparable)
    }
}

/// What the shim counted on an emulated arm64 processor (`scripts/prove pmu --record`).
@Suite struct RecordedCountsTests {
    private let record: RecordedCounts

    init() throws { record = try RecordedCounts() }

    @Test func `the record is of a proof that passed`() {
        #expect(record.ended == "proof ok")
        #expect(record.readings.count >= 20)
    }

    @Test(
        arguments: [
            ("child", 1), ("children", 4), ("threads", 4), ("group", 4), ("orphan", 11),
            ("orphan-ended", 11), ("cgroup", 4), ("raw", 4), ("processor", 4),
        ] as [(String, UInt64)])
    func `a tree's instructions are exact`(_ name: String, pieces: UInt64) throws {
        let reading = try #require(record.readings[name + " instructions:u"])
        #expect(reading.state == .exact)
        #expect(reading.isComparable)
        let count = try #require(reading.count)
        #expect(count >= pieces * 2_000_000 && count < pieces * 2_000_000 + 40_000)
    }

    @Test func `the unit's own number of an event counts what the general one does`() {
        #expect(
            record.readings["raw instructions:u"]?.count
                == record.readings["children instructions:u"]?.count)
    }

    @Test(arguments: -1...4)
    func `whole processors need more than a process`(_ level: Int) throws {
        let errno = try #require(record.refusals["paranoid\(level) processor"])
        #expect((errno == 0) == (level <= 0))
        guard errno != 0, let event = CounterCatalogue.event("instructions") else { return }
        let host = CounterHost(paranoid: level, isPrivileged: false, units: [])
        let refusal = CounterRefusal(
            errno: errno, of: event, on: host,
            in: CounterRefusal.Circumstances(isWide: true))
        #expect(refusal.message.contains("is \(level); 0 or less is required"))
    }

    @Test func `an event that no exec enabled has no value`() throws {
        for name in ["never-enabled", "not-inherited"] {
            let reading = try #require(record.readings[name + " instructions:u"])
            #expect(reading.state == .neverEnabled)
            #expect(reading.value == nil)
        }
    }

    @Test func `events that share counters are scaled and said to be unreliable`() throws {
        for index in 0..<12 {
            let reading = try #require(record.readings["multiplexed-\(index) instructions:u"])
            #expect(reading.state == .unreliable)
            #expect(!reading.isComparable)
            // 122 million, scaled back from a half.
            let value = try #require(reading.value)
            #expect(abs(value - 122e6) < 2e6, "\(value)")
        }
    }

    @Test func `events that the processor lacks have the reason of one that has others`() throws {
        let host = CounterHost(
            paranoid: 2, isPrivileged: true,
            units: [CounterHost.Unit(name: "armv8_pmuv3", type: 8)])
        for name in ["branches", "cache-references", "ref-cycles"] {
            let errno = try #require(record.refusals[name])
            let event = try #require(CounterCatalogue.event(name))
            let refusal = CounterRefusal(errno: errno, of: event, on: host)
            #expect(refusal.code == .eventUnsupported)
            #expect(refusal.message.contains("armv8_pmuv3"))
        }
    }

    @Test func `the levels of paranoia refuse as the message says`() throws {
        for level in -1...4 {
            let host = CounterHost(
                paranoid: level, isPrivileged: false,
                units: [CounterHost.Unit(name: "armv8_pmuv3", type: 8)])
            for (name, needed) in [("instructions:u", 2), ("task-clock", 1)] {
                let errno = try #require(record.refusals["paranoid\(level) \(name)"])
                #expect((errno == 0) == (level <= needed))
                guard errno != 0, let event = CounterCatalogue.event(name) else { continue }
                let refusal = CounterRefusal(errno: errno, of: event, on: host)
                #expect(refusal.code == .deniedParanoid)
                #expect(refusal.message.contains("is \(level); \(needed) or less"))
            }
        }
    }
}
