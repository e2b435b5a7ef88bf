/// The moments of any stretch of a series that grows at its end, in time that grows with the
/// logarithm of its length.
///
/// Blocks of 8, 16, 32 … values are kept joined. A stretch is put together from the same blocks
/// in the same order whenever it is asked for, so the answer depends on its values alone.
struct MomentsTree: Sendable {
    private static let leafBits = 3

    /// By level: complete blocks of 8 << level values, from the start.
    private var levels: [[SegmentMoments]] = []

    /// Brings the blocks up to date; values before `settled` are those of before.
    mutating func update(_ values: [Double], settled: Int) {
        let leaf = 1 << Self.leafBits
        if levels.isEmpty { levels = [[]] }
        for level in levels.indices {
            let kept = settled >> (Self.leafBits + level)
            levels[level].removeLast(max(0, levels[level].count - kept))
        }
        for block in levels[0].count..<(values.count >> Self.leafBits) {
            levels[0].append(SegmentMoments(values, block * leaf..<(block + 1) * leaf))
        }
        var level = 0
        while levels[level].count > 1 {
            if level + 1 == levels.count { levels.append([]) }
            for block in levels[level + 1].count..<levels[level].count / 2 {
                levels[level + 1].append(
                    SegmentMoments(
                        joining: levels[level][2 * block], levels[level][2 * block + 1]))
            }
            level += 1
        }
    }

    /// Takes a range of at least one of the values that the tree was brought up to date with.
    func moments(_ values: [Double], _ range: Range<Int>) -> SegmentMoments {
        let first = part(values, range)
        var sum = first
        var place = range.lowerBound + first.count
        while place < range.upperBound {
            let next = part(values, place..<range.upperBound)
            sum = SegmentMoments(joining: sum, next)
            place += next.count
        }
        return sum
    }

    /// The largest block that begins with the range, or the values up to the next one.
    private func part(_ values: [Double], _ range: Range<Int>) -> SegmentMoments {
        let start = range.lowerBound
        let leaf = 1 << Self.leafBits
        guard start.isMultiple(of: leaf), range.count >= leaf else {
            let end = min(range.upperBound, (start / leaf + 1) * leaf)
            return SegmentMoments(values, start..<end)
        }
        var level = 0
        while level + 1 < levels.count, start.isMultiple(of: leaf << (level + 1)),
            range.count >= leaf << (level + 1)
        {
            level += 1
        }
        return levels[level][start >> (Self.leafBits + level)]
    }
}
