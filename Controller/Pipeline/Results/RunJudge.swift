import Analysis
import FleetModel
import Storage

/// Decides what the results of a run mean: those of all its jobs, as they are stored.
struct RunJudge {
    let stores: RunComparer.Stores

    /// Compares both sides of a run that has ended, without storing anything. A decision that the
    /// run has already stays where it is the same; it is replaced where an attempt was heard after
    /// it.
    ///
    /// Empty where nothing was measured; without words where nothing is watched.
    func judge(_ waiting: ProcessingStore.Unjudged) async throws -> ProcessingStore.Judgement {
        let none = ProcessingStore.Judgement(nil, comparison: nil)
        let run = waiting.run
        guard let base = run.base else { return none }
        if run.isSubmitted { return try await besideOther(waiting) ?? none }
        let reader = MaterialReader(measurements: stores.measurements)
        let material = try await reader.sides(of: run.id)
        guard !material.pairs.isEmpty else { return none }
        let pairs = try await withHistory(try await reader.withNoiseFloors(material.pairs), run)
        let made = ComparisonMaker(
            policy: try RunPolicy(text: run.policy), hostClass: run.hostClass,
            comparisons: waiting.comparisons, method: .interleaved
        ).make(try await PinnedReader(series: stores.series).completed(pairs, of: run))
        let words = made.judged.isEmpty ? nil : made.overall
        guard try await stores.comparisons.comparison(of: run.id)?.rows != made.rows else {
            return ProcessingStore.Judgement(words, comparison: nil)
        }
        var random = SystemRandomNumberGenerator()
        let (direction, decision) = made.overall
        return ProcessingStore.Judgement(
            words,
            comparison: ComparisonStore.Comparison(
                id: ComparisonID(at: waiting.at, using: &random), project: run.project, run: run.id,
                base: ComparisonStore.Side(commit: base.commit, run: nil),
                candidate: ComparisonStore.Side(commit: run.commit, run: run.id),
                direction: direction, decision: decision, reasons: made.reasons,
                policy: run.policy, engineVersion: EngineVersion.current, family: made.family,
                createdAt: waiting.at, rows: made.rows))
    }

    /// What was measured elsewhere has its base in another run; nil where one has no results.
    private func besideOther(
        _ waiting: ProcessingStore.Unjudged
    ) async throws -> ProcessingStore.Judgement? {
        guard let base = waiting.base else { return nil }
        let ends = RunComparer.Ends(base: base, candidate: waiting.run)
        do {
            let made = try await RunComparer(stores).ownComparison(ends, at: waiting.at)
            return ProcessingStore.Judgement((made.direction, made.decision), comparison: made)
        } catch is RunComparer.Refusal {
            return nil
        }
    }

    private func withHistory(
        _ pairs: [ComparisonMaker.Pair], _ run: RunRecord
    ) async throws -> [ComparisonMaker.Pair] {
        let points = try await SeriesHistory(series: stores.series).points(
            for: pairs.compactMap { pair in pair.series.map { (pair.name, $0) } },
            under: try RunPolicy(text: run.policy), in: run.project, before: run.id)
        return pairs.map { pair in
            var pair = pair
            pair.history = points[pair.name]
            return pair
        }
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
