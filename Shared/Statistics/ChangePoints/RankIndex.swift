/// Answers how many values of a stretch are below a given one, in time that grows with the number
/// of digits of a rank and not with the stretch.
///
/// A wavelet matrix over the dense ranks of a series: on each level values are parted by one
/// binary digit, highest first, keeping their order; prefix counts of zeros lead to the next.
/// Source: Navarro, "Wavelet trees for all", 2014, section on the wavelet matrix.
struct RankIndex {
    /// Dense ranks from 0, equal values alike, in the order of the series.
    private let ranks: [Int32]
    /// Per level: zeros among the first i values.
    private let zeros: [[Int32]]

    init(_ values: [Double]) {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Int32](repeating: 0, count: values.count)
        var rank: Int32 = -1
        var before = Double.nan
        for index in order {
            // Not equal to NaN either: the first value opens rank 0.
            if values[index] != before { rank += 1 }
            before = values[index]
            ranks[index] = rank
        }
        self.ranks = ranks
        zeros = Self.levels(ranks, digits: Int32.bitWidth - max(rank, 0).leadingZeroBitCount)
    }

    private static func levels(_ ranks: [Int32], digits: Int) -> [[Int32]] {
        var current = ranks
        var next = ranks
        return (0..<digits).reversed().map { digit in
            var counts = [Int32](repeating: 0, count: current.count + 1)
            for (index, rank) in current.enumerated() {
                counts[index + 1] = counts[index] + (1 - (rank >> digit & 1))
            }
            var zero = 0
            var one = Int(counts[current.count])
            for rank in current {
                if rank >> digit & 1 == 0 {
                    next[zero] = rank
                    zero += 1
                } else {
                    next[one] = rank
                    one += 1
                }
            }
            swap(&current, &next)
            return counts
        }
    }

    /// Values in `range` whose rank is below `rank`, and those whose rank it is.
    private func count(_ rank: Int32, in range: Range<Int>) -> (below: Int, equal: Int) {
        var low = Int32(range.lowerBound)
        var high = Int32(range.upperBound)
        var below: Int32 = 0
        for (level, counts) in zeros.enumerated() {
            let zerosBefore = counts[Int(low)]
            let zerosWithin = counts[Int(high)] - zerosBefore
            if rank >> (zeros.count - 1 - level) & 1 == 0 {
                high = zerosBefore + zerosWithin
                low = zerosBefore
            } else {
                below += zerosWithin
                let ones = counts[counts.count - 1]
                low = ones + low - zerosBefore
                high = ones + high - zerosBefore - zerosWithin
            }
        }
        return (Int(below), Int(high - low))
    }

    /// Two stretches against each other.
    struct Joint {
        /// Pairs in which the second stretch is larger, plus half the ties.
        let u: Double
        /// What joining adds to the stretches' own Σ(t³ − t).
        let tieTerm: Double
    }

    func compare(_ first: Range<Int>, _ second: Range<Int>) -> Joint {
        let isFirstShort = first.count < second.count
        let (short, long) = isFirstShort ? (first, second) : (second, first)
        var doubled = 0
        var ties = 0.0
        forEachGroup(short) { rank, size in
            let (below, equal) = count(rank, in: long)
            doubled += size * (2 * below + equal)
            let (own, other) = (Double(size), Double(equal))
            ties += 3 * own * other * (own + other)
        }
        // `doubled` counts pairs in which the short stretch is larger.
        let pairs = 2 * short.count * long.count
        return Joint(u: Double(isFirstShort ? pairs - doubled : doubled) / 2, tieTerm: ties)
    }

    /// Σ(t³ − t) over groups of equal values.
    func tieTerm(_ range: Range<Int>) -> Double {
        var term = 0.0
        forEachGroup(range) { _, size in
            let size = Double(size)
            term += (size * size - 1) * size
        }
        return term
    }

    private func forEachGroup(_ range: Range<Int>, _ body: (_ rank: Int32, _ size: Int) -> Void) {
        let sorted = ranks[range].sorted()
        var start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
            body(sorted[start], end - start)
            start = end
        }
    }
}
