import Analysis
import FleetModel
import Storage

/// Decides what the results of a run mean: those of all its jobs, as they are stored.
struct RunJudge {
    let measurements: MeasurementStore
    let comparisons: ComparisonStore
    let series: SeriesStore

    /// Compares both sides and stores that. A decision that the run has already stays where it is
    /// the same; it is replaced where an attempt was heard after it.
    ///
    /// `comparisons`: how many the run's request makes. Nil where the run has no base, nothing was
    /// measured, or nothing that is watched.
    func judge(
        _ run: RunRecord, comparisons count: Int, at time: ServerTime
    ) async throws -> (Direction, Decision)? {
        guard let base = run.base else { return nil }
        let reader = MaterialReader(measurements: measurements)
        let material = try await reader.sides(of: run.id)
        guard !material.pairs.isEmpty else { return nil }
        let floor = try await reader.noiseFloor(of: material.attempts)
        let made = ComparisonMaker(
            policy: try RunPolicy(text: run.policy), hostClass: run.hostClass, comparisons: count,
            noiseFloor: floor, method: .interleaved
        ).make(try await withHistory(material.pairs, run))
        let words = made.judged.isEmpty ? nil : made.overall
        let known = try await comparisons.comparison(of: run.id)
        guard known?.rows != made.rows else { return words }
        var random = SystemRandomNumberGenerator()
        let (direction, decision) = made.overall
        try await comparisons.store(
            ComparisonStore.Comparison(
                id: ComparisonID(at: time, using: &random), project: run.project, run: run.id,
                base: ComparisonStore.Side(commit: base.commit, run: nil),
                candidate: ComparisonStore.Side(commit: run.commit, run: run.id),
                direction: direction, decision: decision, reasons: made.reasons,
                policy: run.policy, engineVersion: EngineVersion.current, family: made.family,
                noiseFloor: floor, replaces: known?.id, createdAt: time, rows: made.rows))
        return words
    }

    private func withHistory(
        _ pairs: [ComparisonMaker.Pair], _ run: RunRecord
    ) async throws -> [ComparisonMaker.Pair] {
        let points = try await SeriesHistory(series: series).points(
            for: pairs.compactMap { pair in pair.series.map { (pair.name, $0) } },
            under: try RunPolicy(text: run.policy), in: run.project, before: run.commit)
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
