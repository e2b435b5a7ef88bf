/// The exact rank test of a level that has only just begun, or soon ended.
///
/// Far out, where a change point is decided, the normal limit of a short side's ranks is much too
/// large a p: what is plain after six values would be said after ten.
/// Source: decision 0030.
enum ShortSideTest {
    /// From so many values on the normal limit will do.
    static let long = 20
    /// So many of the nearest values stand for the other side.
    static let reach = 100

    /// Two-sided, ties counting against a difference; one side of `split` within `range` has fewer
    /// than `long` values.
    static func p(_ values: [Double], _ range: Range<Int>, split: Int) -> Double {
        let left = values[max(range.lowerBound, split - reach)..<split]
        let right = values[split..<min(range.upperBound, split + reach)]
        var doubled = 0
        for before in left {
            for after in right {
                doubled += after > before ? 2 : after == before ? 1 : 0
            }
        }
        let pairs = left.count * right.count
        let u = (min(doubled, 2 * pairs - doubled) + 1) / 2
        return min(1, 2 * tail(u, min(left.count, right.count), max(left.count, right.count)))
    }

    /// The p of two sides that do not overlap.
    static func leastP(_ first: Int, _ second: Int) -> Double {
        min(1, 2 * tail(0, min(first, second, reach), min(max(first, second), reach)))
    }

    /// P(U ≤ u): coefficients of the Gaussian binomial up to that of u, over their sum.
    private static func tail(_ u: Int, _ small: Int, _ large: Int) -> Double {
        var counts = [Double](repeating: 0, count: u + 1)
        counts[0] = 1
        var total = 1.0
        for step in 1...small {
            total *= Double(large + step) / Double(step)
            // Divide by 1 − q^step before multiplying by 1 − q^(large + step): all stay positive.
            for index in stride(from: step, through: u, by: 1) {
                counts[index] += counts[index - step]
            }
            for index in stride(from: u, through: large + step, by: -1) {
                counts[index] -= counts[index - large - step]
            }
        }
        return counts.reduce(0, +) / total
    }
}
