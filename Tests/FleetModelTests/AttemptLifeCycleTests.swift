import Testing

@testable import FleetModel

@Suite struct AttemptLifeCycleTests {
    private static let held = AttemptState.leasedStates

    private static let events: [AttemptLifeCycle.Event] =
        [.heard(nil)] + AttemptPhase.allCases.map { .heard($0) }
        + AttemptOutcome.allCases.map { .finished($0) }
        + [.leasePassed, .lostDeadlinePassed, .forgotten, .superseded]

    /// Where the event leads from the state, or nil where it is refused.
    private static func target(
        of event: AttemptLifeCycle.Event, from state: AttemptState
    ) -> AttemptState? {
        switch (event, state) {
        case (_, .uploaded), (_, .completed), (_, .failed), (_, .timedOut), (_, .cancelled),
            (_, .refused), (_, .fenced):
            nil
        case (.heard(nil), .lost): .preparing
        case (.heard(nil), _): state
        case (.heard(let phase?), _): phase.attemptState
        case (.finished(.completed), _): .uploaded
        case (.finished(let outcome), _): outcome.attemptState
        case (.superseded, _): .fenced
        case (_, .lost): nil
        case (.leasePassed, _): state
        case (.lostDeadlinePassed, _), (.forgotten, _): .lost
        }
    }

    @Test(arguments: AttemptState.allCases)
    func `each event leads where the table says, or is refused`(_ state: AttemptState) {
        for event in Self.events {
            var attempt = AttemptLifeCycle(state: state)
            if let expected = Self.target(of: event, from: state) {
                #expect(throws: Never.self) { try attempt.apply(event) }
                #expect(attempt.state == expected, "\(state), \(event)")
            } else {
                #expect(throws: AttemptLifeCycle.Refusal(state: state, event: event)) {
                    try attempt.apply(event)
                }
                #expect(attempt == AttemptLifeCycle(state: state))
            }
        }
    }

    @Test(arguments: held)
    func `silence is noticed and a word ends it`(_ state: AttemptState) throws {
        var attempt = AttemptLifeCycle(state: state)
        try attempt.apply(.leasePassed)
        #expect(attempt.isUnreachable)
        #expect(attempt.state == state)
        try attempt.apply(.heard(nil))
        #expect(!attempt.isUnreachable)
        #expect(attempt.state == state)
    }

    @Test func `a lost attempt that returns in time goes on`() throws {
        var attempt = AttemptLifeCycle(state: .measuring)
        try attempt.apply(.leasePassed)
        try attempt.apply(.lostDeadlinePassed)
        try attempt.apply(.heard(.measure))
        #expect(attempt == AttemptLifeCycle(state: .measuring))
    }

    @Test func `a lost attempt whose job was claimed again never returns`() throws {
        var attempt = AttemptLifeCycle(state: .measuring)
        try attempt.apply(.forgotten)
        try attempt.apply(.superseded)
        #expect(throws: AttemptLifeCycle.Refusal.self) { try attempt.apply(.heard(.upload)) }
        #expect(throws: AttemptLifeCycle.Refusal.self) { try attempt.apply(.finished(.completed)) }
        #expect(attempt.state == .fenced)
    }

    @Test func `the lease guards what the agent still moves`() {
        for state in Self.held { #expect(!state.isTerminal) }
        #expect(!Self.held.contains(.uploaded))
    }

    @Test func `each phase and outcome belongs to a state`() {
        for phase in AttemptPhase.allCases { #expect(Self.held.contains(phase.attemptState)) }
        for outcome in AttemptOutcome.allCases { #expect(outcome.attemptState.isTerminal) }
    }
}
