import Testing

@testable import Isolation

@Suite struct EndingRulesTests {
    private let second: Int64 = 1_000_000_000

    private func rules(
        wall: Duration? = nil, silence: Duration? = nil, output: Int64 = 100
    ) -> EndingRules {
        EndingRules(
            LaunchLimits(
                wall: wall, silence: silence, grace: .seconds(2), outputKillBytes: output),
            launchedAt: 0)
    }

    @Test func `nothing happens without limits`() {
        var rules = rules()
        rules.started(at: 1)
        #expect(rules.command(at: .max) == nil)
        #expect(rules.deadline == nil)
    }

    @Test func `wall time counts from the exec, then TERM, grace, KILL, each once`() {
        var rules = rules(wall: .seconds(10))
        rules.started(at: 5 * second)
        #expect(rules.deadline == 15 * second)
        #expect(rules.command(at: 15 * second - 1) == nil)
        #expect(rules.command(at: 15 * second) == .terminate)
        #expect(rules.command(at: 16 * second) == nil)
        #expect(rules.deadline == 17 * second)
        #expect(rules.command(at: 17 * second) == .kill)
        #expect(rules.command(at: 99 * second) == nil)
        #expect(rules.cause == .wallTimeout)
    }

    @Test func `every byte puts silence off`() {
        var rules = rules(silence: .seconds(3))
        rules.started(at: 0)
        #expect(rules.received(1, at: 2 * second) == 1)
        #expect(rules.command(at: 4 * second) == nil)
        #expect(rules.command(at: 5 * second) == .terminate)
        #expect(rules.cause == .silence)
    }

    @Test func `output is cut at the limit and one byte more kills`() {
        var rules = rules(output: 100)
        rules.started(at: 0)
        #expect(rules.received(100, at: 1) == 100)
        #expect(rules.command(at: 1) == nil)
        #expect(rules.received(1, at: 2) == 0)
        #expect(rules.command(at: 2) == .kill)
        #expect(rules.received(50, at: 3) == 0)
        #expect(rules.outputBytes == 151)
        #expect(rules.cause == .outputLimit)
    }

    @Test func `the first reason stays, and a later one can hasten the end`() {
        var rules = rules(wall: .seconds(1))
        rules.started(at: 0)
        #expect(rules.command(at: second) == .terminate)
        rules.cancelled(.graceful, at: second + 1)
        #expect(rules.command(at: second + 1) == nil)
        rules.cancelled(.now, at: second + 2)
        #expect(rules.command(at: second + 2) == .kill)
        #expect(rules.cause == .wallTimeout)
    }

    @Test func `a set-up that hangs is killed`() {
        var rules = rules()
        #expect(rules.deadline == EndingRules.setupLimit)
        #expect(rules.command(at: EndingRules.setupLimit) == .kill)
        #expect(rules.setupHung)
        #expect(rules.cause == nil)
        #expect(rules.deadline == nil)
    }

    @Test func `endless durations do not overflow`() {
        var rules = rules(wall: .seconds(Int64.max), silence: .seconds(Int64.max))
        rules.started(at: .max)
        #expect(rules.received(.max, at: .max) == 100)
        #expect(rules.command(at: .max) == .kill)
    }
}
