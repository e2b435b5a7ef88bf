import Analysis
import FleetModel
import Storage

/// Rows of a comparison as the engine makes them.
struct SampleJudge {
    let rows: [ComparisonStore.RowRecord]
    let family: ComparisonStore.Family
    let overall: (Direction, Decision)

    init(
        metrics: [SampleMetric],
        sides: [(base: [SampleBlock.Sample], head: [SampleBlock.Sample])],
        series: [SeriesID?], hostClass: String
    ) {
        let comparators = metrics.map {
            Comparator(
                policy: MetricPolicy(threshold: 0.01), better: $0.metric.better,
                provider: $0.metric.provider)
        }
        let evidence = zip(comparators, sides).map { comparator, sides in
            comparator.evidence(base: sides.base, candidate: sides.head)
        }
        let adjusted = Family(
            zip(metrics, evidence).map { $0.isWatched ? $1.p : nil }, comparisons: 1)
        var rows: [ComparisonStore.RowRecord] = []
        var judged: [Judgement] = []
        for (place, metric) in metrics.enumerated() {
            let judgement =
                metric.isWatched
                ? comparators[place].judge(evidence[place], adjustedP: adjusted.adjusted[place])
                : Judgement(.unclear, .skip, "not_watched")
            if metric.isWatched { judged.append(judgement) }
            rows.append(
                Self.row(
                    metric, evidence[place], adjusted.adjusted[place], judgement, hostClass,
                    series: place < series.count ? series[place] : nil))
        }
        self.rows = rows
        family = .init(method: adjusted.method, q: adjusted.q, size: adjusted.size)
        overall = Judgement.overall(judged)
    }

    private static func row(
        _ metric: SampleMetric, _ evidence: Evidence, _ adjusted: Double?,
        _ judgement: Judgement, _ hostClass: String,
        series: SeriesID?
    ) -> ComparisonStore.RowRecord {
        func stat(_ side: SideStatistic?) -> ComparisonStore.Stat? {
            side.map { .init(count: Int64($0.samples), median: $0.median, mad: $0.mad) }
        }
        let state =
            evidence.base == nil
            ? "missing_base" : evidence.candidate == nil ? "missing_candidate" : "compared"
        return ComparisonStore.RowRecord(
            benchmark: metric.benchmark, parameters: Parameters(metric.parameters),
            metric: metric.metric, hostClass: hostClass, series: series, state: state,
            isWatched: metric.isWatched, base: stat(evidence.base),
            candidate: stat(evidence.candidate),
            shift: evidence.effect.map {
                .init(
                    absolute: $0.shift, relative: $0.relative, low: $0.low, high: $0.high,
                    level: $0.level)
            }, p: evidence.p, adjustedP: adjusted, cliffsDelta: evidence.cliffsDelta,
            detectable: evidence.detectable, threshold: 0.01, direction: judgement.direction,
            decision: judgement.decision, reasons: judgement.reasons,
            proof: RowProof(
                test: evidence.test.rawValue, isPaired: evidence.isPaired,
                noise: evidence.noise))
    }
}
