/// The job's state machine (control plane, §2.1): pure, so that every order of events can be
/// tried. Storage applies it inside the transaction that writes its result.
package struct JobLifeCycle: Hashable, Sendable {
    package private(set) var state: JobState
    package private(set) var retries: RetryCounts
    /// What a person or a policy asked for; a column, not a state, so it cannot race with progress.
    package private(set) var cancel: CancelMode
    package private(set) var failure: Failure?

    package init(
        state: JobState, retries: RetryCounts = RetryCounts(), cancel: CancelMode = .none,
        failure: Failure? = nil
    ) {
        self.state = state
        self.retries = retries
        self.cancel = cancel
        self.failure = failure
    }

    /// What happened to the job.
    package enum Event: Hashable, Sendable {
        case prerequisitesClosed
        case claimed
        /// The attempt's data are complete on the controller.
        case uploaded
        /// The attempt ended before its data were complete, or without any.
        case attemptEnded(Failure)
        /// The agent confirmed a cancellation, or never answered one in time.
        case cancelConfirmed
        case cancelRequested(CancelMode)
        case processed(JobState, Failure?)
        /// Nobody took it in time; the failure says why not.
        case queueDeadlinePassed(Failure)
        case superseded
    }

    /// What the caller has to do besides storing the new state.
    package enum Effect: Hashable, Sendable {
        case none
        /// Claimable again after the wait, not on the same host where `excludeHost`.
        case requeue(wait: Duration, excludeHost: Bool)
        case process
        case end
    }

    /// An event that this state does not know: a late or repeated message, never a crash.
    package struct Refusal: Error, Hashable {
        package let state: JobState
        package let event: Event
    }

    package mutating func apply(
        _ event: Event, policy: RetryPolicy
    ) throws(Refusal) -> Effect {
        switch (state, event) {
        case (.waiting, .prerequisitesClosed):
            state = .queued
            return .none
        case (.queued, .claimed):
            state = .running
            return .none
        case (.running, .uploaded):
            state = .processing
            return .process
        case (.running, .attemptEnded(let failure)):
            return afterFailure(failure, policy: policy)
        case (.running, .cancelConfirmed):
            return end(.cancelled)
        case (.processing, .processed(let result, let failure)) where result.isTerminal:
            self.failure = failure
            return end(result)
        case (.waiting, .queueDeadlinePassed(let failure)),
            (.queued, .queueDeadlinePassed(let failure)):
            self.failure = failure
            return end(.expired)
        case (.waiting, .superseded), (.queued, .superseded):
            return end(.superseded)
        case (_, .cancelRequested(let mode)) where !state.isTerminal:
            return requestCancel(mode)
        default:
            throw Refusal(state: state, event: event)
        }
    }

    private mutating func requestCancel(_ mode: CancelMode) -> Effect {
        cancel = max(cancel, mode)
        switch state {
        case .waiting, .queued: return end(.cancelled)
        default: return .none
        }
    }

    private mutating func afterFailure(_ failure: Failure, policy: RetryPolicy) -> Effect {
        let failureClass = failure.failureClass
        guard cancel == .none else { return end(.cancelled) }
        let used = retries.used(for: failureClass)
        guard used < policy.budget(for: failureClass) else {
            self.failure = failure
            return end(.failed)
        }
        retries.count(failureClass)
        state = .queued
        let wait = failureClass == .lost ? .zero : policy.wait(afterTries: used)
        return .requeue(wait: wait, excludeHost: failureClass == .infraHost)
    }

    private mutating func end(_ result: JobState) -> Effect {
        state = result
        return .end
    }
}
