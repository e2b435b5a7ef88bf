import FleetModel

/// Turns what was measured of one side into its case records.
struct CaseReports {
    private enum End {
        case measured(StopReason, width: Double?)
        case stopped(RunnerStop)
    }

    private let entry: BenchmarkPlan
    private let end: End
    private let settling: Settling

    init(
        entry: BenchmarkPlan, stop: StopReason, width: Double?, _ settling: Settling = Settling()
    ) {
        self.entry = entry
        self.settling = settling
        end = .measured(stop, width: width.flatMap { $0.isFinite ? $0 : nil })
    }

    init(entry: BenchmarkPlan, reason: RunnerStop) {
        self.entry = entry
        settling = Settling()
        end = .stopped(reason)
    }

    /// One case for each benchmark of the side, and one for the entry where it failed as a whole.
    func ends(of side: Side) -> [CaseEnd] {
        let whole = CaseIdentity(
            benchmark: entry.name, parameters: entry.parameters, role: side.role)
        var identities = side.order
        if identities.isEmpty || (side.failure != nil && !identities.contains(whole)) {
            identities.append(whole)
        }
        return identities.map { identity in
            let tally = side[identity]
            let failure = identity == whole ? side.failure ?? tally.failure : tally.failure
            return report(identity, tally, failure)
        }
    }

    private func report(
        _ identity: CaseIdentity, _ tally: Side.Tally, _ failure: CaseFailure?
    ) -> CaseEnd {
        var report = CaseEnd(
            of: identity, state: .ok, iterations: tally.measured, headlines: tally.headlines)
        if let failure {
            report.state = .failed
            report.errorClass = failure.errorClass
            report.message = failure.message
            return report
        }
        switch end {
        case .measured(let stop, let width) where tally.measured > 0:
            report.stop = stop
            report.halfWidthShare = width
            if stop != .neverSteady, let first = settling.firstVisits[identity] {
                report.firstVisit = first
                report.iterations = tally.measured(from: first)
            }
        case .measured(let stop, _) where tally.invalid > 0:
            report.state = .invalid
            report.stop = stop
            report.errorClass = "disturbed"
            report.message =
                "The host was disturbed in every repetition: "
                + tally.reasons.sorted().joined(separator: ", ") + "."
        case .measured:
            report.state = .skipped
            report.message = "The other side failed before this one was measured."
        case .stopped(let reason):
            report.state = .skipped
            report.message = Self.text(of: reason)
        }
        return report
    }

    static func text(of stop: RunnerStop) -> String {
        switch stop {
        case .cancelled: "The attempt was cancelled."
        case .deadline(let deadline, let phase):
            "The \(deadline == .job ? "job" : "\(phase.rawValue) phase") ran out of time."
        case .failed(let failure), .refused(let failure): failure.message
        case .sink(let failure): failure.failure.message
        }
    }
}
