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
    }

    /// More series than these do not decide when to stop.
    static let seriesLimit = 256
    /// Metrics that are watched where the suite names none (project file, §2.3).
    static let standardMetrics: Set<String> = [
        "time", "throughput", "latency", "allocated_bytes", "instructions",
        "instructions_simulated",
    ]

    private var values: [Series: [RevisionRole: [Double]]] = [:]

    /// Takes what one round gave; sides that gave nothing are left out.
    mutating func add(_ round: [RevisionRole: [Series: Double]]) {
        for (role, found) in round {
            for (series, value) in found where value.isFinite {
                if values[series] == nil, values.count >= Self.seriesLimit { continue }
                values[series, default: [:]][role, default: []].append(value)
            }
        }
    }

    /// The widest relative half width; `nil` while a series has no interval of 95 % yet.
    func width(comparing roles: Set<RevisionRole>) -> Double? {
        var widest: Double?
        for sides in values.values {
            let width: Double? =
                roles.count == 2
                ? Self.pairWidth(sides[.base] ?? [], sides[.candidate] ?? [])
                : roles.first.flatMap { Self.medianWidth(sides[$0] ?? []) }
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
            Self.isWorse(
                sides[.base] ?? [], sides[.candidate] ?? [], series.better, byMoreThan: limit)
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

    /// Whether the level of a series still changed in the second half of its repetitions.
    var neverSettled: Bool {
        values.values.contains { $0.values.contains(where: Settling.isMissing) }
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
