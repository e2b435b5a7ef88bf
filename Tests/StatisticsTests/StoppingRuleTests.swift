import Testing

@testable import Statistics

@Suite struct StoppingRuleTests {
    /// The step at which the rule stopped, if it did.
    private func run(
        _ values: [Double], _ limits: StoppingRule.Limits
    ) throws -> (count: Int, step: StoppingRule.Step) {
        var rule = StoppingRule(limits)
        for value in values {
            let step = try rule.feed(value)
            if step != .goOn { return (rule.count, step) }
        }
        return (rule.count, .goOn)
    }

    @Test func `a constant stops as precise after the minimum is met twice`() throws {
        let end = try run(Array(repeating: 0.1, count: 20), .standard)
        #expect(end.count == 6)
        #expect(end.step == .stop(.precise, halfWidthRel: 0))
    }

    @Test func `one narrow interval alone does not stop`() throws {
        let limits = try StoppingRule.Limits(minimum: 5, maximum: 50, targetRel: 0.01)
        let values: [Double] = [100, 100, 100, 100, 100, 200, 100, 100, 100]
        // Narrow at five, [100, 200] at six to eight, narrow again from nine on.
        #expect(try run(values, limits).step == .goOn)
        let end = try run(values + [100], limits)
        #expect(end.step == .stop(.precise, halfWidthRel: 0))
        #expect(end.count == 10)
    }

    @Test func `the width is that of the t interval before six values`() throws {
        var rule = StoppingRule(.standard)
        let values = [100.0, 101, 99, 102, 98]
        for value in values { _ = try rule.feed(value) }
        let half = try #require(try Moments(values).meanInterval()).halfWidth
        #expect(rule.halfWidthRel == half / 100)
        _ = try rule.feed(103)
        #expect(rule.halfWidthRel == 2.5 / 100.5)
    }

    @Test func `the maximum ends a wide series with the width reached`() throws {
        let limits = try StoppingRule.Limits(minimum: 5, maximum: 9, targetRel: 0.001)
        let values = (0..<20).map { 100 + Double($0 % 5) }
        let end = try run(values, limits)
        #expect(end.count == 9)
        guard case .stop(.budget, let width?) = end.step else {
            Issue.record("expected the budget, not \(end.step)")
            return
        }
        #expect(width > 0.001)
    }

    @Test func `an exhausted time budget stops at once`() throws {
        var rule = StoppingRule(.standard)
        #expect(try rule.feed(5, isBudgetExhausted: true) == .stop(.budget, halfWidthRel: nil))
    }

    @Test func `a width that stays is noise`() throws {
        // Two levels in turn: the order statistics keep lying on both.
        let values = (0..<50).map { $0.isMultiple(of: 2) ? 100.0 : 120.0 }
        let end = try run(values, .standard)
        guard case .stop(.noisy, let width?) = end.step else {
            Issue.record("expected noise, not \(end.step)")
            return
        }
        #expect(end.count >= 13)
        #expect(width > 0.005)
    }

    @Test func `values around zero with spread are never precise`() throws {
        let values = (0..<50).map { $0.isMultiple(of: 2) ? -1.0 : 1.0 }
        let end = try run(values, .standard)
        guard case .stop(let reason, _) = end.step else {
            Issue.record("expected an end")
            return
        }
        #expect(reason != .precise)
    }

    @Test(arguments: [1, 2, 7])
    func `a fixed number is run to its end`(_ count: Int) throws {
        let limits = try StoppingRule.Limits(fixed: count)
        let end = try run(Array(repeating: 3, count: 20), limits)
        #expect(end.count == count)
        #expect(end.step == .stop(.fixed, halfWidthRel: count == 1 ? nil : 0))
    }

    @Test func `equal bounds mean a fixed number`() throws {
        let limits = try StoppingRule.Limits(minimum: 4, maximum: 4, targetRel: 0.01)
        #expect(try run([1, 1, 1, 1], limits).step == .stop(.fixed, halfWidthRel: 0))
    }

    @Test func `a value that is not finite is refused and leaves the rule unchanged`() throws {
        var rule = StoppingRule(.standard)
        _ = try rule.feed(1)
        let before = rule
        #expect(throws: StatisticsFailure.self) { try rule.feed(.nan) }
        #expect(rule == before)
    }

    @Test func `limits that contradict each other are refused`() {
        #expect(throws: StatisticsFailure.self) {
            try StoppingRule.Limits(minimum: 6, maximum: 5, targetRel: 0.01)
        }
        #expect(throws: StatisticsFailure.self) {
            try StoppingRule.Limits(minimum: 1, maximum: 5, targetRel: 0.01)
        }
        #expect(throws: StatisticsFailure.self) {
            try StoppingRule.Limits(minimum: 5, maximum: .max, targetRel: 0.01)
        }
        #expect(throws: StatisticsFailure.self) {
            try StoppingRule.Limits(minimum: 5, maximum: 50, targetRel: 0)
        }
        #expect(throws: StatisticsFailure.self) { try StoppingRule.Limits(fixed: 0) }
        #expect(StoppingRule.Limits.targetRel(warnDistanceRel: 0.1) == 0.025)
        #expect(StoppingRule.Limits.targetRel(warnDistanceRel: 0.001) == 0.005)
    }

    @Test func `order within the narrow phase does not matter, precision comes with n`() throws {
        var generator = SplitMix64(seed: 61)
        let limits = try StoppingRule.Limits(minimum: 5, maximum: 200, targetRel: 0.01)
        let values = Draws.normal(200, &generator)
        let end = try run(values, limits)
        guard case .stop(.precise, let width?) = end.step else {
            Issue.record("expected precision, not \(end.step) after \(end.count)")
            return
        }
        #expect(width <= 0.01)
    }
}
