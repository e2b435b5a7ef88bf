import Analysis
import Testing

/// Source: perfgate contract, §8.
@Suite struct BreachForecastTests {
    struct Case: Sendable {
        let values: [Double]
        var threshold = 0.20
        var criticalRuns = 10
        var lowerIsBetter = true
        let drift: BreachForecast.Drift
        let runs: Int?
        let headroom: Double
    }

    @Test(arguments: [
        Case(values: [100, 102], drift: .critical, runs: 9, headroom: 15),
        Case(values: [100, 102], criticalRuns: 8, drift: .degrading, runs: 9, headroom: 15),
        Case(values: [100, 98], drift: .improving, runs: nil, headroom: 22 / 1.2),
        Case(values: [100, 100, 100], drift: .stable, runs: nil, headroom: 100 / 6),
        // Past the limit already: no breach lies ahead.
        Case(values: [100, 130], drift: .degrading, runs: nil, headroom: -10 / 1.2),
        // A metric of which more is better.
        Case(
            values: [100, 98], lowerIsBetter: false, drift: .critical, runs: 9,
            headroom: 18 / 0.8),
        Case(
            values: [100, 102], lowerIsBetter: false, drift: .improving, runs: nil,
            headroom: 22 / 0.8),
        // No line explains such values.
        Case(values: [100, 130, 90, 131, 89], drift: .stable, runs: nil, headroom: 13.5),
        Case(values: [0, 0], drift: .stable, runs: nil, headroom: 0),
        Case(values: [1000, 1000.5], drift: .stable, runs: 399, headroom: 199.5 / 12),
    ])
    func `a line meets its limit after so many runs`(_ given: Case) throws {
        let found = try #require(
            BreachForecast(
                of: given.values,
                .init(
                    threshold: given.threshold, criticalRuns: given.criticalRuns,
                    lowerIsBetter: given.lowerIsBetter)))
        #expect(found.drift == given.drift)
        #expect(found.runsToBreach == given.runs)
        #expect(abs(found.headroomPercent - given.headroom) < 1e-9)
    }

    @Test func `one value has no trend`() {
        let terms = BreachForecast.Terms(threshold: 0.2, criticalRuns: 10, lowerIsBetter: true)
        #expect(BreachForecast(of: [1], terms) == nil)
        #expect(BreachForecast(of: [], terms) == nil)
    }

    @Test func `huge values give finite figures`() throws {
        let terms = BreachForecast.Terms(threshold: 1e308, criticalRuns: 10, lowerIsBetter: true)
        let found = try #require(BreachForecast(of: [1e10, 2e10], terms))
        #expect(found.headroomPercent.isFinite)
    }

    @Test(arguments: [
        ([], ""), ([5], "_"), ([5, 5, 5], "___"), ([100, 102], "_#"),
        ([0, 1, 2, 3, 4, 5, 6, 7], "_.-~=+^#"), ([0, 0.5, 7], "_.#"),
        ([-1.7e308, 0, 1.7e308], "_=#"),
    ])
    func `a series is drawn in eight steps`(_ given: ([Double], String)) {
        #expect(Sparkline.text(of: given.0) == given.1)
    }
}
