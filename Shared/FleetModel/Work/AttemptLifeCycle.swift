/// The attempt's state machine (control plane, §2.1): what its agent says, and what the sweeper
/// sees when the agent says nothing.
package struct AttemptLifeCycle: Hashable, Sendable {
    package private(set) var state: AttemptState
    package private(set) var isUnreachable: Bool

    package init(state: AttemptState, isUnreachable: Bool = false) {
        self.state = state
        self.isUnreachable = isUnreachable
    }

    package enum Event: Hashable, Sendable {
        /// A heartbeat, batch or log arrived from the holder of the current fence.
        case heard(AttemptPhase?)
        case finished(AttemptOutcome)
        case leasePassed
        case lostDeadlinePassed
        /// A new session of the agent does not list the attempt, or the host booted anew.
        case forgotten
        /// The job was claimed again while this attempt still lived.
        case superseded
    }

    package struct Refusal: Error, Hashable {
        package let state: AttemptState
        package let event: Event
    }

    package mutating func apply(_ event: Event) throws(Refusal) {
        let isHeld = AttemptState.leasedStates.contains(state)
        switch event {
        case .heard(let phase) where isHeld || state == .lost:
            isUnreachable = false
            state = phase?.attemptState ?? (state == .lost ? .preparing : state)
        case .finished(let outcome) where isHeld || state == .lost:
            isUnreachable = false
            state = outcome == .completed ? .uploaded : outcome.attemptState
        case .leasePassed where isHeld:
            isUnreachable = true
        case .lostDeadlinePassed where isHeld, .forgotten where isHeld:
            state = .lost
        case .superseded where isHeld || state == .lost:
            state = .fenced
        default:
            throw Refusal(state: state, event: event)
        }
    }
}
