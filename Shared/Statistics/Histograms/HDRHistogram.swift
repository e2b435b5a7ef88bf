/// Counts of whole numbers in buckets that keep a number of significant digits; histograms of the
/// same shape can be merged, and percentiles of the sum are as exact as those of one.
///
/// Buckets are those of HdrHistogram (its format 2 layout); only the ones in use are kept.
/// Source: HdrHistogram; statistics specification, section 1.
package struct HDRHistogram: Hashable, Sendable {
    package let lowest: Int
    package let highest: Int
    package let digits: Int
    package private(set) var total = 0
    /// Values beyond the last bucket, and negative ones.
    package private(set) var rejected = 0
    /// Bits below which a bucket does not look.
    private let unit: Int
    /// Sub-buckets are 2 to this power.
    private let subBucketBits: Int
    private let buckets: Int
    private var counts: [Int: Int] = [:]

    /// - Parameters:
    ///   - lowest: the smallest value told from 0, at least 1.
    ///   - highest: at least twice `lowest`, at most 2⁶².
    ///   - digits: 1 to 5.
    /// - Throws: `outOfRange`.
    package init(lowest: Int, highest: Int, digits: Int) throws(StatisticsFailure) {
        guard (1...5).contains(digits) else {
            throw .outOfRange("significant digits must lie in 1 ... 5, not \(digits)")
        }
        guard lowest >= 1, lowest <= 1 << 40, highest / 2 >= lowest, highest <= 1 << 62 else {
            throw .outOfRange(
                "a histogram needs 1 <= lowest <= 2^40 and 2 * lowest <= highest <= 2^62")
        }
        self.lowest = lowest
        self.highest = highest
        self.digits = digits
        unit = Int.bitWidth - 1 - lowest.leadingZeroBitCount
        let resolution = 2 * (0..<digits).reduce(1) { power, _ in power * 10 }
        subBucketBits = Int.bitWidth - (resolution - 1).leadingZeroBitCount
        var top = 1 << (subBucketBits + unit)
        var needed = 1
        while top <= highest {
            needed += 1
            guard top <= Int.max / 2 else { break }
            top <<= 1
        }
        buckets = needed
    }

    package mutating func record(_ value: Int) {
        guard value >= 0, bucket(of: value) < buckets else {
            rejected += 1
            return
        }
        total += 1
        counts[lowestEquivalent(value), default: 0] += 1
    }

    /// Adds another histogram's counts.
    /// - Throws: `outOfRange` for one of another shape.
    package mutating func merge(_ other: HDRHistogram) throws(StatisticsFailure) {
        guard lowest == other.lowest, highest == other.highest, digits == other.digits else {
            throw .outOfRange("only histograms of the same range and digits can be merged")
        }
        total += other.total
        rejected += other.rejected
        counts.merge(other.counts, uniquingKeysWith: +)
    }

    /// Lowest value of the first bucket in use, as HdrHistogram reports it; 0 when empty.
    package var minimum: Int { counts.keys.min() ?? 0 }

    /// Highest value of the last bucket in use; 0 when empty.
    package var maximum: Int { counts.keys.max().map { highestEquivalent($0) } ?? 0 }

    /// The highest value of the bucket that holds the percentile's rank (for percentile 0 the
    /// lowest), in the order asked for; 0 when empty.
    /// - Throws: `outOfRange` outside [0, 100].
    package func values(
        atPercentiles percents: [Double]
    ) throws(StatisticsFailure) -> [Int] {
        guard percents.allSatisfy({ $0 >= 0 && $0 <= 100 }) else {
            throw .outOfRange("percentiles must lie in [0, 100]")
        }
        let used = counts.sorted { $0.key < $1.key }
        var reached = 0
        let sums = used.map { entry in
            reached += entry.value
            return reached
        }
        return percents.map { percent in
            let rank = max(1, Int((percent / 100 * Double(total) + 0.5).rounded(.down)))
            guard let place = sums.firstIndex(where: { $0 >= rank }) ?? sums.indices.last else {
                return 0
            }
            return percent == 0 ? used[place].key : highestEquivalent(used[place].key)
        }
    }

    /// The power of two by which the value's bucket is coarser than the first.
    private func bucket(of value: Int) -> Int {
        let mask = (1 << (subBucketBits + unit)) - 1
        let bits = Int.bitWidth - (value | mask).leadingZeroBitCount
        return bits - subBucketBits - unit
    }

    private func lowestEquivalent(_ value: Int) -> Int {
        let shift = bucket(of: value) + unit
        return (value >> shift) << shift
    }

    private func highestEquivalent(_ value: Int) -> Int {
        let shift = bucket(of: value) + unit
        return ((value >> shift) << shift) + ((1 << shift) - 1)
    }
}
