/// A stretch of a series by rank: sorted only when somebody asks.
struct RankedStretch {
    private(set) var range: Range<Int>
    private var ranked: Ranked?

    /// The values of a stretch in ascending order.
    struct Ranked: Sendable {
        fileprivate private(set) var sorted: [Double]
        /// Σ(t³ − t) over groups of equal values.
        fileprivate private(set) var tieTerm: Double
    }

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
        let (first, second) = (left.ranked, ranked)
        left.ranked = nil
        ranked = nil
        defer { range = left.range.lowerBound..<range.upperBound }
        guard isWorthIt, first != nil || second != nil else { return }
        ranked = Ranked(
            joining: first ?? Ranked(values[left.range]), second ?? Ranked(values[range]), joint)
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
        return Self.compare(first, second)
    }

    fileprivate static func compare(_ left: Ranked, _ right: Ranked) -> Joint {
        let isLeftShort = left.sorted.count < right.sorted.count
        let (short, long) =
            isLeftShort ? (left.sorted, right.sorted) : (right.sorted, left.sorted)
        var doubled = 0
        var ties = left.tieTerm + right.tieTerm
        var start = 0
        forEachGroup(short) { value, size in
            let below = place(of: value, in: long, from: start)
            var end = below
            while end < long.count, long[end] == value { end += 1 }
            start = end
            doubled += size * (below + end)
            let (own, other) = (Double(size), Double(end - below))
            ties += 3 * own * other * (own + other)
        }
        // `doubled` counts pairs in which the short stretch is larger.
        let pairs = 2 * short.count * long.count
        return Joint(u: Double(isLeftShort ? pairs - doubled : doubled) / 2, tieTerm: ties)
    }

    /// The first place from `start` on whose value is not below; the steps double, so that near
    /// places are found soon.
    fileprivate static func place(of value: Double, in sorted: [Double], from start: Int) -> Int {
        sorted.withUnsafeBufferPointer { sorted in
            var low = start
            var step = 1
            while low + step <= sorted.count, sorted[low + step - 1] < value {
                low += step
                step *= 2
            }
            var high = min(low + step - 1, sorted.count)
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle] < value { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    fileprivate static func forEachGroup(
        _ sorted: [Double], _ body: (_ value: Double, _ size: Int) -> Void
    ) {
        var start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
            body(sorted[start], end - start)
            start = end
        }
    }
}

extension RankedStretch.Ranked {
    init(_ values: ArraySlice<Double>) {
        self.init(ascending: values.sorted())
    }

    private init(ascending sorted: [Double]) {
        self.sorted = sorted
        var term = 0.0
        RankedStretch.forEachGroup(sorted) { _, size in
            let size = Double(size)
            term += (size * size - 1) * size
        }
        tieTerm = term
    }

    /// Without some of its values.
    func reduced(by values: ArraySlice<Double>) -> Self {
        var rest = values.sorted()[...]
        let kept = sorted.filter { value in
            guard value == rest.first else { return true }
            rest = rest.dropFirst()
            return false
        }
        return Self(ascending: kept)
    }

    /// With more values.
    func joined(_ more: ArraySlice<Double>) -> Self { Self(joining: self, Self(more), nil) }

    /// Both together, in the longer one's place if nobody else holds it.
    fileprivate init(
        joining left: consuming Self, _ right: consuming Self, _ joint: RankedStretch.Joint?
    ) {
        tieTerm = joint?.tieTerm ?? RankedStretch.compare(left, right).tieTerm
        if left.sorted.count < right.sorted.count { swap(&left, &right) }
        let short = right.sorted
        sorted = left.sorted
        left.sorted = []
        insert(short)
    }

    /// Both ascending: from the back, each gap between two of the short ones moves in one go.
    private mutating func insert(_ short: [Double]) {
        var end = sorted.count
        sorted += short
        sorted.withUnsafeMutableBufferPointer { sorted in
            guard let base = sorted.baseAddress else { return }
            for (left, value) in short.enumerated().reversed() {
                var low = 0
                var high = end
                while low < high {
                    let middle = (low + high) / 2
                    if sorted[middle] < value { low = middle + 1 } else { high = middle }
                }
                (base + low + left + 1).update(from: base + low, count: end - low)
                sorted[low + left] = value
                end = low
            }
        }
    }

    /// Values below, and equal ones.
    fileprivate func count(_ value: Double) -> (below: Int, equal: Int) {
        let below = RankedStretch.place(of: value, in: sorted, from: 0)
        var end = below
        while end < sorted.count, sorted[end] == value { end += 1 }
        return (below, end - below)
    }
}

extension RankedStretch {
    /// What a comparison becomes when `value` joins the right side.
    static func extend(
        _ joint: Joint, left: Range<Int>, right: Range<Int>, by value: Double,
        of values: [Double], _ cache: inout RankCache
    ) -> Joint {
        let known = cache.known(left)
        let (below, equal) = known?.count(value) ?? count(value, values, left)
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
