import Analysis
import FleetModel
import Storage

/// Decides what an attempt's results mean for its run. Pure: the same results, policy and engine
/// give the same rows.
struct RunJudge {
    let work: ProcessingStore.Work
    let results: AttemptResults
    let sealings: [MeasurementStore.Sealing]
    private var judged: [Judgement] = []

    init(
        work: ProcessingStore.Work, results: AttemptResults, sealings: [MeasurementStore.Sealing]
    ) {
        self.work = work
        self.results = results
        self.sealings = sealings
    }

    private struct Pair {
        let key: AttemptResults.Key
        let rule: RunPolicy.Rule?
        let evidence: Evidence

        var isWatched: Bool {
            guard let rule else { return false }
            return key.metric.better != .none
                && Glob.selects(key.metric.name, by: rule.watch)
        }

        var comparator: Comparator {
            Comparator(
                policy: MetricPolicy(
                    threshold: rule?.threshold, warn: rule?.warn, q: rule?.q ?? 0.05),
                better: key.metric.better, provider: key.metric.provider)
        }
    }

    /// Nil when the run has no base, or nothing of the candidate was measured.
    mutating func comparison() throws -> ComparisonStore.Comparison? {
        guard let base = work.run.base, work.attempt.isCounted else { return nil }
        let policy = try RunPolicy(text: work.run.policy)
        let pairs = pairs(policy)
        guard !pairs.isEmpty else { return nil }
        let family = Family(
            pairs.map { $0.isWatched ? $0.evidence.p : nil }, comparisons: work.comparisons)
        var rows: [ComparisonStore.RowRecord] = []
        for (pair, adjusted) in zip(pairs, family.adjusted) {
            let judgement = judge(pair, adjusted)
            if pair.isWatched { judged.append(judgement) }
            rows.append(row(pair, adjusted, judgement))
        }
        let (direction, decision) = Judgement.overall(judged)
        var random = SystemRandomNumberGenerator()
        let endedAt = work.attempt.endedAt ?? work.attempt.createdAt
        return ComparisonStore.Comparison(
            id: ComparisonID(at: endedAt, using: &random), project: work.run.project,
            run: work.run.id,
            base: ComparisonStore.Side(commit: base.commit, run: nil),
            candidate: ComparisonStore.Side(commit: work.run.commit, run: work.run.id),
            direction: direction, decision: decision,
            reasons: Array(Set(judged.flatMap(\.reasons))).sorted(), policy: work.run.policy,
            engineVersion: EngineVersion.current,
            family: ComparisonStore.Family(
                method: family.method, q: family.q, size: family.size),
            createdAt: endedAt, rows: rows)
    }

    private func pairs(_ policy: RunPolicy) -> [Pair] {
        results.order.filter { $0.role == .candidate }.map { key in
            let baseKey = AttemptResults.Key(
                role: .base, benchmark: key.benchmark, parameters: key.parameters,
                metric: key.metric)
            let rule = policy.rule(benchmark: key.benchmark, metric: key.metric.name)
            let comparator = Comparator(
                policy: MetricPolicy(), better: key.metric.better, provider: key.metric.provider)
            return Pair(
                key: key, rule: rule,
                evidence: comparator.evidence(
                    base: results.measurements[baseKey]?.samples ?? [],
                    candidate: results.measurements[key]?.samples ?? []))
        }
    }

    private func judge(_ pair: Pair, _ adjusted: Double?) -> Judgement {
        guard pair.isWatched else { return Judgement(.unclear, .skip, "not_watched") }
        return pair.comparator.judge(pair.evidence, adjustedP: adjusted)
    }

    private func row(
        _ pair: Pair, _ adjusted: Double?, _ judgement: Judgement
    ) -> ComparisonStore.RowRecord {
        let evidence = pair.evidence
        let series = sealings.first { sealing in
            sealing.role == .candidate && sealing.series.key.benchmark == pair.key.benchmark
                && sealing.series.key.parameters == pair.key.parameters
                && sealing.series.key.metric == pair.key.metric
        }
        return ComparisonStore.RowRecord(
            benchmark: pair.key.benchmark, parameters: pair.key.parameters,
            metric: pair.key.metric, hostClass: work.hostClass, series: series?.series.id,
            state: state(of: evidence), isWatched: pair.isWatched,
            base: evidence.base.map { ComparisonStore.Stat($0) },
            candidate: evidence.candidate.map { ComparisonStore.Stat($0) },
            shift: evidence.effect.flatMap { ComparisonStore.Shift($0) }, p: evidence.p?.ifFinite,
            adjustedP: adjusted?.ifFinite, cliffsDelta: evidence.cliffsDelta?.ifFinite,
            detectable: evidence.detectable?.ifFinite,
            threshold: pair.isWatched
                ? pair.comparator.threshold(noise: evidence.noise).ifFinite : nil,
            direction: judgement.direction, decision: judgement.decision,
            reasons: judgement.reasons)
    }

    private func state(of evidence: Evidence) -> String {
        if evidence.base == nil { return "missing_base" }
        return evidence.candidate == nil ? "missing_candidate" : "compared"
    }

    /// What the run shows and how its job ends. Complete once `comparison()` was called.
    var verdict: ProcessingStore.Verdict {
        let cases = results.caseCounts
        let (direction, decision) = Judgement.overall(judged)
        let isJudged = !judged.isEmpty
        var result = JobState.succeeded
        var failure: Failure?
        if cases.ok == 0 {
            result = .failed
            failure = results.firstFailure ?? work.attempt.failure
        } else if cases.failed + cases.invalid > 0 {
            result = .partial
        }
        return ProcessingStore.Verdict(
            direction: isJudged ? direction : nil, decision: isJudged ? decision : nil,
            cases: cases, result: result, failure: failure)
    }
}

extension ComparisonStore.Stat {
    init(_ statistic: SideStatistic) {
        self.init(
            count: Int64(statistic.samples), median: statistic.median, mad: statistic.mad)
    }
}

extension ComparisonStore.Shift {
    init?(_ effect: Effect) {
        guard effect.shift.isFinite, effect.relative.isFinite else { return nil }
        self.init(
            absolute: effect.shift, relative: effect.relative, low: effect.low?.ifFinite,
            high: effect.high?.ifFinite, level: effect.level)
    }
}
