/// Where a stretch of values is most divided, by E-divisive's statistic with α = 1.
///
/// Source: Matteson & James 2014; statistics specification, section 9.1.
package struct BestSplit: Hashable, Sendable {
    /// First value of the right part, counted from the start of the series.
    package let index: Int
    /// The statistic, in the values' unit.
    package let qhat: Double

    /// The best split of `values[range]`: both ends of the right part are searched.
    /// - Throws: `emptySample`, `nonFiniteInput`; `outOfRange` unless the range lies within the
    ///   values and holds from two to `SplitSearch.longest` of them.
    package static func of(
        _ values: [Double], in range: Range<Int>
    ) throws(StatisticsFailure) -> BestSplit {
        try Requirement.sample(values, named: "values")
        guard range.lowerBound >= 0, range.upperBound <= values.count,
            (2...SplitSearch.longest).contains(range.count)
        else {
            throw .outOfRange(
                "a split needs from 2 to \(SplitSearch.longest) values within the series")
        }
        var search = SplitSearch()
        guard let best = search.best(values, in: range) else {
            throw .outOfRange("the values differ by more than a number can hold")
        }
        return best
    }
}

/// Searches splits, one stretch after another, in buffers that are used again.
///
/// Distances are absolute differences d(i, j). With τ going down, the sum over pairs within
/// τ ..< κ grows by one row of distances, so each pair (τ, κ) costs a few operations and nothing
/// of quadratic size is stored.
struct SplitSearch: Sendable {
    /// A search costs the square of the length.
    static let longest = 10_000

    /// Σ d(i, k) over pairs within 0 ..< κ, by κ.
    private var within: [Double] = []
    /// Σ d(j, k) over pairs within τ ..< κ, by κ.
    private var right: [Double] = []
    /// 1 / n.
    private var inverse: [Double] = [0]
    /// The largest statistic of each τ.
    private var largest: [Double] = []

    /// Ties (within 1e-12 of the larger of the statistic and the range) go to the smallest τ.
    /// - Returns: nil for fewer than two values, and when sums overflow.
    mutating func best(_ values: [Double], in range: Range<Int>) -> BestSplit? {
        let count = range.count
        guard count >= 2 else { return nil }
        prepare(count)
        return values.withUnsafeBufferPointer { buffer in
            let stretch = UnsafeBufferPointer(rebasing: buffer[range])
            sumPairs(stretch)
            search(stretch)
            return pick(stretch, from: range.lowerBound)
        }
    }

    /// Where the right part of a split ends for which the statistic is largest: in front of the end
    /// of `range` when the level at the split did not last. The last of equals.
    func end(of split: Int, _ values: [Double], in range: Range<Int>) -> Int {
        let left = values[range.lowerBound..<split]
        let leftSum = pairs(left)
        var between = 0.0
        var inside = 0.0
        var (best, most) = (range.upperBound, -Double.infinity)
        for last in split..<range.upperBound {
            for value in left { between += abs(values[last] - value) }
            for value in values[split..<last] { inside += abs(values[last] - value) }
            let (before, after) = (Double(left.count), Double(last + 1 - split))
            var statistic = 2 * between / (before * after)
            if left.count > 1 { statistic -= 2 * leftSum / (before * (before - 1)) }
            if last > split { statistic -= 2 * inside / (after * (after - 1)) }
            statistic *= before * after / (before + after)
            if statistic >= most { (best, most) = (last + 1, statistic) }
        }
        return best
    }

    private func pairs(_ values: ArraySlice<Double>) -> Double {
        var sum = 0.0
        for first in values.indices {
            for last in values.indices[(first + 1)...] { sum += abs(values[last] - values[first]) }
        }
        return sum
    }

    private mutating func prepare(_ count: Int) {
        for size in inverse.count..<max(inverse.count, count + 1) {
            inverse.append(1 / Double(size))
        }
        for index in within.indices { within[index] = 0 }
        for index in right.indices { right[index] = 0 }
        let missing = count + 1 - within.count
        guard missing > 0 else { return }
        within += [Double](repeating: 0, count: missing)
        right += [Double](repeating: 0, count: missing)
        largest += [Double](repeating: 0, count: count + 1 - largest.count)
    }

    private mutating func sumPairs(_ values: UnsafeBufferPointer<Double>) {
        let count = values.count
        within.withUnsafeMutableBufferPointer { within in
            for first in 0..<count {
                let value = values[first]
                // No sum runs through this loop, so that it can be done several at a time.
                for last in first + 1..<max(count, first + 1) {
                    within[last + 1] += abs(values[last] - value)
                }
            }
            for end in 1...count { within[end] += within[end - 1] }
        }
    }

    private mutating func search(_ values: UnsafeBufferPointer<Double>) {
        let count = values.count
        within.withUnsafeBufferPointer { within in
            right.withUnsafeMutableBufferPointer { right in
                inverse.withUnsafeBufferPointer { inverse in
                    for split in stride(from: count - 1, through: 1, by: -1) {
                        let value = values[split]
                        let left = within[split]
                        let leftMean = split > 1 ? left * inverse[split - 1] : 0
                        let share = Double(split)
                        var row = 0.0
                        var reach = left
                        var most = -Double.infinity
                        for end in split + 1...count {
                            row += abs(values[end - 1] - value)
                            let inside = right[end] + row
                            right[end] = inside
                            reach += leftMean
                            // Of a single value there is no pair: its 1 / 0 stands as 0.
                            let spread = inside + share * inverse[end - split - 1] * inside
                            let statistic = inverse[end] * (within[end] - reach - spread)
                            most = statistic > most ? statistic : most
                        }
                        largest[split] = 2 * most
                    }
                }
            }
        }
    }

    private func pick(_ values: UnsafeBufferPointer<Double>, from start: Int) -> BestSplit? {
        let splits = 1..<values.count
        guard let most = splits.map({ largest[$0] }).max(), most.isFinite,
            let low = values.min(), let high = values.max()
        else { return nil }
        let tie = 1e-12 * max(abs(most), high - low)
        guard let index = splits.first(where: { largest[$0] >= most - tie }) else { return nil }
        return BestSplit(index: start + index, qhat: largest[index])
    }
}
