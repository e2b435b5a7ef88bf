package import Analysis
package import FleetModel
package import Storage

/// Turns two sides' samples into judged rows. Pure: the same samples, policy and engine give the
/// same rows.
package struct ComparisonMaker {
    let policy: RunPolicy
    let hostClass: String
    /// How many revisions the question is asked of.
    let comparisons: Int
    let method: ComparisonMethod

    /// `comparisons`: how many revisions the question is asked of.
    package init(
        policy: RunPolicy, hostClass: String, comparisons: Int, method: ComparisonMethod
    ) {
        self.policy = policy
        self.hostClass = hostClass
        self.comparisons = comparisons
        self.method = method
    }

    /// One benchmark × metric with the samples of both sides.
    package struct Pair {
        let name: Name
        var base: [SampleBlock.Sample]
        let candidate: [SampleBlock.Sample]
        var series: SeriesID?
        /// Those that measured it.
        var attempts: Set<AttemptID> = []
        /// Neither side's agent said that it never became steady.
        var isSteady = true
        /// The candidate's benchmark failed.
        var isFailed = false
        /// The relative spread of the canaries of the host that measured it, the larger one of two
        /// hosts; nil where it said nothing of it.
        package var noiseFloor: Double?
        /// The base was measured on another host: only ratios can be compared.
        var isElsewhere = false
        /// Of two attempts: how much the series varies.
        package var noise: PointNoise?
        /// The points before the candidate, where the policy asks for them.
        var history: [Double]?
        /// What the pinned baseline's commit measured of it.
        var pinned: PinnedSide?
        /// Across hosts: what each side was measured beside.
        var origins: (base: [SampleBlock.Sample], candidate: [SampleBlock.Sample])?

        package init(
            name: Name, base: [SampleBlock.Sample], candidate: [SampleBlock.Sample],
            series: SeriesID? = nil
        ) {
            self.name = name
            self.base = base
            self.candidate = candidate
            self.series = series
        }
    }

    package struct Name: Hashable {
        let benchmark: String
        let parameters: Parameters
        let metric: MetricIdentity

        package init(benchmark: String, parameters: Parameters, metric: MetricIdentity) {
            self.benchmark = benchmark
            self.parameters = parameters
            self.metric = metric
        }
    }

    package struct Made {
        package let rows: [ComparisonStore.RowRecord]
        let judged: [Judgement]
        package let family: ComparisonStore.Family

        package var overall: (Direction, Decision) { Judgement.overall(judged) }

        var reasons: [String] { Array(Set(judged.flatMap(\.reasons))).sorted() }
    }

    package func make(_ pairs: [Pair]) -> Made {
        let table = PolicyTable(policy)
        let prepared = pairs.map { prepare($0, table) }
        let family = Family(
            prepared.map { $0.isTested ? $0.evidence.p : nil }, comparisons: comparisons,
            choice: policy.family.flatMap(Family.Choice.init) ?? .automatic)
        var rows: [ComparisonStore.RowRecord] = []
        rows.reserveCapacity(prepared.count)
        var judged: [Judgement] = []
        let pinned = pinnedShifts(prepared)
        for (place, entry) in prepared.enumerated() {
            let adjusted = family.adjusted[place]
            let judgement = judge(entry, adjusted)
            if entry.isWatched { judged.append(judgement) }
            rows.append(row(entry, adjusted, judgement, pinned[place]))
        }
        return Made(
            rows: rows, judged: judged,
            family: ComparisonStore.Family(method: family.method, q: family.q, size: family.size))
    }

    struct Prepared {
        let pair: Pair
        let policy: MetricPolicy
        let noiseFloor: Double?
        let isWatched: Bool
        let comparator: Comparator
        let evidence: Evidence

        /// An exact count is judged without a test, and makes the others' none stricter.
        var isTested: Bool { isWatched && !isExact }
        var isExact: Bool { pair.name.metric.provider == .simulated }
        var isIncomparable: Bool {
            pair.isElsewhere && pair.origins == nil && evidence.history.isEmpty
        }
    }

    private func prepare(_ pair: Pair, _ table: PolicyTable) -> Prepared {
        let metric = pair.name.metric
        let found = table.terms(benchmark: pair.name.benchmark, metric: metric.name)
        let noiseFloor = Self.isTimed(metric) ? pair.noiseFloor : nil
        let policy = found.terms.metricPolicy(noiseFloor: noiseFloor)
        let comparator = Comparator(
            policy: policy, better: metric.better, provider: metric.provider)
        return Prepared(
            pair: pair, policy: policy, noiseFloor: noiseFloor,
            isWatched: found.isWatched && metric.better != .none, comparator: comparator,
            evidence: evidence(pair, comparator))
    }

    private func evidence(_ pair: Pair, _ comparator: Comparator) -> Evidence {
        if let history = pair.history, !history.isEmpty {
            return comparator.evidence(
                history: history, candidate: pair.candidate, level: method.level)
        }
        if let origins = pair.origins {
            return comparator.evidence(
                base: .init(base: origins.base, candidate: pair.base),
                candidate: .init(base: origins.candidate, candidate: pair.candidate),
                level: method.level)
        }
        let design: Method.Design =
            method.design == .interleaved ? .interleaved : .separate(pair.noise)
        return comparator.evidence(
            base: pair.base, candidate: pair.candidate,
            by: Method(
                design, test: Method.Test(rawValue: method.test) ?? .automatic,
                level: method.level, seed: method.seed))
    }

    /// Counts and sizes are the same however fast the host is (decision record 0026).
    private static func isTimed(_ metric: MetricIdentity) -> Bool {
        metric.provider != .simulated && metric.unit != "count" && metric.unit != "B"
    }

    private func judge(_ entry: Prepared, _ adjusted: Double?) -> Judgement {
        guard entry.isWatched else { return Judgement(.unclear, .skip, "not_watched") }
        guard !entry.isIncomparable else { return Judgement(.unclear, .skip, "other_host") }
        // Values that still change are no sample of anything.
        guard entry.pair.isSteady else { return Judgement(.unclear, .warn, "never_steady") }
        return entry.comparator.judge(entry.evidence, adjustedP: adjusted)
    }

    private func row(
        _ entry: Prepared, _ adjusted: Double?, _ judgement: Judgement, _ pinned: PinnedShift?
    ) -> ComparisonStore.RowRecord {
        let evidence = entry.evidence
        let threshold = entry.comparator.threshold(noise: evidence.comparedNoise)
        return ComparisonStore.RowRecord(
            benchmark: entry.pair.name.benchmark, parameters: entry.pair.name.parameters,
            metric: entry.pair.name.withoutPMU.metric, hostClass: hostClass,
            series: entry.pair.series,
            state: state(of: entry), isWatched: entry.isWatched,
            base: evidence.base.map { ComparisonStore.Stat($0) },
            candidate: evidence.candidate.map { ComparisonStore.Stat($0) },
            shift: evidence.effect.flatMap { ComparisonStore.Shift($0, isExact: entry.isExact) },
            p: evidence.p?.ifFinite,
            adjustedP: adjusted?.ifFinite, cliffsDelta: evidence.cliffsDelta?.ifFinite,
            detectable: evidence.detectable?.ifFinite,
            threshold: entry.isWatched ? threshold.ifFinite : nil,
            direction: judgement.direction, decision: judgement.decision,
            reasons: judgement.reasons,
            proof: RowProof(
                test: evidence.test.rawValue, isPaired: evidence.isPaired,
                noise: evidence.noise?.ifFinite,
                noiseDegrees: evidence.seriesNoise?.degrees.ifFinite,
                noiseFloor: entry.noiseFloor,
                history: evidence.history), pinned: pinned)
    }

    private func state(of entry: Prepared) -> String {
        let (base, candidate) = (entry.evidence.base, entry.evidence.candidate)
        if base != nil, candidate != nil { return "compared" }
        if entry.pair.isFailed, candidate == nil { return "failed" }
        return base == nil ? "missing_base" : "missing_candidate"
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
