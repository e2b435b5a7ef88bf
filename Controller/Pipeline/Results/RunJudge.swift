import Analysis
import FleetModel
import Storage

/// Decides what an attempt's results mean for its run.
struct RunJudge {
    private let work: ProcessingStore.Work
    private let results: AttemptResults
    private let made: ComparisonMaker.Made?

    init(
        work: ProcessingStore.Work, results: AttemptResults, sealings: [MeasurementStore.Sealing]
    ) throws {
        self.work = work
        self.results = results
        guard work.run.base != nil, work.attempt.isCounted else {
            made = nil
            return
        }
        let maker = ComparisonMaker(
            policy: try RunPolicy(text: work.run.policy), hostClass: work.hostClass,
            comparisons: work.comparisons, isInterleaved: true, noiseFloor: results.noiseFloor)
        let pairs = Self.pairs(results, sealings)
        made = pairs.isEmpty ? nil : maker.make(pairs)
    }

    private static func pairs(
        _ results: AttemptResults, _ sealings: [MeasurementStore.Sealing]
    ) -> [ComparisonMaker.Pair] {
        var series: [ComparisonMaker.Name: SeriesID] = [:]
        for sealing in sealings where sealing.role == .candidate {
            let key = sealing.series.key
            let name = ComparisonMaker.Name(
                benchmark: key.benchmark, parameters: key.parameters, metric: key.metric)
            series[name] = sealing.series.id
        }
        return results.order.filter { $0.role == .candidate }.map { key in
            let name = ComparisonMaker.Name(
                benchmark: key.benchmark, parameters: key.parameters, metric: key.metric)
            let baseKey = AttemptResults.Key(
                role: .base, benchmark: key.benchmark, parameters: key.parameters,
                metric: key.metric)
            return ComparisonMaker.Pair(
                name: name, base: results.judged(baseKey)?.samples ?? [],
                candidate: results.judged(key)?.samples ?? [], series: series[name],
                isSteady: [key, baseKey].allSatisfy { results.stop(of: $0) != .neverSteady })
        }
    }

    /// Nil when the run has no base, or nothing of the candidate was measured.
    var comparison: ComparisonStore.Comparison? {
        guard let made, let base = work.run.base else { return nil }
        let (direction, decision) = made.overall
        var random = SystemRandomNumberGenerator()
        let endedAt = work.attempt.endedAt ?? work.attempt.createdAt
        return ComparisonStore.Comparison(
            id: ComparisonID(at: endedAt, using: &random), project: work.run.project,
            run: work.run.id, base: ComparisonStore.Side(commit: base.commit, run: nil),
            candidate: ComparisonStore.Side(commit: work.run.commit, run: work.run.id),
            direction: direction, decision: decision, reasons: made.reasons,
            policy: work.run.policy, engineVersion: EngineVersion.current, family: made.family,
            noiseFloor: results.noiseFloor, createdAt: endedAt, rows: made.rows)
    }

    /// What the run shows and how its job ends.
    var verdict: ProcessingStore.Verdict {
        let cases = results.caseCounts
        let overall = made.flatMap { $0.judged.isEmpty ? nil : $0.overall }
        var result = JobState.succeeded
        var failure: Failure?
        if cases.ok == 0 {
            result = .failed
            failure = results.firstFailure ?? work.attempt.failure
        } else if cases.failed + cases.invalid > 0 {
            result = .partial
        }
        return ProcessingStore.Verdict(
            direction: overall?.0, decision: overall?.1, cases: cases, result: result,
            failure: failure)
    }
}
