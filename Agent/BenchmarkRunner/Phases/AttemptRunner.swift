import CrashPoints
package import FleetModel
import HostFacts
import Isolation
package import Workspaces

/// Does one attempt after the other: fetch, checkout, build, measure, clean up.
package struct AttemptRunner: Sendable {
    private let host: RunnerHost

    package init(host: RunnerHost) { self.host = host }

    /// Runs the attempt to its end; never throws, since what went wrong is the end.
    ///
    /// What was measured before a failure stays with the sink.
    package func run(
        _ plan: AttemptPlan, sink: any RunnerSink, cancellation: AttemptCancellation
    ) async -> AttemptEnd {
        let recorder = EventRecorder(sink: sink, clock: host.clock)
        var tally = AttemptTally()
        var stop: RunnerStop?
        do throws(RunnerStop) {
            try await work(plan, cancellation, recorder, &tally)
        } catch {
            stop = error
        }
        tally.skipRest(of: plan, stop, recorder)
        let isClean = cleanUp(plan, recorder)
        var end = tally.end(stop, isClean: isClean)
        end.tuningRestored = host.tuning?.obstacle() == nil
        return end
    }

    private func work(
        _ plan: AttemptPlan, _ cancellation: AttemptCancellation, _ recorder: EventRecorder,
        _ tally: inout AttemptTally
    ) async throws(RunnerStop) {
        let turn = host.cores.rotation?.take() ?? 0
        for wish in plan.wishes { _ = try MeasuringStand.cores(for: wish, on: host, turn: turn) }
        var stand = try await MeasuringStand.make(
            for: plan.wishes[0], on: host, turn: turn, after: nil)
        defer { host.tuning?.used() }
        try note(stand.tuning, recorder)
        let preparation = Preparation(
            plan: plan, host: host, cancellation: cancellation, recorder: recorder)
        let sides = try await preparation.run()
        let canaries = host.canaries.map {
            AttemptCanaries(keeper: $0, cancellation: cancellation, recorder: recorder)
        }
        let isCalibrated = try await calibrate(&stand, canaries, plan)
        try recordEnvironment(plan, stand, recorder)
        if !isCalibrated { try await canaries?.before(plan.canary.before, on: stand) }
        let floor = MeasuringBench.Floor(
            launcher: host.launcher, identity: host.workspaces.settings.identity,
            rooms: host.workspaces.settings.rooms, counting: host.counting, plan: plan,
            cancellation: cancellation, recorder: recorder,
            pause: host.noise?.pause ?? { @Sendable _ in },
            canaries: plan.canary == CanaryWish() ? nil : canaries,
            profiling: HostProfiling(perf: host.perf, counting: host.counting, tuned: host.tuning),
            measureDeadline: Self.deadline(recorder.now, plan.limits.measure))
        for (index, wish) in plan.wishes.enumerated() {
            if wish != stand.wish {
                let before = stand.tuning
                stand = try await MeasuringStand.make(
                    for: wish, on: host, turn: turn, after: stand)
                if stand.tuning?.asked != before?.asked { try note(stand.tuning, recorder) }
                _ = try await calibrate(&stand, canaries, plan)
            }
            let bench = MeasuringBench(floor, stand, entry: plan.benchmarks[index].name)
            try await measure(index, bench, sides, &tally)
        }
        try await canaries?.after(plan.canary.after, on: stand)
    }

    /// The host's references are those of its tuning: for one that is new they are measured first.
    ///
    /// Returns: whether all canaries have run for it.
    private func calibrate(
        _ stand: inout MeasuringStand, _ canaries: AttemptCanaries?, _ plan: AttemptPlan
    ) async throws(RunnerStop) -> Bool {
        guard let canaries else { return false }
        let hasRun = try await canaries.calibrate(plan.canary.before, on: stand)
        stand.calibration = canaries.keeper.calibration
        return hasRun
    }

    /// Takes the attempt's folders away; what cannot be removed is removed at the next start.
    private func cleanUp(_ plan: AttemptPlan, _ recorder: EventRecorder) -> Bool {
        try? recorder.take(.phase(PhaseEvent(.cleanup, .start)))
        CrashPoint.cleanupBegun.reach()
        var event = PhaseEvent(.cleanup, .end)
        do throws(WorkspaceFailure) {
            try host.workspaces.remove(plan.attempt)
        } catch {
            event.moment = .fail
            event.message = String("\(error)".prefix(Failure.messageLimit))
        }
        try? recorder.take(.phase(event))
        CrashPoint.cleanupEnded.reach()
        return event.moment == .end
    }

    /// Removes the folders of an attempt that no process works on any more.
    package func discard(_ attempt: AttemptID) { try? host.workspaces.remove(attempt) }

    /// There is no work: what is held for a series of attempts may go after a while.
    package func rest() async { await host.tuning?.rest() }

    /// There will be no more work.
    package func stop() async { await host.tuning?.end() }

    /// Why no attempt may be begun now; asked again later.
    package func obstacle() async -> String? { host.tuning?.obstacle() }

    /// Removes what earlier attempts left; call it before the first one.
    package func sweep() throws(WorkspaceFailure) { try host.workspaces.sweep() }

    private static func deadline(_ now: Int64, _ limit: Duration) -> Int64 {
        let (end, overflow) = now.addingReportingOverflow(limit.wholeNanoseconds)
        return overflow ? .max : end
    }

    /// What was refused, once for each series of runs and attempt.
    private func note(
        _ tuning: TuningOutcome?, _ recorder: EventRecorder
    ) throws(RunnerStop) {
        guard let tuning, tuning.asked != .observe else { return }
        if let reason = tuning.reason {
            try recorder.note(.info, "The host is not tuned: \(reason).", code: "tuning-observe")
        }
        for line in tuning.lines where !line.faults.isEmpty {
            try recorder.note(
                .warning, "Host tuning, \(line.knob): \(line.result)", code: "tuning-refused")
        }
    }

    private func recordEnvironment(
        _ plan: AttemptPlan, _ stand: MeasuringStand, _ recorder: EventRecorder
    ) throws(RunnerStop) {
        let fixesSeeds = plan.wishes.allSatisfy(\.fixesSeeds)
        var variables = CleanEnvironment.base(
            home: "", profile: fixesSeeds ? .deterministic : .plain)
        variables["HOME"] = nil
        try recorder.take(
            .environment(
                EnvironmentFacts(
                    fingerprint: host.reader.fingerprint(), toolchains: host.reader.toolchains,
                    variables: variables, calibration: host.canaries.map { _ in stand.calibration })
            ))
    }

    private func measure(
        _ index: Int, _ bench: MeasuringBench, _ sides: [Side],
        _ tally: inout AttemptTally
    ) async throws(RunnerStop) {
        let entry = bench.plan.benchmarks[index]
        let total = bench.plan.benchmarks.count
        bench.recorder.say("benchmark \(entry.name)")
        tally.begunEntries = index + 1
        var run = EntryRun(
            entry, bench: bench, sides: sides, position: (index, total))
        try await run.run(&tally)
        try await bench.recorder.checkpoint(
            RunnerProgress(
                phase: .measure, done: Int64(index + 1), total: Int64(total),
                benchmark: entry.name))
    }
}
