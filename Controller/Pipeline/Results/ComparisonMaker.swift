import Analysis
import FleetModel
import Storage

/// Turns two sides' samples into judged rows. Pure: the same samples, policy and engine give the
/// same rows.
struct ComparisonMaker {
    let policy: RunPolicy
    let hostClass: String
    /// How many revisions the question is asked of.
    let comparisons: Int
    /// Whether both sides were measured interleaved by one attempt. Two attempts differ by more
    /// than their samples show, so they alone never fail a gate.
    let isInterleaved: Bool
    /// The relative spread of the host's own canaries, the larger one of several hosts; nil where
    /// the host said nothing of it.
    let noiseFloor: Double?

    /// One benchmark × metric with the samples of both sides.
    struct Pair {
        let name: Name
        let base: [SampleBlock.Sample]
        let candidate: [SampleBlock.Sample]
        let series: SeriesID?
        /// Neither side's agent said that it never became steady.
        let isSteady: Bool
    }

    struct Name: Hashable {
        let benchmark: String
        let parameters: Parameters
        let metric: MetricIdentity
    }

    struct Made {
        let rows: [ComparisonStore.RowRecord]
        let judged: [Judgement]
        let family: ComparisonStore.Family

        var overall: (Direction, Decision) { Judgement.overall(judged) }

        var reasons: [String] { Array(Set(judged.flatMap(\.reasons))).sorted() }
    }

    func make(_ pairs: [Pair]) -> Made {
        let prepared = pairs.map(prepare)
        let family = Family(
            prepared.map { $0.isTested ? $0.evidence.p : nil }, comparisons: comparisons)
        var rows: [ComparisonStore.RowRecord] = []
        var judged: [Judgement] = []
        for (entry, adjusted) in zip(prepared, family.adjusted) {
            let judgement = judge(entry, adjusted)
            if entry.isWatched { judged.append(judgement) }
            rows.append(row(entry, adjusted, judgement))
        }
        return Made(
            rows: rows, judged: judged,
            family: ComparisonStore.Family(method: family.method, q: family.q, size: family.size))
    }

    private struct Prepared {
        let pair: Pair
        let isWatched: Bool
        let comparator: Comparator
        let evidence: Evidence

        /// An exact count is judged without a test, and makes the others' none stricter.
        var isTested: Bool { isWatched && !isExact }
        var isExact: Bool { pair.name.metric.provider == .simulated }
    }

    private func prepare(_ pair: Pair) -> Prepared {
        let metric = pair.name.metric
        let rule = policy.rule(benchmark: pair.name.benchmark, metric: metric.name)
        let comparator = Comparator(
            policy: MetricPolicy(
                threshold: rule?.threshold, warn: rule?.warn, q: rule?.q ?? 0.05,
                noiseFloor: Self.isTimed(metric) ? noiseFloor : nil),
            better: metric.better, provider: metric.provider)
        let isWatched = rule.map { Glob.selects(metric.name, by: $0.watch) } ?? false
        return Prepared(
            pair: pair, isWatched: isWatched && metric.better != .none, comparator: comparator,
            evidence: comparator.evidence(base: pair.base, candidate: pair.candidate))
    }

    /// Counts and sizes are the same however fast the host is (decision record 0026).
    private static func isTimed(_ metric: MetricIdentity) -> Bool {
        metric.provider != .simulated && metric.unit != "count" && metric.unit != "B"
    }

    private func judge(_ entry: Prepared, _ adjusted: Double?) -> Judgement {
        guard entry.isWatched else { return Judgement(.unclear, .skip, "not_watched") }
        // Values that still change are no sample of anything.
        guard entry.pair.isSteady else { return Judgement(.unclear, .warn, "never_steady") }
        let judgement = entry.comparator.judge(entry.evidence, adjustedP: adjusted)
        guard judgement.decision == .fail, !isInterleaved else { return judgement }
        return Judgement(judgement.direction, .warn, "no_noise_model")
    }

    private func row(
        _ entry: Prepared, _ adjusted: Double?, _ judgement: Judgement
    ) -> ComparisonStore.RowRecord {
        let evidence = entry.evidence
        let threshold = entry.comparator.threshold(noise: evidence.noise)
        return ComparisonStore.RowRecord(
            benchmark: entry.pair.name.benchmark, parameters: entry.pair.name.parameters,
            metric: entry.pair.name.metric, hostClass: hostClass, series: entry.pair.series,
            state: state(of: evidence), isWatched: entry.isWatched,
            base: evidence.base.map { ComparisonStore.Stat($0) },
            candidate: evidence.candidate.map { ComparisonStore.Stat($0) },
            shift: evidence.effect.flatMap { ComparisonStore.Shift($0, isExact: entry.isExact) },
            p: entry.isExact ? nil : evidence.p?.ifFinite,
            adjustedP: adjusted?.ifFinite, cliffsDelta: evidence.cliffsDelta?.ifFinite,
            detectable: evidence.detectable?.ifFinite,
            threshold: entry.isWatched ? threshold.ifFinite : nil,
            direction: judgement.direction, decision: judgement.decision,
            reasons: judgement.reasons)
    }

    private func state(of evidence: Evidence) -> String {
        if evidence.base == nil { return "missing_base" }
        return evidence.candidate == nil ? "missing_candidate" : "compared"
    }
}

extension ComparisonStore.Stat {
    init(_ statistic: SideStatistic) {
        self.init(
            count: Int64(statistic.samples), median: statistic.median, mad: statistic.mad)
    }
}

extension ComparisonStore.Shift {
    /// An exact shift has no interval: so few samples would give it one that means nothing.
    init?(_ effect: Effect, isExact: Bool) {
        guard effect.shift.isFinite, effect.relative.isFinite else { return nil }
        self.init(
            absolute: effect.shift, relative: effect.relative,
            low: isExact ? nil : effect.low?.ifFinite, high: isExact ? nil : effect.high?.ifFinite,
            level: effect.level)
    }
}
