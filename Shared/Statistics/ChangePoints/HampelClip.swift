/// Pulls single far values to a bound around the median of their neighbours.
///
/// Source: Hampel 1974; statistics specification, section 9.3, step 1; decision 0050.
struct HampelClip: Hashable, Sendable {
    /// Values on each side that are looked at.
    let halfWindow: Int
    /// Scaled median absolute deviations that a value may be away.
    let reach: Double
    /// So many in a row beyond the same bound are a level and stay; nil pulls them all.
    let shortestLevel: Int?

    /// The clipped values of `values[range]`, each judged by its neighbours as they came.
    func values(_ values: [Double], in range: Range<Int>) -> [Double] {
        guard let first = range.first else { return [] }
        var window = SortedWindow(values, around: first, halfWindow)
        return values.withUnsafeBufferPointer { values in
            window.withBuffers { window in
                range.map { index in
                    let clipped = clip(index, values, window.ascending)
                    let (old, new) = (index - halfWindow, index + halfWindow + 1)
                    window.replace(
                        old >= 0 ? values[old] : nil, new < values.count ? values[new] : nil)
                    return clipped
                }
            }
        }
    }

    private func clip(
        _ index: Int, _ values: UnsafeBufferPointer<Double>,
        _ sorted: UnsafeBufferPointer<Double>
    ) -> Double {
        let (value, count) = (values[index], sorted.count)
        let middle = count / 2
        let median =
            count.isMultiple(of: 2)
            ? Quantile.midpoint(sorted[middle - 1], sorted[middle]) : sorted[middle]
        var deviation = Self.deviation(sorted, median, among: middle + 1)
        if count.isMultiple(of: 2) {
            let below = Self.deviation(sorted, median, among: middle)
            deviation = Quantile.midpoint(below, deviation)
        }
        let bound = reach * Summary.madScale * deviation
        guard bound > 0, abs(value - median) > bound else { return value }
        let pulled = value > median ? median + bound : median - bound
        return isOfLevel(index, values, beyond: pulled) ? value : pulled
    }

    /// Whether enough values next to this one lie beyond the same bound.
    private func isOfLevel(
        _ index: Int, _ values: UnsafeBufferPointer<Double>, beyond bound: Double
    ) -> Bool {
        guard let shortestLevel else { return false }
        let isAbove = values[index] > bound
        let window = max(0, index - halfWindow)..<min(values.count, index + halfWindow + 1)
        var (low, high) = (index, index + 1)
        while low > window.lowerBound, (values[low - 1] > bound) == isAbove { low -= 1 }
        while high < window.upperBound, (values[high] > bound) == isAbove { high += 1 }
        return high - low >= shortestLevel
    }

    /// How far from the median the nearest `size` values reach: they are neighbours in order.
    private static func deviation(
        _ sorted: UnsafeBufferPointer<Double>, _ median: Double, among size: Int
    ) -> Double {
        var least = Double.infinity
        for start in 0...sorted.count - size {
            let below = median - sorted[start]
            let above = sorted[start + size - 1] - median
            let reach = below > above ? below : above
            least = reach < least ? reach : least
        }
        return least
    }
}
