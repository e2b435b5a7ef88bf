import FleetModel
import Storage
import WebSupport

extension JSONValue {
    init(_ noise: SeriesNoise) {
        self = .object([
            "rel": noise.relative.map { .real($0) } ?? .null, "sigma": .real(noise.deviation),
            "rho": .real(noise.correlation),
            "mde_rel": noise.detectable.map { .real($0) } ?? .null,
            "runs": .integer(noise.runs),
            "flags": .array(noise.flags.map(\.rawValue).sorted().map { .string($0) }),
        ])
    }

    init(_ trend: SeriesTrend) {
        self = .object([
            "runs": .integer(trend.runs), "slope": .real(trend.slope),
            "theil_sen": .real(trend.theilSen), "p": .real(trend.p),
            "drift": .string(trend.drift.rawValue),
            "month_rel": trend.perMonth.map { .real($0) } ?? .null,
            "runs_to_breach": trend.runsToBreach.map { .integer($0) } ?? .null,
        ])
    }

    init(_ interval: RelativeInterval) {
        guard let low = interval.low, let high = interval.high else {
            self = .null
            return
        }
        self = .object([
            "low": .real(low), "high": .real(high), "level": .real(interval.level ?? 0),
        ])
    }

    init(_ record: ChangePointRecord, of series: SeriesRecord) {
        let key = series.key
        var members = Self.members(of: record.found)
        let own: [String: JSONValue?] = [
            "id": .string(record.id.text), "series_id": .string(record.series.text),
            "state": .string(record.isActive ? "active" : "withdrawn"),
            "found_us": .integer(record.foundAt.microseconds),
            "withdrawn_us": record.withdrawnAt.map { .integer($0.microseconds) },
            "benchmark": .string(key.benchmark), "params": .parameters(key.parameters),
            "metric": .string(key.metric.name), "unit": .string(key.metric.unit),
            "better": .string(key.metric.better.rawValue), "host_class": .string(key.hostClass),
        ]
        members.merge(own) { _, new in new }
        self = .members(members)
    }

    /// One that is stored nowhere.
    init(_ found: ChangePointRecord.Finding) { self = .members(Self.members(of: found)) }

    private static func members(
        of found: ChangePointRecord.Finding
    ) -> [String: JSONValue?] {
        var members: [String: JSONValue?] = [
            "kind": .string(found.kind.rawValue), "run_id": .string(found.run.text),
            "last_good": .string(found.lastGood.text), "first_bad": .string(found.firstBad.text),
            "commit_time_us": .integer(found.committedAt.microseconds),
            "epoch": .string(found.epoch), "level_before": .real(found.levelBefore),
            "level_after": .real(found.levelAfter),
            "direction": .string(found.direction.rawValue),
            "algorithm": .string(found.method.algorithm),
            "algorithm_version": .string(found.method.algorithmVersion),
            "engine_version": .string(found.method.engineVersion),
        ]
        members["range"] = .object([
            "from": .string(found.earliest.text), "to": .string(found.latest.text),
        ])
        members["position"] = found.position.map { .integer($0) } ?? .null
        members["shift_rel"] = found.shift.map { .real($0.value) } ?? .null
        members["ci_rel"] = found.shift.map { JSONValue($0) } ?? .null
        members["p"] = found.p.map { .real($0) } ?? .null
        return members
    }
}
