import Analysis
import FleetModel
import Storage

/// Decides what an attempt's results mean for its run.
struct RunJudge {
    private let work: ProcessingStore.Work
    private let results: AttemptResults
    private let sealings: [MeasurementStore.Sealing]
    private var made: ComparisonMaker.Made?

    init(
        work: ProcessingStore.Work, results: AttemptResults, sealings: [MeasurementStore.Sealing]
    ) {
        self.work = work
        self.results = results
        self.sealings = sealings
    }

    /// Compares both sides, where the run has a base.
    mutating func compare(_ history: SeriesHistory) async throws {
        guard work.run.base != nil, work.attempt.isCounted else { return }
        let policy = try RunPolicy(text: work.run.policy)
        let series = seriesByName
        let points = try await history.points(
            for: series.map { ($0.key, $0.value) }, under: policy, in: work.run.project,
            before: work.run.commit)
        let maker = ComparisonMaker(
            policy: policy, hostClass: work.hostClass, comparisons: work.comparisons,
            noiseFloor: results.noiseFloor, method: .interleaved)
        let pairs = pairs(series, points)
        made = pairs.isEmpty ? nil : maker.make(pairs)
    }

    private var seriesByName: [ComparisonMaker.Name: SeriesID] {
        var series: [ComparisonMaker.Name: SeriesID] = [:]
        for sealing in sealings where sealing.role == .candidate {
            series[ComparisonMaker.Name(sealing.series.key)] = sealing.series.id
        }
        return series
    }

    /// In the order in which they were first heard of, on whichever side.
    private func pairs(
        _ series: [ComparisonMaker.Name: SeriesID], _ points: [ComparisonMaker.Name: [Double]]
    ) -> [ComparisonMaker.Pair] {
        let failed = FailedCases(results.storedCases)
        var seen: Set<ComparisonMaker.Name> = []
        return results.order.compactMap { key in
            let name = ComparisonMaker.Name(
                benchmark: key.benchmark, parameters: key.parameters, metric: key.metric)
            guard seen.insert(name).inserted else { return nil }
            let sides = [RevisionRole.base, .candidate].map { role in
                AttemptResults.Key(
                    role: role, benchmark: key.benchmark, parameters: key.parameters,
                    metric: key.metric)
            }
            var pair = ComparisonMaker.Pair(
                name: name, base: results.judged(sides[0])?.samples ?? [],
                candidate: results.judged(sides[1])?.samples ?? [], series: series[name])
            pair.isSteady = sides.allSatisfy { results.stop(of: $0) != .neverSteady }
            pair.isFailed = failed.admits(name)
            pair.history = points[name]
            return pair
        }
    }

    /// Nil when the run has no base, or nothing of either side was measured.
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

extension ComparisonMaker.Name {
    init(_ key: SeriesKey) {
        self.init(benchmark: key.benchmark, parameters: key.parameters, metric: key.metric)
    }
}

/// The candidate's benchmarks that failed, by how their cases ended.
struct FailedCases {
    private let failed: Set<Case>

    private struct Case: Hashable {
        let benchmark: String
        let parameters: Parameters
    }

    init(_ cases: [MeasurementStore.Case]) {
        failed = Set(
            cases.filter { $0.role == .candidate && $0.state == .failed }
                .map { Case(benchmark: $0.benchmark, parameters: $0.parameters) })
    }

    func admits(_ name: ComparisonMaker.Name) -> Bool {
        failed.contains(Case(benchmark: name.benchmark, parameters: name.parameters))
    }
}
