import Analysis
import CrashPoints
package import FleetModel
package import Logging
package import Storage

/// Takes an attempt that has ended to its verdict: collect → seal → end its job → compare.
///
/// A run is compared when the last of its jobs has ended, over what all of them measured, and
/// again when an attempt is heard later. Every step may be repeated: a controller that dies between
/// two of them, or another one that took over, does it again with the same result. Samples are
/// stored whatever is decided.
package struct ResultPipeline: Sendable {
    let processing: ProcessingStore
    let stores: RunComparer.Stores
    let hosts: HostStore
    let logger: Logger

    package init(
        processing: ProcessingStore, stores: RunComparer.Stores, hosts: HostStore, logger: Logger
    ) {
        self.processing = processing
        self.stores = stores
        self.hosts = hosts
        self.logger = logger
    }

    /// Processes every attempt and judges every run that waits; one that fails is logged and tried
    /// again next time.
    package func processPending() async throws {
        for attempt in try await processing.pending(limit: 100) {
            try await trying("attempt", "\(attempt)") { try await process(attempt) }
        }
        try await judgeWaiting()
    }

    private func judgeWaiting() async throws {
        let judge = RunJudge(stores: stores)
        for waiting in try await processing.unjudged(limit: 100) {
            try await trying("run", "\(waiting.run.id)") {
                let judgement = try await judge.judge(waiting)
                CrashPoint.resultsCompared.reach()
                guard try await processing.judge(waiting, judgement) else { return }
                CrashPoint.resultsJudged.reach()
                logger.info("run judged", metadata: ["run": "\(waiting.run.id)"])
            }
        }
    }

    private func trying(
        _ kind: String, _ name: String, _ work: () async throws -> Void
    ) async throws {
        do {
            try await work()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            logger.error(
                "results could not be processed",
                metadata: ["\(kind)": "\(name)", "error": "\(error)"])
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
        try await stores.measurements.seal(
            collected, cases: results.storedCases, receipts: results.receipts,
            signals: results.signals, lockfiles: results.lockfiles, of: work.attempt)
        if !results.canaries.isEmpty {
            _ = try await hosts.take(
                results.canaries, of: work.attempt.host, attempt: attempt)
        }
        CrashPoint.resultsSealed.reach()
        try await processing.complete(attempt, with: verdict(results, of: work))
        CrashPoint.resultsCompleted.reach()
        logger.info(
            "attempt processed",
            metadata: [
                "run": "\(work.run.id)", "job": "\(work.job.id)", "attempt": "\(attempt)",
                "measurements": "\(collected.count)",
            ])
        try await judgeWaiting()
    }

    /// How the attempt's job ends.
    private func verdict(
        _ results: AttemptResults, of work: ProcessingStore.Work
    ) -> ProcessingStore.Verdict {
        let cases = results.caseCounts
        var result = JobState.succeeded
        var failure: Failure?
        if cases.ok == 0 {
            result = .failed
            failure = results.firstFailure ?? work.attempt.failure
        } else if cases.failed + cases.invalid > 0 {
            result = .partial
        }
        return ProcessingStore.Verdict(result: result, failure: failure)
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
