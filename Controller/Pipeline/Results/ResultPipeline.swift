import Analysis
import CrashPoints
package import FleetModel
package import Logging
package import Storage

/// Takes an attempt that has ended to its verdict: collect → seal → compare → decide → end.
///
/// Every step may be repeated: a controller that dies between two of them, or another one that
/// took over, does it again with the same result. Samples are stored whatever is decided.
package struct ResultPipeline: Sendable {
    let processing: ProcessingStore
    let measurements: MeasurementStore
    let comparisons: ComparisonStore
    let series: SeriesStore
    let hosts: HostStore
    let logger: Logger

    package init(
        processing: ProcessingStore, measurements: MeasurementStore,
        comparisons: ComparisonStore, series: SeriesStore, hosts: HostStore, logger: Logger
    ) {
        self.processing = processing
        self.measurements = measurements
        self.comparisons = comparisons
        self.series = series
        self.hosts = hosts
        self.logger = logger
    }

    /// Processes every attempt that waits; one that fails is logged and tried again next time.
    package func processPending() async throws {
        for attempt in try await processing.pending(limit: 100) {
            do {
                try await process(attempt)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.error(
                    "an attempt's results could not be processed",
                    metadata: ["attempt": "\(attempt)", "error": "\(error)"])
            }
        }
    }

    /// Does nothing for an attempt that was processed before.
    package func process(_ attempt: AttemptID) async throws {
        guard let work = try await processing.work(for: attempt) else { return }
        CrashPoint.resultsFound.reach()
        var results = AttemptResults()
        for batch in work.batches { try results.add(batch: batch) }
        let collected = sealings(results, of: work)
        CrashPoint.resultsCollected.reach()
        // What is decided names the series that are stored, which may be older than this attempt.
        let sealings = try await measurements.seal(
            collected, cases: results.storedCases, receipts: results.receipts,
            signals: results.signals, lockfiles: results.lockfiles, of: work.attempt)
        if !results.canaries.isEmpty {
            _ = try await hosts.take(
                results.canaries, of: work.attempt.host, attempt: attempt)
        }
        CrashPoint.resultsSealed.reach()
        var judge = RunJudge(work: work, results: results, sealings: sealings)
        try await judge.compare(SeriesHistory(series: series))
        if let comparison = judge.comparison { try await comparisons.store(comparison) }
        CrashPoint.resultsCompared.reach()
        try await processing.complete(attempt, with: judge.verdict)
        CrashPoint.resultsCompleted.reach()
        logger.info(
            "attempt processed",
            metadata: [
                "run": "\(work.run.id)", "job": "\(work.job.id)", "attempt": "\(attempt)",
                "measurements": "\(sealings.count)",
            ])
    }

    private func sealings(
        _ results: AttemptResults, of work: ProcessingStore.Work
    ) -> [MeasurementStore.Sealing] {
        var random = SystemRandomNumberGenerator()
        let now = work.attempt.endedAt ?? work.attempt.createdAt
        let place = MeasuringPlace(
            host: work.attempt.host, hostClass: work.hostClass, architecture: work.architecture)
        return results.order.compactMap { key in
            guard let measured = results.judged(key) else { return nil }
            let commit = key.role == .candidate ? work.run.commit : work.run.base?.commit
            guard let commit else { return nil }
            let series = SeriesKey(
                project: work.run.project, benchmark: key.benchmark, parameters: key.parameters,
                metric: key.metric, place: place,
                configuration: work.run.configurations.digest(of: key.benchmark))
            return MeasurementStore.Sealing(
                id: MeasurementID(at: now, using: &random),
                series: SeriesRecord(id: SeriesID(at: now, using: &random), key: series),
                commit: commit, role: key.role,
                figures: MeasurementRecord.Figures(measured.samples),
                quality: measured.quality, stop: results.stop(of: key),
                block: SampleBlock(measured.samples))
        }
    }
}

extension MeasurementRecord.Figures {
    init(_ samples: [SampleBlock.Sample]) {
        let summary = SampleSummary(samples)
        self.init(
            count: Int64(summary?.count ?? 0),
            invalidCount: Int64(summary?.invalidCount ?? samples.count),
            minimum: summary?.minimum.ifFinite, median: summary?.median.ifFinite,
            mean: summary?.mean.ifFinite, p90: summary?.p90.ifFinite, p99: summary?.p99.ifFinite,
            maximum: summary?.maximum.ifFinite, mad: summary?.mad.ifFinite,
            low: summary?.interval?.low.ifFinite, high: summary?.interval?.high.ifFinite,
            level: summary?.interval?.level.ifFinite,
            validity: summary?.validity ?? .invalid)
    }
}

extension Double {
    /// Nil for NaN and infinities, which are never stored.
    var ifFinite: Double? { isFinite ? self : nil }
}
