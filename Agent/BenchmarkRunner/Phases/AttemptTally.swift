import FleetModel

/// Counts the cases of an attempt and forms its end.
struct AttemptTally {
    /// Entries of the plan that were begun, each with its cases recorded.
    var begunEntries = 0
    private var states: [CaseState: Int] = [:]
    private var firstFailure: CaseEnd?

    mutating func count(_ end: CaseEnd) {
        states[end.state, default: 0] += 1
        if end.state == .failed, firstFailure == nil { firstFailure = end }
    }

    /// Records what was not begun as skipped.
    mutating func skipRest(of plan: AttemptPlan, _ stop: RunnerStop?, _ recorder: EventRecorder) {
        guard let stop else { return }
        for entry in plan.benchmarks.dropFirst(begunEntries) {
            for revision in plan.revisions {
                let end = CaseEnd(
                    of: CaseIdentity(
                        benchmark: entry.name, parameters: entry.parameters, role: revision.role),
                    state: .skipped, message: CaseReports.text(of: stop), iterations: 0,
                    headlines: [:])
                // A sink that is full still gets the right counts at the end.
                try? recorder.take(.caseEnded(end))
                count(end)
            }
        }
    }

    func end(_ stop: RunnerStop?, isClean: Bool) -> AttemptEnd {
        var end = AttemptEnd(.completed, cases: cases, cleanupSucceeded: isClean)
        switch stop {
        case nil: blameCases(&end)
        case .cancelled: end.outcome = .cancelled
        case .deadline(let deadline, let phase):
            end.outcome = .timedOut
            end.deadline = deadline
            end.failure = Failure(
                .timeout, phase == .measure ? .benchmarkHung : .other,
                CaseReports.text(of: .deadline(deadline, phase)))
        case .failed(let failure):
            end.failure = failure
            end.outcome =
                switch failure.failureClass {
                case .timeout: .timedOut
                case .policy: .refused
                default: .failed
                }
            if failure.failureClass == .timeout {
                end.deadline = failure.detail == .silence ? .silence : .phase
            }
        case .refused(let failure):
            end.outcome = .refused
            end.failure = failure
        case .sink(let failure):
            end.outcome = .failed
            end.failure = failure.failure
        }
        return end
    }

    private var cases: CaseCounts {
        CaseCounts(
            ok: states[.ok] ?? 0, failed: states[.failed] ?? 0, invalid: states[.invalid] ?? 0,
            skipped: states[.skipped] ?? 0)
    }

    /// An attempt in which nothing could be measured has failed; one with some samples has not.
    private func blameCases(_ end: inout AttemptEnd) {
        guard (states[.ok] ?? 0) == 0, let failed = firstFailure else { return }
        let detail = failed.errorClass.flatMap { FailureDetail(rawValue: $0) }
        let message = "\(failed.of.benchmark): \(failed.message ?? "it failed")"
        switch detail {
        case .benchmarkHung, .silence:
            end.outcome = .timedOut
            end.deadline = detail == .silence ? .silence : .case
            end.failure = Failure(.timeout, detail ?? .benchmarkHung, message)
        case let known?:
            end.outcome = .failed
            end.failure = Failure(.jobError, known, message)
        case nil:
            let isExit = failed.errorClass == "nonzero_exit"
            let isMissing = failed.errorClass == "no_results"
            end.outcome = .failed
            end.failure = Failure(
                .jobError, isExit ? .benchmarkCrashed : isMissing ? .noOutput : .badOutput, message)
        }
    }
}
