import Analysis
import FleetModel
import Storage

extension ComparisonStore.RowRecord {
    /// A judged row as it is kept.
    init(_ row: ComparisonMaker.Row, hostClass: String) {
        let evidence = row.evidence
        self.init(
            benchmark: row.name.benchmark, parameters: row.name.parameters,
            metric: row.name.metric, hostClass: hostClass, series: row.series,
            state: row.state, isWatched: row.isWatched,
            base: evidence.base.map { ComparisonStore.Stat($0) },
            candidate: evidence.candidate.map { ComparisonStore.Stat($0) },
            shift: evidence.effect.flatMap { ComparisonStore.Shift($0, isExact: row.isExact) },
            p: row.isExact ? nil : evidence.p?.ifFinite,
            adjustedP: row.adjustedP?.ifFinite, cliffsDelta: evidence.cliffsDelta?.ifFinite,
            detectable: evidence.detectable?.ifFinite,
            threshold: row.isWatched ? row.threshold.ifFinite : nil,
            direction: row.judgement.direction, decision: row.judgement.decision,
            reasons: row.judgement.reasons)
    }
}

extension ComparisonStore.Family {
    init(_ family: Family) {
        self.init(method: family.method, q: family.q, size: family.size)
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
