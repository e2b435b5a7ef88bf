import Testing

@testable import Statistics

@Suite struct StretchTests {
    private static func ranks(
        _ values: [Double], _ left: Range<Int>, _ right: Range<Int>
    ) -> (u: Double, tieTerm: Double) {
        let joined = JoinedRanks(
            values[left].map { ($0, false) } + values[right].map { ($0, true) })
        let least = right.count * (right.count + 1)
        return (Double(joined.markedDoubledSum - least) / 2, joined.tieTerm)
    }

    @Test(arguments: 1...30)
    func `stretches are compared as by ranking them`(_ seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        let count = 4 + generator.below(80)
        let values =
            seed.isMultiple(of: 3)
            ? Draws.normal(count, &generator)
            : Draws.tied(count, below: 1 + seed, &generator)
        let split = 1 + generator.below(count - 3)
        let end = split + 1 + generator.below(count - split - 2)
        let start = generator.below(split)
        var left = RankedStretch(start..<split)
        var right = RankedStretch(split..<end)
        var cache = RankCache()
        let found = left.compare(with: &right, of: values, &cache)
        let wanted = Self.ranks(values, left.range, right.range)
        #expect(found.u == wanted.u && found.tieTerm == wanted.tieTerm, "seed \(seed)")

        let longer = RankedStretch.extend(
            found, left: left.range, right: right.range, by: values[end], of: values,
            &cache)
        let whole = Self.ranks(values, left.range, split..<end + 1)
        #expect(longer.u == whole.u && longer.tieTerm == whole.tieTerm, "seed \(seed)")

        // Joined and compared with what comes next.
        var joined = right
        joined.join(behind: &left, seed.isMultiple(of: 2) ? found : nil, of: values)
        var rest = RankedStretch(end..<count)
        let last = joined.compare(with: &rest, of: values, &cache)
        let all = Self.ranks(values, start..<end, end..<count)
        #expect(last.u == all.u && last.tieTerm == all.tieTerm, "seed \(seed)")
    }

    @Test(arguments: 1...20)
    func `a tree's moments are those of its values, however it grew`(_ seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        let values = Draws.normal(200, &generator)
        var grown = MomentsTree()
        var length = 0
        while length < values.count {
            let next = min(values.count, length + 1 + generator.below(40))
            grown.update(Array(values[..<next]), settled: length)
            length = next
        }
        var whole = MomentsTree()
        whole.update(values, settled: 0)
        for _ in 0..<50 {
            let start = generator.below(values.count)
            let range = start..<start + 1 + generator.below(values.count - start)
            let found = grown.moments(values, range)
            let plain = SegmentMoments(values, range)
            #expect(found == whole.moments(values, range), "seed \(seed)")
            #expect(found.count == plain.count && found.last == plain.last)
            #expect(abs(found.mean - plain.mean) < 1e-12 * 100)
            #expect(abs(found.squares - plain.squares) <= 1e-10 * max(1, plain.squares))
        }
    }

    @Test(arguments: 1...30)
    func `joined moments are those of the whole`(_ seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        let values = Draws.normal(3 + generator.below(60), &generator).map { $0 + 1e6 }
        let split = 1 + generator.below(values.count - 1)
        let joined = SegmentMoments(
            joining: SegmentMoments(values, 0..<split),
            SegmentMoments(values, split..<values.count))
        let whole = SegmentMoments(values, values.indices)
        #expect(joined.count == whole.count)
        #expect(abs(joined.mean - whole.mean) < 1e-9)
        #expect(abs(joined.squares - whole.squares) < 1e-9 * whole.squares)
        #expect(abs(joined.products - whole.products) < 1e-9 * whole.squares)
        #expect(
            (joined.first, joined.last, joined.largest) == (whole.first, whole.last, whole.largest))
    }
}
