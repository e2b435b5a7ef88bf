import FleetModel
import HostFacts

/// The canaries around one attempt. They gate it and never change a value of it.
struct AttemptCanaries: Sendable {
    let keeper: CanaryKeeper
    let cancellation: AttemptCancellation
    let recorder: EventRecorder

    /// All of them where none are known of the host as it is tuned now. Returns: whether they ran.
    func calibrate(
        _ length: CanaryWish.Length, on stand: MeasuringStand
    ) async throws(RunnerStop) -> Bool {
        guard length != .none, keeper.isCalibrationDue else { return false }
        _ = try await run(.full, on: stand, during: .canary)
        return true
    }

    /// Refuses the attempt on a host that has just been found to deviate twice.
    func before(
        _ length: CanaryWish.Length, on stand: MeasuringStand
    ) async throws(RunnerStop) {
        guard length != .none else { return }
        if length == .short, keeper.isFresh { return }
        let round = try await run(length, on: stand, during: .canary)
        guard round.state == .quarantine else { return }
        let reasons = round.points.compactMap(\.reason).joined(separator: "; ")
        throw .refused(
            Failure(.infraHost, .canaryDrift, "This host deviates from itself: \(reasons)."))
    }

    func after(
        _ length: CanaryWish.Length, on stand: MeasuringStand
    ) async throws(RunnerStop) {
        guard length != .none else { return }
        _ = try await run(length, on: stand, during: .measure)
    }

    /// A disturbed execution asks for a look at the host, at most once a minute; a long attempt for
    /// one every ten.
    func between(isDisturbed: Bool, on stand: MeasuringStand) async throws(RunnerStop) {
        guard isDisturbed ? keeper.isDueAfterDisturbance : keeper.isDueBetweenRuns else { return }
        _ = try await run(.short, on: stand, during: .measure)
    }

    /// `phase`: what heartbeats say meanwhile; an attempt that has measured does not prepare again.
    private func run(
        _ length: CanaryWish.Length, on stand: MeasuringStand, during phase: AttemptPhase
    ) async throws(RunnerStop) -> CanaryKeeper.Round {
        if cancellation.isCancelled { throw .cancelled }
        try await recorder.checkpoint(RunnerProgress(phase: phase))
        try recorder.take(.phase(PhaseEvent(.canary, .start)))
        let start = recorder.now
        let place = CanaryStand(stand.cores, stand.wish)
        let round =
            length == .full
            ? await keeper.full(cancellation, on: place)
            : await keeper.short(cancellation, on: place)
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
