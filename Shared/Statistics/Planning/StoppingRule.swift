/// Decides after each repetition whether another is worth its time.
///
/// Stops on precision, never on significance: looking at p again and again inflates errors.
/// Source: statistics specification, section 6, "Sequential stopping of the agent".
package struct StoppingRule: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        /// The half width met the target twice in a row.
        case precise
        /// The greatest number of repetitions or the time budget is used up.
        case budget
        /// The half width has all but stopped shrinking above the target: check the host.
        case noisy
        /// The number of repetitions was fixed beforehand and is reached.
        case fixed
    }

    package enum Step: Hashable, Sendable {
        case goOn
        /// `halfWidthRel` is relative to the estimate: nil after a single repetition, infinite
        /// for an estimate of 0 with any spread.
        case stop(Reason, halfWidthRel: Double?)
    }

    package let limits: Limits
    /// Ascending.
    private var values: [Double] = []
    private var moments: EarlyMoments
    /// One entry for each repetition from the first; nil before the interval exists.
    private var widths: [Double?] = []

    package init(_ limits: Limits) {
        self.limits = limits
        moments = EarlyMoments()
    }

    package var count: Int { values.count }

    /// The present half width, as in `Step.stop`.
    package var halfWidthRel: Double? { widths.last ?? nil }

    /// Takes the value of one repetition.
    ///
    /// `isBudgetExhausted` says that there is no time for another repetition.
    /// - Throws: `nonFiniteInput`; the rule is then unchanged.
    package mutating func feed(
        _ value: Double, isBudgetExhausted: Bool = false
    ) throws(StatisticsFailure) -> Step {
        guard value.isFinite else { throw .nonFiniteInput("repetition \(count + 1)") }
        values.insert(value, at: insertionIndex(of: value))
        moments.add(value)
        widths.append(currentWidth())
        guard let reason = reason(isBudgetExhausted) else { return .goOn }
        return .stop(reason, halfWidthRel: halfWidthRel)
    }

    private func reason(_ isBudgetExhausted: Bool) -> Reason? {
        if limits.isFixed {
            if count >= limits.maximum { return .fixed }
            return isBudgetExhausted ? .budget : nil
        }
        if count > limits.minimum, meetsTarget(count - 1), meetsTarget(count) { return .precise }
        if count >= limits.maximum || isBudgetExhausted { return .budget }
        return isStuck ? .noisy : nil
    }

    private func meetsTarget(_ size: Int) -> Bool {
        widths[size - 1].map { $0 <= limits.targetRel } ?? false
    }

    /// Less than 2 % narrower than eight repetitions ago, and still above the target.
    private var isStuck: Bool {
        guard count >= limits.minimum + 8, !meetsTarget(count),
            let now = widths[count - 1], let before = widths[count - 9]
        else { return false }
        return now == .infinity || now > 0.98 * before
    }

    /// The interval of the median, or of the mean by t while too few values are there.
    private func currentWidth() -> Double? {
        if let interval = MedianInterval(ofSorted: values, level: .standard)?.interval {
            return relative(interval.halfWidth, to: Quantile.median(ofSorted: values))
        }
        guard let half = moments.halfWidth else { return nil }
        return relative(half, to: moments.mean)
    }

    private func relative(_ half: Double, to estimate: Double) -> Double {
        half == 0 ? 0 : half / abs(estimate)
    }

    private func insertionIndex(of value: Double) -> Int {
        var low = 0
        var high = values.count
        while low < high {
            let middle = (low + high) / 2
            if values[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension StoppingRule {
    /// How long to go on; a value that exists is consistent.
    package struct Limits: Hashable, Sendable {
        package let minimum: Int
        package let maximum: Int
        /// The half width aimed at, as a fraction of the estimate.
        package let targetRel: Double
        /// True when precision does not matter and `maximum` repetitions are wanted.
        package let isFixed: Bool

        /// 5 to 50 repetitions, 0.5 %.
        package static let standard = Limits(minimum: 5, maximum: 50, target: 0.005)
        /// Repetitions one benchmark may have at most.
        package static let largest = 100_000

        /// Equal bounds make the number fixed.
        /// - Throws: `outOfRange` unless 2 ≤ minimum ≤ maximum ≤ `largest` and the target is
        ///   positive and finite.
        package init(
            minimum: Int, maximum: Int, targetRel: Double
        ) throws(StatisticsFailure) {
            guard minimum >= 2, minimum <= maximum, maximum <= Limits.largest else {
                throw .outOfRange(
                    "repetitions must satisfy 2 <= minimum <= maximum <= \(Limits.largest)")
            }
            try Requirement.positive(targetRel, named: "the target half width")
            self.init(
                minimum: minimum, maximum: maximum, target: targetRel,
                isFixed: minimum == maximum)
        }

        /// Exactly this many repetitions.
        /// - Throws: `outOfRange` outside 1 ... `largest`.
        package init(fixed count: Int) throws(StatisticsFailure) {
            guard (1...Limits.largest).contains(count) else {
                throw .outOfRange("fixed repetitions must lie in 1 ... \(Limits.largest)")
            }
            self.init(minimum: count, maximum: count, target: 0.005, isFixed: true)
        }

        private init(minimum: Int, maximum: Int, target: Double, isFixed: Bool = false) {
            self.minimum = minimum
            self.maximum = maximum
            targetRel = target
            self.isFixed = isFixed
        }

        /// The default target: a quarter of the budget's warn distance, at least 0.5 %.
        package static func targetRel(warnDistanceRel: Double) -> Double {
            max(0.005, warnDistanceRel / 4)
        }
    }
}

/// The first few values only, for the t interval before the median has one.
private struct EarlyMoments: Hashable {
    private var values: [Double] = []

    mutating func add(_ value: Double) {
        if values.count < 6 { values.append(value) }
    }

    private var moments: Moments? {
        values.first.map { Moments(checked: values, reference: $0) }
    }

    var mean: Double { moments?.mean ?? 0 }
    var halfWidth: Double? { moments?.meanInterval()?.halfWidth }
}
