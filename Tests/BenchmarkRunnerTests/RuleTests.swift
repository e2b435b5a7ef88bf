import FleetModel
import Isolation
import Testing

@testable import BenchmarkRunner

@Suite struct VisitOrderTests {
    @Test(arguments: [UInt64(0), 1, 42, .max])
    func `each block of two pairs is turned round, and seeds repeat`(seed: UInt64) {
        let wish = OrderWish(scheme: .interleaved, seed: seed)
        var (one, two) = (VisitOrder(wish), VisitOrder(wish))
        for _ in 0..<20 {
            let (first, second) = (one.next(), one.next())
            let (third, fourth) = (two.next(), two.next())
            #expect(second == first.reversed())
            #expect(Set(first) == [.base, .candidate])
            #expect(third == first)
            #expect(fourth == second)
        }
    }
}

@Suite struct RoundRuleTests {
    @Test func `the target must hold twice in a row, past the minimum`() {
        var rule = RoundRule(minimum: 3, maximum: 50, target: 0.01)
        let reasons = [0.001, 0.001, 0.02, 0.005, 0.005].map {
            rule.add(width: $0, isBudgetExhausted: false)
        }
        #expect(reasons == [nil, nil, nil, nil, .precise])
    }

    @Test func `the maximum, the budget and a width that stands still end it`() {
        var most = RoundRule(minimum: 2, maximum: 3, target: 0.01)
        let reached = [nil, 1, 1].map { most.add(width: $0, isBudgetExhausted: false) }
        #expect(reached == [nil, nil, .budget])
        var late = RoundRule(minimum: 5, maximum: 50, target: 0.01)
        let spent = late.add(width: nil, isBudgetExhausted: true)
        #expect(spent == .budget)
        var noisy = RoundRule(minimum: 2, maximum: 50, target: 0.01)
        var reasons: [StopReason?] = []
        for _ in 0..<10 { reasons.append(noisy.add(width: 0.3, isBudgetExhausted: false)) }
        #expect(reasons.last == .noisy)
        #expect(reasons.dropLast().allSatisfy { $0 == nil })
    }

    @Test func `a fixed number is reached whatever the width`() {
        var rule = RoundRule(minimum: 5, maximum: 50, target: 1, fixed: 2)
        let reasons = [0.0, 0.0].map { rule.add(width: $0, isBudgetExhausted: false) }
        #expect(reasons == [nil, .fixed])
    }
}

@Suite struct PrecisionTrackerTests {
    private let series = PrecisionTracker.Series(
        benchmark: "b", parameters: .none, metric: "time")

    @Test func `pairs cancel what drifts on both sides`() throws {
        var tracker = PrecisionTracker()
        for round in 0..<12 {
            let drift = Double(round) * 0.1
            tracker.add([
                .base: [series: 1 + drift],
                .candidate: [series: 1.05 + drift + 1e-5 * Double(round % 3)],
            ])
        }
        let paired = try #require(tracker.width(comparing: [.base, .candidate]))
        let alone = try #require(tracker.width(comparing: [.candidate]))
        #expect(paired < 0.001)
        #expect(alone > 0.1)
    }

    @Test func `too few rounds have no width`() {
        var tracker = PrecisionTracker()
        #expect(tracker.width(comparing: [.candidate]) == nil)
        tracker.add([.candidate: [series: 1], .base: [series: 1]])
        #expect(tracker.width(comparing: [.candidate, .base]) == nil)
    }
}
