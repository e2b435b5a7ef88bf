/// A stretch of a series by rank: sorted only when somebody asks.
struct RankedStretch {
    private(set) var range: Range<Int>
    private var ranked: RankedValues?

    init(_ range: Range<Int>) {
        self.range = range
    }

    /// Puts the neighbour in front of this stretch to it, and leaves that one unsorted; what is
    /// sorted stays so, unless sorting the other part would cost more.
    ///
    /// `joint` is the comparison of both, if it was made.
    mutating func join(behind left: inout RankedStretch, _ joint: Joint?, of values: [Double]) {
        let isWorthIt =
            (left.ranked != nil || left.range.count < range.count)
            && (ranked != nil || range.count < left.range.count)
        defer {
            range = left.range.lowerBound..<range.upperBound
            left.ranked = nil
        }
        guard isWorthIt, left.ranked != nil || ranked != nil else {
            ranked = nil
            return
        }
        ranked = RankedValues(
            joining: left.ranked ?? RankedValues(values[left.range]),
            ranked ?? RankedValues(values[range]), joint)
    }

    /// Pairs of values of two stretches, and their ties.
    struct Joint {
        /// Pairs in which the value on the right is larger, plus half the ties.
        var u: Double
        /// Σ(t³ − t) over groups of equal values on both sides together.
        var tieTerm: Double
    }

    /// Takes the neighbour behind this stretch.
    mutating func compare(
        with right: inout RankedStretch, of values: [Double], _ cache: inout RankCache
    ) -> Joint {
        let first = ranked ?? cache.ranked(range, of: values)
        let second = right.ranked ?? cache.ranked(right.range, of: values)
        ranked = first
        right.ranked = second
        return RankedValues.compare(first, second)
    }
}

extension RankedStretch {
    /// What a comparison becomes when `value` joins the right side.
    static func extend(
        _ joint: Joint, left: Range<Int>, right: Range<Int>, by value: Double,
        of values: [Double], _ cache: inout RankCache
    ) -> Joint {
        let isLong = left.count >= RankCache.worthwhile
        let (below, equal) =
            isLong
            ? cache.ranked(left, of: values).count(value) : count(value, values, left)
        let same = Double(equal + count(value, values, right).equal)
        return Joint(
            u: joint.u + Double(below) + Double(equal) / 2,
            tieTerm: joint.tieTerm + 3 * same * (same + 1))
    }

    private static func count(
        _ value: Double, _ values: [Double], _ range: Range<Int>
    ) -> (below: Int, equal: Int) {
        values.withUnsafeBufferPointer { values in
            var below = 0
            var notAbove = 0
            for index in range {
                below += values[index] < value ? 1 : 0
                notAbove += values[index] <= value ? 1 : 0
            }
            return (below, notAbove - below)
        }
    }
}
