package import Analysis
import CrashPoints
package import FleetModel
package import Logging
package import Storage

/// Keeps what is known of series up to date: read → analyse → store.
///
/// Enters: series that have new points. Leaves: their levels, change points, noise and trend. It
/// holds up no run: a run is finished before its points are looked at. Every step may be repeated;
/// an analysis depends on the stored points alone, in the order of their commits, so the order of
/// arrival, a crash or a second controller changes nothing. What it remembers saves time: a point
/// at the end of a series is appended to the change points found before.
package actor SeriesKeeper {
    private let store: SeriesAnalysisStore
    private let logger: Logger
    private var remembered: [SeriesID: Remembered] = [:]
    private var rememberedSize = 0
    private var analyses = 0

    /// Values that are remembered over all series, about 100 bytes each.
    static let memoryLimit = 1_000_000

    private struct Remembered {
        var memory = SeriesMemory()
        /// Of the newest points.
        var visits: [MeasurementID: [Double]] = [:]
        /// The number of the analysis that used it last.
        var usedBy = 0

        var size: Int { memory.size + visits.values.reduce(0) { $0 + $1.count + 1 } }
    }

    package init(store: SeriesAnalysisStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Analyses every series that waits; one that fails is logged and waits behind the others.
    package func analyseWaiting() async throws {
        var failed: Set<SeriesID> = []
        while true {
            let waiting = try await store.waiting(limit: 200).filter { !failed.contains($0) }
            guard !waiting.isEmpty else { return }
            for series in waiting {
                do {
                    try await analyse(series)
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    failed.insert(series)
                    logger.error(
                        "a series could not be analysed",
                        metadata: ["series": "\(series)", "error": "\(error)"])
                    try await store.postpone(series)
                }
            }
        }
    }

    /// Brings one series up to date; does nothing for one that nothing came for.
    package func analyse(_ series: SeriesID) async throws {
        var state = take(series)
        guard
            let reading = try await store.reading(
                of: series, sampled: SeriesAnalyser.noiseWindow, known: Set(state.visits.keys)),
            !reading.isAnalysed
        else { return }
        CrashPoint.seriesRead.reach()
        let result = try Self.analyse(reading, &state)
        CrashPoint.seriesAnalysed.reach()
        try await store.store(result.analysis, result.changePoints, of: reading)
        CrashPoint.seriesStored.reach()
        remember(state, of: series)
    }

    private func take(_ series: SeriesID) -> Remembered {
        guard let state = remembered.removeValue(forKey: series) else { return Remembered() }
        rememberedSize -= state.size
        return state
    }

    private func remember(_ state: Remembered, of series: SeriesID) {
        analyses += 1
        var state = state
        state.usedBy = analyses
        remembered[series] = state
        rememberedSize += state.size
        guard rememberedSize > Self.memoryLimit else { return }
        // Down to half, so that this is rare.
        for (id, state) in remembered.sorted(by: { $0.value.usedBy < $1.value.usedBy })
        where rememberedSize > Self.memoryLimit / 2 {
            remembered[id] = nil
            rememberedSize -= state.size
        }
    }

    private static func analyse(
        _ reading: SeriesReading, _ state: inout Remembered,
        by wishes: LevelSearch.Wishes? = nil
    ) throws -> SeriesResult {
        let newest = reading.points.suffix(SeriesAnalyser.noiseWindow).map(\.measurement)
        var visits: [MeasurementID: [Double]] = [:]
        for measurement in newest {
            visits[measurement] =
                state.visits[measurement]
                ?? reading.blocks[measurement].map { SampleSide($0.samples).visits }
        }
        state.visits = visits
        let usual = analyser(of: reading)
        let analyser = try wishes.map { try SeriesAnalyser(usual, $0) } ?? usual
        let findings = try analyser.findings(
            of: reading.points.map { point in
                SeriesAnalyser.Point(
                    value: point.value, visits: visits[point.measurement] ?? [],
                    epoch: point.epoch, committedAt: point.commitTime,
                    measuredAt: point.measuredAt)
            }, memory: &state.memory)
        return SeriesResult(findings, of: reading, by: analyser.search)
    }

    private static func analyser(of reading: SeriesReading) -> SeriesAnalyser {
        let key = reading.series.key
        // Only the trend asks for it; one that nobody can read holds up no analysis.
        let policy = reading.policy.flatMap { try? RunPolicy(text: $0) }
        let terms = policy.map {
            PolicyTable($0).terms(benchmark: key.benchmark, metric: key.metric.name).terms
        }
        return SeriesAnalyser(metric: key.metric, threshold: terms?.threshold)
    }

    /// The analysis of a series from its stored points alone, nothing remembered and nothing
    /// written: what `recompute` compares with what is stored. Nil for a series without points.
    package static func recomputed(
        _ series: SeriesID, from store: SeriesAnalysisStore
    ) async throws -> (reading: SeriesReading, result: SeriesResult)? {
        guard
            let reading = try await store.reading(
                of: series, sampled: SeriesAnalyser.noiseWindow)
        else { return nil }
        var nothing = Remembered()
        return (reading, try analyse(reading, &nothing))
    }

    /// What the series would say to somebody with other wishes; nothing is written. Nil for a
    /// series without points.
    /// - Throws: `LevelSearch.Refusal` for a wish that cannot be met.
    package static func tried(
        _ series: SeriesID, since: ServerTime?, by wishes: LevelSearch.Wishes,
        from store: SeriesAnalysisStore
    ) async throws -> SeriesResult? {
        guard
            let whole = try await store.reading(of: series, sampled: SeriesAnalyser.noiseWindow)
        else { return nil }
        var nothing = Remembered()
        return try analyse(since.map { whole.since($0) } ?? whole, &nothing, by: wishes)
    }
}

/// An analysis and its change points, as they are stored.
package struct SeriesResult: Hashable, Sendable {
    package let analysis: SeriesAnalysis
    package let changePoints: [ChangePointRecord.Finding]

    init(_ findings: SeriesFindings, of reading: SeriesReading, by search: LevelSearch) {
        analysis = reading.analysis(findings, EngineVersion.current)
        changePoints = reading.changePoints(
            findings,
            by: AnalysisMethod(
                algorithm: search.algorithm, algorithmVersion: search.algorithmVersion,
                engineVersion: EngineVersion.current))
    }
}
