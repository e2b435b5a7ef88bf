import Testing

@testable import FleetModel

@Suite struct JobLifeCycleTests {
    private static let policy = RetryPolicy()
    private static let failure = Failure(.jobError, .benchmarkCrashed, "signal 11")
    private static let late = Failure(.timeout, .other, "nobody took it")

    private static let events: [JobLifeCycle.Event] = [
        .prerequisitesClosed, .claimed, .uploaded, .attemptEnded(failure), .cancelConfirmed,
        .cancelRequested(.graceful), .cancelRequested(.now), .processed(.succeeded, nil),
        .processed(.partial, nil), .processed(.failed, failure), .processed(.running, nil),
        .queueDeadlinePassed(late), .superseded,
    ]

    struct Step: Hashable {
        let from: JobState
        let event: JobLifeCycle.Event
        let to: JobState
        let effect: JobLifeCycle.Effect

        init(
            _ from: JobState, _ event: JobLifeCycle.Event, _ to: JobState,
            _ effect: JobLifeCycle.Effect
        ) {
            self.from = from
            self.event = event
            self.to = to
            self.effect = effect
        }
    }

    /// Every step that is legal; all other pairs of a state and an event are refused.
    private static let steps: [Step] = [
        Step(.waiting, .prerequisitesClosed, .queued, .none),
        Step(.waiting, .queueDeadlinePassed(late), .expired, .end),
        Step(.waiting, .superseded, .superseded, .end),
        Step(.waiting, .cancelRequested(.graceful), .cancelled, .end),
        Step(.waiting, .cancelRequested(.now), .cancelled, .end),
        Step(.queued, .claimed, .running, .none),
        Step(.queued, .queueDeadlinePassed(late), .expired, .end),
        Step(.queued, .superseded, .superseded, .end),
        Step(.queued, .cancelRequested(.graceful), .cancelled, .end),
        Step(.queued, .cancelRequested(.now), .cancelled, .end),
        Step(.running, .uploaded, .processing, .process),
        Step(.running, .attemptEnded(failure), .failed, .end),
        Step(.running, .cancelConfirmed, .cancelled, .end),
        Step(.running, .cancelRequested(.graceful), .running, .none),
        Step(.running, .cancelRequested(.now), .running, .none),
        Step(.processing, .processed(.succeeded, nil), .succeeded, .end),
        Step(.processing, .processed(.partial, nil), .partial, .end),
        Step(.processing, .processed(.failed, failure), .failed, .end),
        Step(.processing, .cancelRequested(.graceful), .processing, .none),
        Step(.processing, .cancelRequested(.now), .processing, .none),
    ]

    @Test(arguments: steps)
    func `a legal step leads to its state`(_ step: Step) throws {
        var job = JobLifeCycle(state: step.from)
        #expect(try job.apply(step.event, policy: Self.policy) == step.effect)
        #expect(job.state == step.to)
    }

    @Test(arguments: JobState.allCases)
    func `every other event is refused and changes nothing`(_ state: JobState) {
        for event in Self.events
        where !Self.steps.contains(where: { $0.from == state && $0.event == event }) {
            var job = JobLifeCycle(state: state)
            #expect(throws: JobLifeCycle.Refusal(state: state, event: event)) {
                try job.apply(event, policy: Self.policy)
            }
            #expect(job == JobLifeCycle(state: state))
        }
    }

    @Test func `a job that expires says why`() throws {
        var job = JobLifeCycle(state: .queued)
        _ = try job.apply(.queueDeadlinePassed(Self.late), policy: Self.policy)
        #expect(job.failure == Self.late)
    }

    struct Retry {
        let failureClass: FailureClass
        let tries: Int
        let firstWait: Duration
        let excludesHost: Bool
    }

    @Test(arguments: [
        Retry(failureClass: .lost, tries: 2, firstWait: .zero, excludesHost: false),
        Retry(failureClass: .infraTransient, tries: 5, firstWait: .seconds(5), excludesHost: false),
        Retry(failureClass: .infraHost, tries: 2, firstWait: .seconds(5), excludesHost: true),
        Retry(failureClass: .jobError, tries: 0, firstWait: .zero, excludesHost: false),
        Retry(failureClass: .timeout, tries: 0, firstWait: .zero, excludesHost: false),
        Retry(failureClass: .policy, tries: 0, firstWait: .zero, excludesHost: false),
    ])
    func `a failure is tried again as often as its class allows`(_ given: Retry) throws {
        let failure = Failure(given.failureClass, .other, "why")
        var job = JobLifeCycle(state: .running)
        for number in 0..<given.tries {
            let effect = try job.apply(.attemptEnded(failure), policy: Self.policy)
            guard case .requeue(let wait, let excludeHost) = effect else {
                Issue.record("try \(number) was not queued again: \(effect)")
                return
            }
            if number == 0 { #expect(wait == given.firstWait) }
            #expect(excludeHost == given.excludesHost)
            #expect(job.failure == nil)
            #expect(try job.apply(.claimed, policy: Self.policy) == .none)
        }
        #expect(try job.apply(.attemptEnded(failure), policy: Self.policy) == .end)
        #expect(job.state == .failed)
        #expect(job.failure == failure)
    }

    @Test func `classes have budgets of their own`() throws {
        var job = JobLifeCycle(state: .running, retries: RetryCounts(infraTransient: 5))
        let effect = try job.apply(
            .attemptEnded(Failure(.lost, .lost, "silent")), policy: Self.policy)
        #expect(effect == .requeue(wait: .zero, excludeHost: false))
        #expect(job.retries == RetryCounts(lost: 1, infraTransient: 5))
    }

    @Test func `a failed attempt of a job that shall stop is not tried again`() throws {
        var job = JobLifeCycle(state: .running)
        #expect(try job.apply(.cancelRequested(.graceful), policy: Self.policy) == .none)
        let failure = Failure(.infraTransient, .other, "why")
        #expect(try job.apply(.attemptEnded(failure), policy: Self.policy) == .end)
        #expect(job.state == .cancelled)
    }

    @Test func `a softer request does not undo a sharper one`() throws {
        var job = JobLifeCycle(state: .running)
        _ = try job.apply(.cancelRequested(.now), policy: Self.policy)
        _ = try job.apply(.cancelRequested(.graceful), policy: Self.policy)
        #expect(job.cancel == .now)
    }
}
