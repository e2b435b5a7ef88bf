import FleetModel

/// Decides after each round of visits whether another is worth its time.
///
/// The conditions are those of `StoppingRule`, for the widest of several intervals: a tool reports
/// many benchmarks from one process, and pairs have an interval of their own. Stops on precision,
/// never on significance. Source: statistics specification, section 6.
struct RoundRule {
    let minimum: Int
    let maximum: Int
    let target: Double
    let isFixed: Bool
    /// One entry for each round; `nil` before an interval exists.
    private(set) var widths: [Double?] = []

    init(minimum: Int, maximum: Int, target: Double, fixed: Int? = nil) {
        self.minimum = max(1, fixed ?? minimum)
        self.maximum = max(self.minimum, fixed ?? maximum)
        self.target = target
        isFixed = self.minimum == self.maximum
    }

    var count: Int { widths.count }
    /// The last one that there is.
    var width: Double? { widths.last { $0 != nil } ?? nil }

    /// Takes the half width after a round.
    ///
    /// Returns: why to stop, or `nil` to go on.
    mutating func add(width: Double?, isBudgetExhausted: Bool) -> StopReason? {
        widths.append(width)
        if isFixed {
            if count >= maximum { return .fixed }
            return isBudgetExhausted ? .budget : nil
        }
        if count > minimum, meetsTarget(count - 1), meetsTarget(count) { return .precise }
        if count >= maximum || isBudgetExhausted { return .budget }
        return isStuck ? .noisy : nil
    }

    private func meetsTarget(_ size: Int) -> Bool {
        guard size >= 1, let width = widths[size - 1] else { return false }
        return width <= target
    }

    /// Less than 2 % narrower than eight rounds ago, and still above the target.
    private var isStuck: Bool {
        guard count >= minimum + 8, !meetsTarget(count),
            let now = widths[count - 1], let before = widths[count - 9]
        else { return false }
        return now == .infinity || now > 0.98 * before
    }
}
