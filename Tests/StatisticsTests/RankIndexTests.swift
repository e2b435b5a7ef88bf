import Testing

@testable import Statistics

@Suite struct RankIndexTests {
    @Test(arguments: 1...30)
    func `stretches are compared as by sorting them`(_ seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        let count = 2 + generator.below(80)
        let values =
            seed.isMultiple(of: 3)
            ? Draws.normal(count, &generator)
            : Draws.tied(count, below: 1 + seed, &generator)
        let ranks = RankIndex(values)
        let split = 1 + generator.below(count - 1)
        let end = split + 1 + generator.below(count - split)
        let start = generator.below(split)
        let (first, second) = (start..<split, split..<end)
        let joined = JoinedRanks(
            values[first].map { ($0, false) } + values[second].map { ($0, true) })
        let found = ranks.compare(first, second)
        let u = Double(joined.markedDoubledSum - second.count * (second.count + 1)) / 2
        #expect(found.u == u, "seed \(seed)")
        let ties = ranks.tieTerm(first) + ranks.tieTerm(second) + found.tieTerm
        #expect(ties == joined.tieTerm, "seed \(seed)")
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
        #expect((joined.first, joined.last, joined.largest) == (whole.first, whole.last, whole.largest))
    }
}
