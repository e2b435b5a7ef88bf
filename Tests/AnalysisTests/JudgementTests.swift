import Analysis
import FleetModel
import Testing

@Suite struct JudgementTests {
    struct Case: CustomStringConvertible {
        let judged: [Judgement]
        let direction: Direction
        let decision: Decision
        var description: String { judged.map(\.direction.rawValue).joined(separator: ", ") }
    }

    @Test(arguments: [
        Case(judged: [], direction: .unclear, decision: .skip),
        Case(judged: [Judgement(.unchanged, .pass)], direction: .unchanged, decision: .pass),
        Case(
            judged: [Judgement(.unchanged, .pass), Judgement(.unclear, .pass)],
            direction: .unclear, decision: .pass),
        Case(
            judged: [Judgement(.improved, .pass), Judgement(.unclear, .warn)],
            direction: .improved, decision: .warn),
        Case(
            judged: [Judgement(.improved, .pass), Judgement(.regressed, .fail)],
            direction: .regressed, decision: .fail),
        Case(
            judged: [Judgement(.unclear, .skip), Judgement(.unchanged, .pass)],
            direction: .unclear, decision: .pass),
    ])
    func `the worst word over all metrics wins`(_ given: Case) {
        let (direction, decision) = Judgement.overall(given.judged)
        #expect(direction == given.direction)
        #expect(decision == given.decision)
    }
}

@Suite struct SampleSummaryTests {
    @Test func `invalid samples are counted and left out`() throws {
        let bad = SampleBlock.Sample(iteration: 3, visit: 3, value: 90, validity: .invalid)
        let summary = try #require(SampleSummary(visits([3, 1, 2]) + [bad]))
        #expect(summary.count == 3)
        #expect(summary.invalidCount == 1)
        #expect(summary.minimum == 1)
        #expect(summary.median == 2)
        #expect(summary.mean == 2)
        #expect(summary.maximum == 3)
        #expect(summary.mad == 1)
        #expect(summary.validity == .clean)
    }

    @Test func `five values have no interval of 95 %, six have one`() throws {
        #expect(try #require(SampleSummary(visits([1, 2, 3, 4, 5]))).interval == nil)
        let summary = try #require(SampleSummary(visits([1, 2, 3, 4, 5, 6])))
        let interval = try #require(summary.interval)
        #expect(interval.low == 1)
        #expect(interval.high == 6)
        #expect(abs(interval.level - 0.96875) < 1e-9)
    }

    @Test func `one suspect sample marks the whole`() throws {
        let odd = SampleBlock.Sample(iteration: 1, visit: 1, value: 2, validity: .suspect)
        #expect(try #require(SampleSummary(visits([1]) + [odd])).validity == .suspect)
    }

    @Test func `no valid sample, no summary`() {
        #expect(SampleSummary([]) == nil)
        let bad = SampleBlock.Sample(iteration: 0, visit: 0, value: .nan)
        #expect(SampleSummary([bad]) == nil)
    }
}
