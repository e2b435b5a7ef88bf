package import FleetModel

/// The end of an attempt as the controller stored it.
package struct FinishReply: WireMessage {
    package let attemptState: Word<AttemptState>
    package let jobState: Word<JobState>
    package let counted: Bool
    /// Only then is the spool deleted.
    package let mayDiscard: Bool

    package init(
        attemptState: Word<AttemptState>, jobState: Word<JobState>, counted: Bool, mayDiscard: Bool
    ) {
        self.attemptState = attemptState
        self.jobState = jobState
        self.counted = counted
        self.mayDiscard = mayDiscard
    }

    private enum CodingKeys: String, CodingKey {
        case attemptState = "attempt_state"
        case jobState = "job_state"
        case counted
        case mayDiscard = "may_discard"
    }
}
