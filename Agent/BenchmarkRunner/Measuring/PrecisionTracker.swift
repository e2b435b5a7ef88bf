import FleetModel
import Statistics

/// How precisely the watched series of one benchmark entry are known.
///
/// One value per side and visit; with both sides, values of one round form a pair.
struct PrecisionTracker {
    struct Series: Hashable {
        let benchmark: String
        let parameters: Parameters
        let metric: String
        /// Which way is good.
        var better = Better.none

        var place: Place { Place(benchmark: benchmark, parameters: parameters) }
    }

    /// One benchmark of the entry, on either side.
    struct Place: Hashable {
        let benchmark: String
        let parameters: Parameters
    }

    private struct Point {
        let value: Double
        let visit: Int
    }

    /// More series than these do not decide when to stop.
    static let seriesLimit = 256
    /// Metrics that are watched where the suite names none (project file, §2.3).
    static let standardMetrics: Set<String> = [
        "time", "throughput", "latency", "allocated_bytes", "instructions",
        "instructions_simulated",
    ]

    private var values: [Series: [RevisionRole: [Point]]] = [:]

    /// Takes what one round gave; sides that gave nothing are left out. `visits`: which one of each
    /// side it was.
    mutating func add(
        _ round: [RevisionRole: [Series: Double]], visits: [RevisionRole: Int] = [:]
    ) {
        for (role, found) in round {
            for (series, value) in found where value.isFinite {
                if values[series] == nil, values.count >= Self.seriesLimit { continue }
                values[series, default: [:]][role, default: []].append(
                    Point(value: value, visit: visits[role] ?? 0))
            }
        }
    }

    /// The widest relative half width; `nil` while a series has no interval of 95 % yet.
    ///
    /// `settling`: what is left out of it.
    func width(
        comparing roles: Set<RevisionRole>, after settling: Settling = Settling()
    ) -> Double? {
        var widest: Double?
        for (series, sides) in values {
            let warm = settling.dropped(of: series)
            let steady = sides.mapValues { $0.dropFirst(warm).map(\.value) }
            let width: Double? =
                roles.count == 2
                ? Self.pairWidth(steady[.base] ?? [], steady[.candidate] ?? [])
                : roles.first.flatMap { Self.medianWidth(steady[$0] ?? []) }
            guard let width else { return nil }
            widest = max(widest ?? width, width)
        }
        return widest
    }

    /// Whether a series of the candidate is worse than the base's by more than a fraction, and not
    /// by chance: a quick look at the pairs, to know whether a profile is worth its time. It judges
    /// nothing: that is the controller's, which knows the project's rules and history.
    func isWorse(byMoreThan limit: Double) -> Bool {
        values.contains { series, sides in
            let plain = sides.mapValues { $0.map(\.value) }
            return Self.isWorse(
                plain[.base] ?? [], plain[.candidate] ?? [], series.better, byMoreThan: limit)
        }
    }

    private static func isWorse(
        _ base: [Double], _ candidate: [Double], _ better: Better, byMoreThan limit: Double
    ) -> Bool {
        let count = min(base.count, candidate.count)
        guard count >= 2, better != .none,
            let pairs = try? Paired(
                baseline: Array(base.suffix(count)), candidate: Array(candidate.suffix(count))),
            let shift = pairs.relativeShift()
        else { return false }
        let isUp = better == .lower
        return isUp
            ? shift.value > limit && shift.interval.lower > 0
            : shift.value < -limit && shift.interval.upper < 0
    }

    /// Which repetitions were warming up still (statistics specification, section 6).
    func settling() -> Settling {
        var found = Settling()
        for (series, sides) in values {
            for points in sides.values {
                switch try? WarmUp(points.map(\.value)) {
                case .steady(let count)?: found.drop(count, of: series)
                case .neverSteady?: found.isMissing = true
                case nil: break
                }
            }
        }
        for (series, sides) in values {
            let warm = found.dropped(of: series)
            for (role, points) in sides where warm > 0 && warm < points.count {
                let identity = CaseIdentity(
                    benchmark: series.benchmark, parameters: series.parameters, role: role)
                found.firstVisits[identity] = points[warm].visit
            }
        }
        return found
    }

    /// Half the interval of the relative shift between pairs.
    private static func pairWidth(_ base: [Double], _ candidate: [Double]) -> Double? {
        let count = min(base.count, candidate.count)
        guard count >= 2,
            let pairs = try? Paired(
                baseline: Array(base.suffix(count)), candidate: Array(candidate.suffix(count))),
            let shift = pairs.relativeShift(),
            // Fewer than six pairs cannot reach the level, whatever they are.
            shift.confidence >= ConfidenceLevel.standard.value
        else { return nil }
        return shift.interval.halfWidth
    }

    private static func medianWidth(_ values: [Double]) -> Double? {
        var rule = StoppingRule(.standard)
        for value in values { _ = try? rule.feed(value) }
        return rule.halfWidthRel
    }
}
