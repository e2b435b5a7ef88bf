package import FleetModel

/// Turns two sides' samples into judged rows. Pure: the same samples, policy and engine give the
/// same rows.
package struct ComparisonMaker: Sendable {
    let policy: RunPolicy
    /// How many revisions the question is asked of.
    let comparisons: Int
    /// Whether both sides were measured interleaved by one attempt. Two attempts differ by more
    /// than their samples show, so they alone never fail a gate.
    let isInterleaved: Bool
    /// The relative spread of the host's own canaries, the larger one of several hosts; nil where
    /// the host said nothing of it.
    let noiseFloor: Double?

    package init(
        policy: RunPolicy, comparisons: Int, isInterleaved: Bool, noiseFloor: Double?
    ) {
        self.policy = policy
        self.comparisons = comparisons
        self.isInterleaved = isInterleaved
        self.noiseFloor = noiseFloor
    }

    /// One benchmark × metric with the samples of both sides.
    package struct Pair: Sendable {
        let name: Name
        let base: [SampleBlock.Sample]
        let candidate: [SampleBlock.Sample]
        let series: SeriesID?
        /// Neither side's agent said that it never became steady.
        let isSteady: Bool

        package init(
            name: Name, base: [SampleBlock.Sample], candidate: [SampleBlock.Sample],
            series: SeriesID?, isSteady: Bool
        ) {
            self.name = name
            self.base = base
            self.candidate = candidate
            self.series = series
            self.isSteady = isSteady
        }
    }

    package struct Name: Hashable, Sendable {
        package let benchmark: String
        package let parameters: Parameters
        package let metric: MetricIdentity

        package init(benchmark: String, parameters: Parameters, metric: MetricIdentity) {
            self.benchmark = benchmark
            self.parameters = parameters
            self.metric = metric
        }
    }

    /// One judged pair.
    package struct Row: Sendable {
        package let name: Name
        package let series: SeriesID?
        package let isWatched: Bool
        /// Of a provider that counts the same each time; its shift has no interval and no test.
        package let isExact: Bool
        package let evidence: Evidence
        package let adjustedP: Double?
        package let threshold: Double
        package let judgement: Judgement

        /// A word of the API.
        package var state: String {
            if evidence.base == nil { return "missing_base" }
            return evidence.candidate == nil ? "missing_candidate" : "compared"
        }
    }

    package struct Made: Sendable {
        package let rows: [Row]
        package let family: Family

        package var judged: [Judgement] { rows.filter(\.isWatched).map(\.judgement) }
        package var overall: (Direction, Decision) { Judgement.overall(judged) }
        package var reasons: [String] { Array(Set(judged.flatMap(\.reasons))).sorted() }
    }

    package func make(_ pairs: [Pair]) -> Made {
        let prepared = pairs.map(prepare)
        let family = Family(
            prepared.map { $0.isTested ? $0.evidence.p : nil }, comparisons: comparisons)
        let rows = zip(prepared, family.adjusted).map { entry, adjusted in
            Row(
                name: entry.pair.name, series: entry.pair.series, isWatched: entry.isWatched,
                isExact: entry.isExact, evidence: entry.evidence, adjustedP: adjusted,
                threshold: entry.comparator.threshold(noise: entry.evidence.noise),
                judgement: judge(entry, adjusted))
        }
        return Made(rows: rows, family: family)
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
}
