import Testing

@testable import CommandLine

@Suite struct RunOutcomeStatusTests {
    struct Case: Sendable {
        let states: [String]
        var decision: String?
        var direction = "unchanged"
        var isCompared = true
        /// Benchmarks that were measured; nothing is said of them where nil.
        var measured: Int64?
        let status: CommandStatus
    }

    @Test(arguments: [
        Case(states: ["succeeded"], decision: "pass", status: .done),
        Case(states: ["succeeded"], decision: "fail", direction: "regressed", status: .judgedBad),
        Case(states: ["succeeded"], decision: nil, status: .noDecision),
        Case(states: ["succeeded"], decision: nil, isCompared: false, status: .done),
        Case(states: ["failed"], decision: nil, status: .failed),
        Case(states: ["cancelled", "expired"], decision: nil, status: .failed),
        Case(states: ["succeeded", "failed"], decision: "pass", status: .partial),
        Case(states: ["partial"], decision: "pass", status: .partial),
        Case(
            states: ["partial"], decision: "fail", direction: "regressed", status: .judgedBad),
        Case(
            states: ["cancelled"], decision: "fail", direction: "regressed", measured: 4,
            status: .judgedBad),
        Case(states: ["cancelled"], decision: "pass", measured: 4, status: .partial),
        Case(states: ["expired"], decision: "pass", measured: 4, status: .partial),
        Case(states: ["expired"], decision: nil, measured: 0, status: .failed),
    ])
    func `runs together have one status`(_ given: Case) throws {
        let outcomes = try given.states.map { state in
            try Sample.outcome(
                state: state, measured: given.measured,
                rows: given.decision.map { decision in
                    [try Sample.row(decision: decision, direction: given.direction)]
                })
        }
        let status = RunOutcome.status(of: outcomes, .usual, isCompared: given.isCompared)
        #expect(status == given.status)
    }
}
