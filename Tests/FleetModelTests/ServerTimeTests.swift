import Testing

@testable import FleetModel

@Suite struct ServerTimeTests {
    @Test func `a duration is added in microseconds, rounded towards zero`() {
        let start = ServerTime(microseconds: 1_000_000)
        #expect((start + .seconds(2)).microseconds == 3_000_000)
        #expect((start + .nanoseconds(1999)).microseconds == 1_000_001)
        #expect((start + .nanoseconds(-1999)).microseconds == 999_999)
    }

    @Test func `a difference is the duration between`() {
        let start = ServerTime(microseconds: 5)
        let end = ServerTime(microseconds: 12)
        #expect(end - start == .microseconds(7))
        #expect(start - end == .microseconds(-7))
    }

    @Test func `a sum beyond the range stays at its end`() {
        let latest = ServerTime(microseconds: .max)
        let earliest = ServerTime(microseconds: .min)
        #expect(latest + .seconds(1) == latest)
        #expect(earliest + .seconds(-1) == earliest)
        #expect(ServerTime(microseconds: 0) + .seconds(Int64.max) == latest)
        #expect(ServerTime(microseconds: -10) + .seconds(Int64.min) == earliest)
    }

    @Test func `a difference beyond the range stays at its end`() {
        let latest = ServerTime(microseconds: .max)
        let earliest = ServerTime(microseconds: .min)
        #expect(latest - earliest == .microseconds(Int64.max))
        #expect(earliest - latest == .microseconds(Int64.min))
    }

    @Test(arguments: seeds)
    func `no time and duration trap`(_ seed: UInt64) {
        var generator = SeededGenerator(seed)
        let start = ServerTime(microseconds: generator.extremeInteger())
        let wait = Duration(
            secondsComponent: generator.extremeInteger(), attosecondsComponent: 0)
        let end = start + wait
        #expect(wait < .zero ? end <= start : end >= start)
        _ = end - start
    }

    struct Case {
        let duration: Duration
        let microseconds: Int64
        let nanoseconds: Int64
    }

    @Test(arguments: [
        Case(duration: .zero, microseconds: 0, nanoseconds: 0),
        Case(duration: .nanoseconds(1500), microseconds: 1, nanoseconds: 1500),
        Case(duration: .nanoseconds(-1500), microseconds: -1, nanoseconds: -1500),
        Case(duration: .milliseconds(2), microseconds: 2000, nanoseconds: 2_000_000),
        Case(duration: .seconds(Int64.max), microseconds: .max, nanoseconds: .max),
        Case(duration: .seconds(Int64.min), microseconds: .min, nanoseconds: .min),
    ])
    func `whole units are cut towards zero and stay in range`(_ given: Case) {
        #expect(given.duration.wholeMicroseconds == given.microseconds)
        #expect(given.duration.wholeNanoseconds == given.nanoseconds)
    }
}
