import FleetModel
import HostFacts

/// The canaries around one attempt. They gate it and never change a value of it.
struct AttemptCanaries: Sendable {
    let keeper: CanaryKeeper
    let cancellation: AttemptCancellation
    let recorder: EventRecorder

    /// Refuses the attempt on a host that has just been found to deviate twice.
    func before(_ length: CanaryWish.Length) async throws(RunnerStop) {
        guard length != .none else { return }
        if length == .short, keeper.isFresh { return }
        let round = try await run(length, during: .canary)
        guard round.state == .quarantine else { return }
        let reasons = round.points.compactMap(\.reason).joined(separator: "; ")
        throw .refused(
            Failure(.infraHost, .canaryDrift, "This host deviates from itself: \(reasons)."))
    }

    func after(_ length: CanaryWish.Length) async throws(RunnerStop) {
        guard length != .none else { return }
        _ = try await run(length, during: .measure)
    }

    /// A disturbed execution asks for a look at the host, at most once a minute.
    func afterDisturbance() async throws(RunnerStop) {
        guard keeper.isDueAfterDisturbance else { return }
        _ = try await run(.short, during: .measure)
    }

    /// `phase`: what heartbeats say meanwhile; an attempt that has measured does not prepare again.
    private func run(
        _ length: CanaryWish.Length, during phase: AttemptPhase
    ) async throws(RunnerStop) -> CanaryKeeper.Round {
        if cancellation.isCancelled { throw .cancelled }
        try await recorder.checkpoint(RunnerProgress(phase: phase))
        try recorder.take(.phase(PhaseEvent(.canary, .start)))
        let start = recorder.now
        let round =
            length == .full
            ? await keeper.full(cancellation) : await keeper.short(cancellation)
        for point in round.points { try recorder.take(.canary(point)) }
        if cancellation.isCancelled { throw .cancelled }
        for problem in round.problems {
            try recorder.note(.warning, problem, code: "canary")
        }
        for reason in round.points.compactMap(\.reason) {
            try recorder.note(.warning, "Canary: \(reason).", code: "canary")
        }
        var end = PhaseEvent(.canary, .end)
        end.durationNanoseconds = recorder.now - start
        try recorder.take(.phase(end))
        return round
    }
}
