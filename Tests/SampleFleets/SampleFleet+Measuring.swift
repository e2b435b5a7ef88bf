import Analysis
package import FleetModel
package import Storage

// Work that is taken, measured and judged.
extension SampleFleet {
    /// The next job of the queue, claimed by the host and being measured.
    package func claim(
        on host: String? = nil, done: Int64 = 21, of total: Int64 = 36
    ) async throws -> (ClaimStore.Lease, AttemptStore.Holder) {
        clock.advance(.seconds(4))
        let claimant = try claimant(on: host)
        let lease = try await ClaimStore(database, settings: settings).claim(claimant)
        guard let lease else { throw StoreFailure.notFound("job to claim") }
        let holder = AttemptStore.Holder(
            attempt: lease.attempt.id, fence: lease.attempt.fence, agent: claimant.agent,
            session: claimant.session)
        _ = try await AttemptStore(database, settings: settings).heartbeat(
            AttemptStore.Beat(
                number: 1, phase: .measure, progress: 1, done: done, total: total,
                quietFor: .zero), from: holder)
        return (lease, holder)
    }

    /// Who takes a job on the host.
    package func claimant(on host: String? = nil) throws -> ClaimStore.Claimant {
        let agent = try agent(host)
        return ClaimStore.Claimant(
            claim: fresh(), agent: agent.agent, host: agent.host, session: agent.session,
            attempt: fresh())
    }

    /// Takes the next job of the queue to its end.
    package func measure(_ measured: SampleMeasured, on host: String? = nil) async throws {
        let (lease, holder) = try await claim(on: host)
        clock.advance(.seconds(187))
        try await finish(holder, .completed, nil, log: measured.log)
        guard let run = try await RunStore(database).run(lease.attempt.run),
            let attempt = try await RunStore(database).attempt(lease.attempt.id)
        else { throw StoreFailure.notFound("run") }
        let sides = measured.metrics.map { samples(of: $0) }
        let series = try await seal(measured, sides, run, attempt)
        let isPartial = measured.cases.contains { $0.state == .failed || $0.state == .invalid }
        let processing = ProcessingStore(database, settings: settings)
        try await processing.complete(
            attempt.id,
            with: .init(result: isPartial ? .partial : .succeeded, failure: nil))
        for waiting in try await processing.unjudged(limit: 100) where waiting.run.id == run.id {
            try await processing.judge(
                waiting, judgement(measured, sides, waiting.run, series))
        }
    }

    /// Takes the next job of the queue to a failure.
    package func fail(_ failure: Failure, log: String, on host: String? = nil) async throws {
        let (_, holder) = try await claim(on: host)
        clock.advance(.seconds(31))
        try await finish(holder, .failed, failure, log: log)
    }

    private func finish(
        _ holder: AttemptStore.Holder, _ outcome: AttemptOutcome, _ failure: Failure?, log: String
    ) async throws {
        let bytes = Array(log.utf8)
        if !bytes.isEmpty {
            _ = try await IngestStore(database, settings: settings)
                .appendLog(bytes, at: 0, from: holder)
        }
        _ = try await FinishStore(database, settings: settings).finish(
            FinishStore.Report(
                outcome: outcome, failure: failure, lastSequence: 0,
                logLength: Int64(bytes.count), digest: "finish"), from: holder)
    }

    typealias Sides = (base: [SampleBlock.Sample], head: [SampleBlock.Sample])

    private func samples(of metric: SampleMetric) -> Sides {
        func side(_ middle: Double?) -> [SampleBlock.Sample] {
            guard let middle else { return [] }
            return (0..<metric.visits).map { visit in
                let share = Double(random.next() >> 11) / Double(1 << 53)
                return SampleBlock.Sample(
                    iteration: Int64(visit), visit: Int64(visit),
                    value: middle * (1 + metric.noise * (share * 2 - 1)),
                    validity: visit < metric.invalid ? .invalid : .clean)
            }
        }
        return (side(metric.base), side(metric.head))
    }

    private func seal(
        _ measured: SampleMeasured, _ sides: [Sides], _ run: RunRecord, _ attempt: AttemptRecord
    ) async throws -> [SeriesID?] {
        guard let agent = agents.values.first(where: { $0.host == attempt.host }) else {
            return []
        }
        let place = MeasuringPlace(
            host: agent.host, hostClass: agent.hostClass, architecture: agent.architecture)
        var sealings: [MeasurementStore.Sealing] = []
        for (metric, sides) in zip(measured.metrics, sides) {
            let key = SeriesKey(
                project: run.project, benchmark: metric.benchmark,
                parameters: Parameters(metric.parameters), metric: metric.metric, place: place,
                configuration: "")
            for (role, samples) in [(RevisionRole.candidate, sides.head), (.base, sides.base)]
            where !samples.isEmpty {
                sealings.append(
                    MeasurementStore.Sealing(
                        id: fresh(), series: SeriesRecord(id: fresh(), key: key),
                        commit: role == .base ? run.base?.commit ?? run.commit : run.commit,
                        role: role, figures: figures(samples), stop: .fixed,
                        block: SampleBlock(samples)))
            }
        }
        let stored = try await MeasurementStore(database).seal(
            sealings, cases: measured.metrics.map { .init(sample: $0) } + measured.cases,
            receipts: measured.receipts,
            lockfiles: measured.lockfiles, of: attempt)
        return measured.metrics.map { metric in
            stored.first {
                let key = $0.series.key
                return key.benchmark == metric.benchmark && key.metric == metric.metric
                    && key.parameters == Parameters(metric.parameters)
            }?.series.id
        }
    }

    private func figures(_ samples: [SampleBlock.Sample]) -> MeasurementRecord.Figures {
        let summary = SampleSummary(samples)
        return MeasurementRecord.Figures(
            count: Int64(summary?.count ?? 0), invalidCount: Int64(summary?.invalidCount ?? 0),
            minimum: summary?.minimum, median: summary?.median, mean: summary?.mean,
            p90: summary?.p90, p99: summary?.p99, maximum: summary?.maximum, mad: summary?.mad,
            low: summary?.interval?.low, high: summary?.interval?.high,
            level: summary?.interval?.level, validity: summary?.validity ?? .invalid)
    }

    /// By the real engine.
    private func judgement(
        _ measured: SampleMeasured, _ sides: [Sides], _ run: RunRecord, _ series: [SeriesID?]
    ) -> ProcessingStore.Judgement {
        guard let base = run.base else { return .init(nil, comparison: nil) }
        let judged = SampleJudge(
            metrics: measured.metrics, sides: sides, series: series, hostClass: run.hostClass)
        let (direction, decision) = judged.overall
        return ProcessingStore.Judgement(
            (direction, decision),
            comparison: ComparisonStore.Comparison(
                id: fresh(), project: run.project, run: run.id,
                base: .init(commit: base.commit, run: nil),
                candidate: .init(commit: run.commit, run: run.id), direction: direction,
                decision: decision, reasons: [], policy: "{}", engineVersion: "fleet-1",
                family: judged.family, createdAt: clock.now, rows: judged.rows))
    }
}

extension MeasurementStore.Case {
    fileprivate init(sample metric: SampleMetric) {
        self.init(
            role: .candidate, benchmark: metric.benchmark,
            parameters: Parameters(metric.parameters), state: .ok, problem: nil, message: nil,
            iterations: Int64(metric.visits), stop: .fixed)
    }
}
