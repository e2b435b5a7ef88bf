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
        let neighbours = values[max(0, first - halfWindow)..<min(values.count, first + halfWindow)]
        // Ascending; one leaves and one enters from value to value.
        var sorted = neighbours.sorted()
        let held = sorted.count
        sorted += [Double](repeating: .infinity, count: 2 * halfWindow + 2 - held)
        return sorted.withUnsafeMutableBufferPointer { sorted in
            values.withUnsafeBufferPointer { values in
                var count = held
                return range.map { index in
                    if index + halfWindow < values.count {
                        Self.insert(values[index + halfWindow], into: sorted, &count)
                    }
                    let clipped = clip(index, values, sorted, count)
                    if index >= halfWindow {
                        Self.remove(values[index - halfWindow], from: sorted, &count)
                    }
                    return clipped
                }
            }
        }
    }

    private func clip(
        _ index: Int, _ values: UnsafeBufferPointer<Double>,
        _ sorted: UnsafeMutableBufferPointer<Double>, _ count: Int
    ) -> Double {
        let value = values[index]
        let middle = count / 2
        let median =
            count.isMultiple(of: 2)
            ? Quantile.midpoint(sorted[middle - 1], sorted[middle]) : sorted[middle]
        var deviation = Self.deviation(sorted, count, median, among: middle + 1)
        if count.isMultiple(of: 2) {
            let below = Self.deviation(sorted, count, median, among: middle)
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
        _ sorted: UnsafeMutableBufferPointer<Double>, _ count: Int, _ median: Double,
        among size: Int
    ) -> Double {
        var least = Double.infinity
        for start in 0...count - size {
            let below = median - sorted[start]
            let above = sorted[start + size - 1] - median
            let reach = below > above ? below : above
            least = reach < least ? reach : least
        }
        return least
    }

    private static func insert(
        _ value: Double, into sorted: UnsafeMutableBufferPointer<Double>, _ count: inout Int
    ) {
        var place = count
        while place > 0, sorted[place - 1] > value {
            sorted[place] = sorted[place - 1]
            place -= 1
        }
        sorted[place] = value
        count += 1
    }

    private static func remove(
        _ value: Double, from sorted: UnsafeMutableBufferPointer<Double>, _ count: inout Int
    ) {
        count -= 1
        var place = 0
        while place < count, sorted[place] != value { place += 1 }
        while place < count {
            sorted[place] = sorted[place + 1]
            place += 1
        }
    }
}
