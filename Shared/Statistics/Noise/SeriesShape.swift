/// What is odd about a level's values, beyond how much they vary.
///
/// Source: statistics specification, section 4, "Shape flags".
package struct SeriesShape: Hashable, Sendable {
    /// Values keep switching between two clusters.
    package let isBimodal: Bool
    /// The level rises or falls steadily.
    package let isDrifting: Bool
    /// Few distinct values: the clock or the counter is coarse.
    package let isQuantised: Bool

    /// - Parameter values: of one level, in order; none is flagged for fewer than ten.
    package init(_ values: [Double]) {
        guard values.count >= 10, values.allSatisfy(\.isFinite) else {
            isBimodal = false
            isDrifting = false
            isQuantised = false
            return
        }
        isBimodal = Self.isBimodal(values)
        isDrifting = MannKendall.isDrifting(values)
        isQuantised = Double(Set(values).count) < 0.25 * Double(values.count)
    }

    /// Two-means splitting explains more than 80 % of the variance, each cluster has 15 % of the
    /// values, and a fifth of all steps lead from one to the other.
    private static func isBimodal(_ values: [Double]) -> Bool {
        guard let border = border(values.sorted()) else { return false }
        let upper = values.map { $0 > border }
        let share = Double(upper.count { $0 }) / Double(values.count)
        guard share >= 0.15, share <= 0.85 else { return false }
        let switches = zip(upper, upper.dropFirst()).count { $0 != $1 }
        return Double(switches) >= 0.2 * Double(values.count - 1)
    }

    /// The largest value of the lower cluster; nil unless the clusters explain enough.
    private static func border(_ sorted: [Double]) -> Double? {
        let all = Moments(checked: sorted, reference: sorted[0])
        guard all.sumOfSquares > 0 else { return nil }
        let size = Double(sorted.count)
        var sum = 0.0
        var best = (explained: 0.0, border: sorted[0])
        for (index, value) in sorted.dropLast().enumerated() {
            // Centred, the sum of the upper cluster is minus that of the lower one.
            sum += (value - sorted[0]) - all.shiftedMean
            guard sorted[index + 1] > value else { continue }
            let lower = Double(index + 1)
            let explained = sum * sum * (1 / lower + 1 / (size - lower))
            if explained > best.explained { best = (explained, value) }
        }
        return best.explained > 0.8 * all.sumOfSquares ? best.border : nil
    }
}
