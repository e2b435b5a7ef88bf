import FleetModel
import Storage
import WebSupport

extension JSONValue {
    init(_ series: SeriesStore.Overview) {
        let key = series.record.key
        self = .members([
            "id": .string(series.record.id.text), "project_id": .string(key.project.text),
            "benchmark": .string(key.benchmark), "params": .parameters(key.parameters),
            "metric": .string(key.metric.name), "unit": .string(key.metric.unit),
            "better": .string(key.metric.better.rawValue),
            "provider": .string(key.metric.provider.rawValue),
            "pmu": key.metric.pmu.map { .string($0) }, "arch": .string(key.architecture),
            "host_class": .string(key.hostClass), "host_id": .string(key.host.text),
            "config": .string(key.configuration), "points": .integer(Int64(series.points)),
            "last_us": series.lastAt.map { .integer($0.microseconds) } ?? .null,
        ])
    }
}

/// The points of a series, as they travel.
struct SeriesReply {
    let value: JSONValue

    init(
        _ series: SeriesID, host: HostID, points: [PointRange.Placed], of all: SeriesStore.Points,
        hasMore: Bool
    ) {
        value = .object([
            "points": .array(points.map { Self.point($0, of: series, on: host) }),
            "epochs": .array(Self.epochs(points, all.epochs)),
            "has_older": .bool(hasMore), "downsampled": false,
        ])
    }

    private static func point(
        _ placed: PointRange.Placed, of series: SeriesID, on host: HostID
    ) -> JSONValue {
        let point = placed.point
        let figures = point.figures
        var members: [String: JSONValue?] = [
            "series_id": .string(series.text), "run_id": .string(point.run.text),
            "commit": .string(point.commit.text), "position": .integer(Int64(placed.position)),
            "commit_time_us": point.revision.map { .integer($0.commitTime.microseconds) },
            "subject": point.revision.map { .string($0.subject) },
            "measured_us": .integer(point.measuredAt.microseconds),
            "epoch": point.epoch.map { .string($0) }, "host_id": .string(host.text),
            "n": .integer(figures.count), "validity": .string(figures.validity.rawValue),
            "counted": true, "decided": point.decided.map(decided),
        ]
        let numbers: [(String, Double?)] = [
            ("median", figures.median), ("low", figures.low), ("high", figures.high),
            ("min", figures.minimum), ("max", figures.maximum),
        ]
        for (name, value) in numbers { members[name] = value.map { .real($0) } ?? .null }
        return .members(members)
    }

    private static func decided(_ decided: SeriesPoint.Decided) -> JSONValue {
        var members: [String: JSONValue?] = [
            "base_commit": .string(decided.base.text),
            "direction": .string(decided.direction.rawValue),
            "decision": .string(decided.decision.rawValue), "watched": .bool(decided.isWatched),
            "shift_rel": decided.shift.map { .real($0.relative) },
        ]
        if let shift = decided.shift, let low = shift.low, let high = shift.high {
            members["ci_rel"] = .object([
                "low": .real(low), "high": .real(high), "level": .real(shift.level),
            ])
        }
        return .members(members)
    }

    /// Each place at which another epoch begins, with the facts that differ there.
    private static func epochs(
        _ points: [PointRange.Placed], _ known: [String: PlatformEpoch]
    ) -> [JSONValue] {
        var found: [JSONValue] = []
        var last: String?
        for placed in points {
            guard let epoch = placed.point.epoch, epoch != last else { continue }
            let changed = last.flatMap { known[$0] }.flatMap { before in
                known[epoch].map { $0.factsChanged(since: before) }
            }
            found.append(
                .object([
                    "epoch": .string(epoch), "from_position": .integer(Int64(placed.position)),
                    "changed": .array((changed ?? []).map { .string($0) }),
                ]))
            last = epoch
        }
        return found
    }
}
