import Analysis
import FleetModel
import Storage
import WebSupport

extension JSONValue {
    init(_ series: SeriesStore.Overview, _ analysis: SeriesAnalysis?) {
        let key = series.record.key
        var members: [String: JSONValue?] = [
            "id": .string(series.record.id.text), "project_id": .string(key.project.text),
            "benchmark": .string(key.benchmark), "params": .parameters(key.parameters),
            "metric": .string(key.metric.name), "unit": .string(key.metric.unit),
            "better": .string(key.metric.better.rawValue),
            "provider": .string(key.metric.provider.rawValue),
            "arch": .string(key.architecture), "host_class": .string(key.hostClass),
            "host_id": .string(key.host.text), "config": .string(key.configuration),
            "points": .integer(Int64(series.points)),
        ]
        members["pmu"] = key.metric.pmu.map { .string($0) }
        members["last_us"] = series.lastAt.map { .integer($0.microseconds) } ?? .null
        members["analysed_points"] = .integer(analysis?.points ?? 0)
        members["level"] = analysis?.levels.last.map { .real($0.median) } ?? .null
        members["noise"] = analysis?.noise.map { JSONValue($0) } ?? .null
        members["trend"] = analysis?.trend.map { JSONValue($0) } ?? .null
        members["suspect"] = analysis?.suspect.map { .string($0.rawValue) } ?? .null
        members["engine_version"] = analysis?.engineVersion.map { .string($0) } ?? .null
        self = .members(members)
    }
}

/// The points of a series, as they travel, with what their analysis found.
struct SeriesReply {
    let series: SeriesStore.Overview
    let analysis: SeriesAnalysis?
    /// Active ones.
    let changePoints: [ChangePointRecord]
    /// All that were read.
    let all: SeriesStore.Points
    /// Those that somebody took out of the series.
    let excluded: [SeriesStore.ExcludedPoint]
    /// Those that were asked for.
    let wanted: [PointRange.Placed]
    let limit: Int
    /// A list for each member of a point, and no list of points.
    let isInColumns: Bool

    var members: [String: JSONValue] {
        let runs = Set(wanted.map(\.point.run))
        let boundaries = Set(changePoints.map(\.found.run))
        let always = wanted.indices.filter { place in
            boundaries.contains(wanted[place].point.run)
                || place + 1 < wanted.count && boundaries.contains(wanted[place + 1].point.run)
        }
        let kept = PointThinning.kept(
            wanted.map(\.point.figures.median), always: Set(always), limit: limit)
        let isThinned = kept.count < wanted.count
        var members: [String: JSONValue?] = [
            "points": isInColumns
                ? Self.columns(kept.map { point(wanted[$0]) })
                : .array(kept.map { .object(point(wanted[$0])) }),
            "epochs": .array(epochs),
            "levels": .array(levels), "has_older": .bool(all.hasOlder),
            "downsampled": .bool(isThinned), "of": .integer(wanted.count),
        ]
        members["change_points"] = .array(
            changePoints.filter { runs.contains($0.found.run) }.map {
                JSONValue($0, of: series.record)
            })
        members["excluded"] = .array(excluded.map(Self.excluded))
        members["noise"] = analysis?.noise.map { JSONValue($0) } ?? .null
        members["trend"] = analysis?.trend.map { JSONValue($0) } ?? .null
        members["method"] = isThinned ? .string(PointThinning.name) : nil
        return members.compactMapValues(\.self)
    }

    private static func excluded(_ point: SeriesStore.ExcludedPoint) -> JSONValue {
        .object([
            "run_id": .string(point.run.text), "commit": .string(point.commit.text),
            "median": point.median.map { .real($0) } ?? .null,
            "measured_us": .integer(point.measuredAt.microseconds),
            "reason": .string(point.word.reason), "by": .string(point.word.author),
            "at_us": .integer(point.word.at.microseconds),
        ])
    }

    /// Equally long ones; null stands for what a point has not.
    private static func columns(_ points: [[String: JSONValue]]) -> JSONValue {
        // The same for all points.
        let names = Set(points.flatMap(\.keys)).subtracting(["series_id", "host_id", "counted"])
        return .object(
            Dictionary(
                names.map { name in (name, .array(points.map { $0[name] ?? .null })) },
                uniquingKeysWith: { first, _ in first }))
    }

    /// Each level with the places of its first and its last point among those read; nothing of
    /// levels that lie outside.
    private var levels: [JSONValue] {
        let places = Dictionary(
            wanted.map { ($0.point.run.text, $0.position) }, uniquingKeysWith: { first, _ in first }
        )
        return (analysis?.levels ?? []).compactMap { level in
            let first = places[level.firstRun]
            let last = places[level.lastRun]
            guard first != nil || last != nil, let start = wanted.first?.position,
                let end = wanted.last?.position
            else { return nil }
            return .object([
                "from_position": .integer(first ?? start), "to_position": .integer(last ?? end),
                "level": .real(level.median), "n": .integer(level.count),
                "epoch": .string(level.epoch),
            ])
        }
    }

    private func point(_ placed: PointRange.Placed) -> [String: JSONValue] {
        let point = placed.point
        let figures = point.figures
        var members: [String: JSONValue?] = [
            "series_id": .string(series.record.id.text), "run_id": .string(point.run.text),
            "commit": .string(point.commit.text), "position": .integer(Int64(placed.position)),
            "commit_time_us": point.revision.map { .integer($0.commitTime.microseconds) },
            "subject": point.revision.map { .string($0.subject) },
            "measured_us": .integer(point.measuredAt.microseconds),
            "epoch": point.epoch.map { .string($0) },
            "host_id": .string(series.record.key.host.text),
            "n": .integer(figures.count), "validity": .string(figures.validity.rawValue),
            "counted": true, "decided": point.decided.map(Self.decided),
        ]
        let numbers: [(String, Double?)] = [
            ("median", figures.median), ("low", figures.low), ("high", figures.high),
            ("min", figures.minimum), ("max", figures.maximum),
        ]
        for (name, value) in numbers { members[name] = value.map { .real($0) } ?? .null }
        return members.compactMapValues(\.self)
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
    private var epochs: [JSONValue] {
        var found: [JSONValue] = []
        var last: String?
        for placed in wanted {
            guard let epoch = placed.point.epoch, epoch != last else { continue }
            let changed = last.flatMap { all.epochs[$0] }.flatMap { before in
                all.epochs[epoch].map { $0.factsChanged(since: before) }
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
