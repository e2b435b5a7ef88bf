import Testing

@testable import FleetModel

/// Any order of events, as late and repeated messages make it.
@Suite struct JobWalkTests {
    private static let policy = RetryPolicy()

    private static func event(_ generator: inout SeededGenerator) -> JobLifeCycle.Event {
        let classes = FailureClass.allCases
        let states = JobState.allCases
        let failure = Failure(
            classes[Int.random(in: classes.indices, using: &generator)], .other, "why")
        switch Int.random(in: 0..<14, using: &generator) {
        case 0: return .prerequisitesClosed
        case 1, 2, 3: return .claimed
        case 4: return .uploaded
        case 5, 6, 7, 8: return .attemptEnded(failure)
        case 9: return .cancelConfirmed
        case 10: return .cancelRequested(.graceful)
        case 11: return .processed(states[Int.random(in: states.indices, using: &generator)], nil)
        case 12: return .queueDeadlinePassed(failure)
        default: return .superseded
        }
    }

    @Test(arguments: seeds)
    func `no order of events breaks the rules`(_ seed: UInt64) {
        var generator = SeededGenerator(seed)
        var job = JobLifeCycle(state: .waiting)
        for _ in 0..<60 {
            let before = job
            let event = Self.event(&generator)
            guard let effect = try? job.apply(event, policy: Self.policy) else {
                #expect(job == before, "a refused event changed the job: \(event)")
                continue
            }
            Self.check(event, from: before, to: job, effect)
        }
    }

    private static func check(
        _ event: JobLifeCycle.Event, from before: JobLifeCycle, to after: JobLifeCycle,
        _ effect: JobLifeCycle.Effect
    ) {
        #expect(!before.state.isTerminal, "\(event) moved an ended job")
        #expect((effect == .end) == after.state.isTerminal)
        #expect((effect == .process) == (after.state == .processing && after.state != before.state))
        #expect(after.cancel >= before.cancel)
        let isRequeued = before.state == .running && after.state == .queued
        if case .requeue(let wait, _) = effect {
            #expect(isRequeued)
            #expect(wait >= .zero && wait <= policy.longestBackoff)
        } else {
            #expect(!isRequeued)
            #expect(after.retries == before.retries)
        }
        for failureClass in FailureClass.allCases {
            #expect(after.retries.used(for: failureClass) <= policy.budget(for: failureClass))
        }
    }
}
